"""Stacks applied one after another, each wired to those before it, within the rights there are.

A pipeline's build deploys as the role that it is given. What holds data or rights it only compares:
those stacks an administrator deploys, and CloudFormation would not let the build do it.
"""

from __future__ import annotations

from collections.abc import Mapping

from unchurn.aws.change_sets import Applied, apply_template, discard, make_change_set
from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment, wire
from unchurn.aws.failure import AwsError, asking_aws
from unchurn.aws.stack_state import all_outputs, outputs_of, read_stack
from unchurn.aws.stacks import STACKS
from unchurn.aws.templates import Template, read_template
from unchurn.progress import Progress

GUARDED = ("storage", "registry", "roles", "delivery")
"""Stacks that hold data or rights. A commit never changes them; whoever may in the account does."""
_CODE = "AWS::Lambda::Function"


class Works:
    """The stacks applied so far, and what they told."""

    def __init__(
        self,
        clients: Clients,
        deployment: Deployment,
        progress: Progress,
        templates: tuple[Template, ...],
    ) -> None:
        self._clients, self._deployment, self._progress = clients, deployment, progress
        self._templates = {template.name: template for template in templates}
        self.applied: list[Applied] = []
        self.outputs: dict[str, str] = {}

    def require_rights(self) -> None:
        """Make sure that a build has nothing to change that only an administrator changes.

        It is asked before anything is. Raises `AwsError` naming each such change.
        """
        if not self._deployment.deploy_role:
            return
        names = [self._deployment.stack_name(name) for name in STACKS]
        outputs = all_outputs(self._clients, names)
        for name in GUARDED:
            template, stack = self._template(name), self._deployment.stack_name(name)
            with asking_aws(f"compare the stack {stack}"):
                if read_stack(self._clients, stack) is None:
                    raise _left_to_administrator(stack, "It is not there.")
                self._compare(template, stack, wire(template, self._deployment.values, outputs))

    def apply(self, *names: str) -> None:
        """Bring the stacks of some templates to what these say; what changed is in `applied`.

        Raises `AwsError` with CloudFormation's own reasons.
        """
        for name in names:
            template, stack = self._template(name), self._deployment.stack_name(name)
            values = wire(template, self._deployment.values, self.outputs)
            with self._progress.task(f"stack {name}"):
                done = self._apply(template, stack, values)
            self._progress.note(f"{stack}: {done.action}")
            self.applied.append(done)
            self.outputs |= done.outputs

    def _template(self, name: str) -> Template:
        return self._templates.get(name) or read_template(name)

    def _apply(self, template: Template, stack: str, values: Mapping[str, str]) -> Applied:
        role = self._deployment.deploy_role
        if role and template.name in GUARDED:
            return Applied(template.name, stack, "unchanged", (), outputs_of(self._clients, stack))
        return apply_template(self._clients, template, stack, values, role=role)

    def _compare(self, template: Template, stack: str, values: Mapping[str, str]) -> None:
        # Without the role: CloudFormation goes on using the one that a stack was last given.
        made = make_change_set(self._clients, template, stack, values, "UPDATE")
        if made.id:
            discard(self._clients, made.id, stack)
        found = [change.words for change in made.changes if change.kind != _CODE]
        if found:
            raise _left_to_administrator(stack, f"This commit would: {'; '.join(found)}.")
        if made.changes:
            self._progress.note(f"{stack}: its code waits for an administrator's deploy")


def _left_to_administrator(stack: str, why: str) -> AwsError:
    return AwsError(
        f"The stack {stack} holds data or rights, which a commit cannot change. {why}",
        "Whoever may change roles in this account reads the commit and runs, once: "
        "unchurn aws deploy. Then release the change again.",
    )
