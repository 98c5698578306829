"""The operations that change stacks: planned first, then executed to their end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import RLock, Thread
from typing import Any
from uuid import uuid4

from rehearsal.cfn.capabilities import check_capabilities
from rehearsal.cfn.deleting import delete_stack
from rehearsal.cfn.deploying import Deployment, resolved_outputs
from rehearsal.cfn.dynamic_references import stored_values
from rehearsal.cfn.importing import to_import
from rehearsal.cfn.includes import included
from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.macros import Macros
from rehearsal.cfn.parameters import parameter_values
from rehearsal.cfn.planning import planned, renewed, scope_of
from rehearsal.cfn.problems import ExistsError, RefusedError, StatusError
from rehearsal.cfn.requests import change_of, check_members, failing, given_parameters, is_asked
from rehearsal.cfn.resource_type import arn
from rehearsal.cfn.rules import check_rules
from rehearsal.cfn.serverless import translated
from rehearsal.cfn.stack import ChangeSet, Stack
from rehearsal.cfn.stacks import Request, Stacks
from rehearsal.cfn.template import read_template
from rehearsal.cfn.template_text import template_text
from rehearsal.cfn.wait_conditions import unwaited
from rehearsal.cloud import Cloud
from rehearsal.permissions.sessions import acting, under

UNCHANGED = (
    "The submitted information didn't contain changes. "
    "Submit different information to create a change set."
)
PATIENCE_SECONDS = 30.0
"""How long an execution is waited for before the caller is answered; most end well before."""
DIRECT = "(in one go)"
"""The name of what changes a stack without a change set; it is gone when that is done."""
_IGNORED = {"NotificationARNs", "RoleARN", "RollbackConfiguration", "StackPolicyBody"}
_IGNORED |= {"StackPolicyURL", "TimeoutInMinutes"}


@dataclass(frozen=True)
class Changing:
    """Each operation takes and gives plain mappings, and raises `RefusedError`."""

    cloud: Cloud
    stacks: Stacks
    executions: list[Thread] = field(default_factory=list)
    turn: RLock = field(default_factory=RLock)
    """Held while a change is planned or claimed: of two callers at once, one is the later."""

    def create_change_set(self, request: Request) -> Request:
        """Plan a change. Raises `RefusedError` for what CloudFormation, or the rehearsal, cannot do."""
        with self.turn:
            return self._create(request)

    def _create(self, request: Request) -> Request:
        kind, name = change_of(request), request["StackName"]
        there = any(name in (s.name, s.id) for s in self.stacks.there() if s.live)
        old = kind == "UPDATE" or (kind == "IMPORT" and there)
        stack = self.stacks.changeable(name) if old else self.stacks.fresh(name)
        change_set = self._drawn_up(request, stack, kind, request["ChangeSetName"])
        self._plan(stack, change_set)
        if kind == "IMPORT":
            self._adopt(request, stack, change_set)
        if stack not in self.stacks.every:
            self.stacks.every.append(stack)
            stack.become("REVIEW_IN_PROGRESS", "User Initiated")
        stack.change_sets.append(change_set)
        return {"Id": change_set.id, "StackId": stack.id}

    def _drawn_up(self, request: Request, stack: Stack, kind: str, name: str) -> ChangeSet:
        check_members(request)
        text = template_text(self.cloud, request, stack.template.text)
        given = given_parameters(request, stack)
        asked = Macros(self.cloud, self.stacks, given)
        written, own = asked.expanded(text)
        template = included(self.cloud, read_template(written, given), given, asked)
        template = translated(self.cloud, replace(template, text=text), given)
        template = unwaited(self.cloud, template)
        for ignored in sorted(_IGNORED & set(request)):
            self.cloud.journal.remark(f"stacks: their {ignored} is not heeded")
        # A change set can be looked at first: what macros have made of the template is seen there.
        macros = (*own, *template.transforms) if name == DIRECT else ()
        check_capabilities(template, request.get("Capabilities") or [], macros)
        identity = f"changeSet/{name}/{uuid4()}"
        return ChangeSet(
            arn(self.cloud, "cloudformation", identity),
            name,
            kind,
            template,
            given,
            stored_values(
                self.cloud, template.parameters, parameter_values(template.parameters, given)
            ),
            {tag["Key"]: tag["Value"] for tag in request.get("Tags") or []},
            on_failure=failing(request),
        )

    def _plan(self, stack: Stack, change_set: ChangeSet) -> None:
        """Fill in the changes; one without any fails, as AWS has it."""
        change_set.parameters |= self.stacks.pseudo(stack)
        check_rules(change_set.template, change_set.parameters)

        def imported(name: str) -> Any:
            change_set.imports.add(name)
            return self.stacks.imported(name)

        inputs = (change_set.template, change_set.parameters, stack.live, imported)
        change_set.changes = planned(self.cloud, *inputs)
        template = change_set.template
        gone = {each for change in change_set.changes for each in renewed(template, change)}
        outputs = resolved_outputs(scope_of(self.cloud, *inputs, gone))
        moved = change_set.type == "UPDATE" and (
            outputs != stack.outputs and not unknown([o["value"] for o in outputs.values()])
        )
        if not (change_set.changes or moved or change_set.tags != stack.tags):
            change_set.status, change_set.execution = "FAILED", "UNAVAILABLE"
            change_set.reason = UNCHANGED

    def _adopt(self, request: Request, stack: Stack, change_set: ChangeSet) -> None:
        """Have a change set take in what is there, and make nothing."""
        if change_set.template.outputs != stack.template.outputs:
            raise RefusedError(
                "As part of the import operation, you cannot modify or add [Outputs]"
            )
        inputs = (change_set.template, change_set.changes, self.stacks.owned())
        change_set.adopted = to_import(self.cloud, request, *inputs)
        change_set.changes = [
            replace(
                each, action="Import", physical_id=change_set.adopted[each.logical_id].physical_id
            )
            for each in change_set.changes
        ]

    def create_stack(self, request: Request) -> Request:
        """Create a stack in one go. Raises `RefusedError` for what could not be made as it is."""
        with self.turn:
            name = request["StackName"]
            if any(name == each.name for each in self.stacks.there()):
                raise ExistsError(f"Stack [{name}] already exists")
            stack = self.stacks.fresh(name)
            change_set = self._drawn_up(request, stack, "CREATE", DIRECT)
            self._plan(stack, change_set)
            stack.protected = is_asked(request, "EnableTerminationProtection")
            self.stacks.every.append(stack)
            stack.status = "CREATE_IN_PROGRESS"
            self._claim(stack, change_set)
        return self._started(stack, change_set)

    def update_stack(self, request: Request) -> Request:
        """Change a stack in one go. Raises `RefusedError` where there is nothing to change."""
        with self.turn:
            stack = self.stacks.changeable(request["StackName"])
            change_set = self._drawn_up(request, stack, "UPDATE", DIRECT)
            if request.get("Tags") is None:
                change_set.tags = stack.tags
            self._plan(stack, change_set)
            if change_set.status == "FAILED":
                raise RefusedError("No updates are to be performed.")
            self._claim(stack, change_set)
        return self._started(stack, change_set)

    def execute_change_set(self, request: Request) -> Request:
        """Make the change: waiting afterwards finds it done, unless it takes very long."""
        with self.turn:
            stack, change_set = self.stacks.found(request)
            if change_set.execution != "AVAILABLE":
                raise StatusError(
                    f"ChangeSet [{change_set.id}] cannot be executed in its current status of "
                    f"[{change_set.status}]"
                )
            self._claim(stack, change_set)
        self._started(stack, change_set)
        return {}

    def _claim(self, stack: Stack, change_set: ChangeSet) -> None:
        change_set.execution = "EXECUTE_IN_PROGRESS"
        stack.change_sets = [change_set]
        stack.idle.clear()

    def _started(self, stack: Stack, change_set: ChangeSet) -> Request:
        thread = Thread(
            target=under(acting(), self._execute), args=(stack, change_set), daemon=True
        )
        self.executions.append(thread)
        thread.start()
        thread.join(PATIENCE_SECONDS)
        return {"StackId": stack.id}

    def _execute(self, stack: Stack, change_set: ChangeSet) -> None:
        try:
            Deployment(self.cloud, stack, change_set, self.stacks).run()
            wanted = change_set.on_failure == "DELETE" and not stack.cancelled.is_set()
            if wanted and stack.status == "ROLLBACK_COMPLETE":
                delete_stack(self.cloud, stack)
        finally:
            change_set.execution = "EXECUTE_COMPLETE"
            if change_set.name == DIRECT:
                stack.change_sets = [each for each in stack.change_sets if each is not change_set]
            stack.idle.set()

    def delete_change_set(self, request: Request) -> Request:
        """Forget a change set."""
        with self.turn:
            stack, change_set = self.stacks.found(request)
            stack.change_sets.remove(change_set)
        return {}
