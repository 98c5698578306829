"""The operations that change stacks: planned first, then executed to their end."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import RLock, Thread
from uuid import uuid4

from rehearsal.cfn.deleting import delete_stack
from rehearsal.cfn.deploying import Deployment, resolved_outputs
from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.parameters import parameter_values
from rehearsal.cfn.planning import planned, scope_of
from rehearsal.cfn.problems import RefusedError, StatusError
from rehearsal.cfn.resource_type import arn
from rehearsal.cfn.stack import ChangeSet, Stack
from rehearsal.cfn.stacks import Request, Stacks
from rehearsal.cfn.template import Template, read_template
from rehearsal.cloud import Cloud
from rehearsal.permissions.sessions import acting, under

UNCHANGED = (
    "The submitted information didn't contain changes. "
    "Submit different information to create a change set."
)
PATIENCE_SECONDS = 30.0
"""How long an execution is waited for before the caller is answered; most end well before."""
LARGEST = 51_200
"""Bytes of a template that can be given with the request."""


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
        kind, name = request.get("ChangeSetType") or "UPDATE", request["StackName"]
        stack = self.stacks.changeable(name) if kind == "UPDATE" else self.stacks.fresh(name)
        template = read_template(_text(request, stack))
        _check_capabilities(template, request.get("Capabilities") or [])
        given = _given(request, stack)
        identity = f"changeSet/{request['ChangeSetName']}/{uuid4()}"
        change_set = ChangeSet(
            arn(self.cloud, "cloudformation", identity),
            request["ChangeSetName"],
            kind,
            template,
            given,
            parameter_values(template.parameters, given),
            {tag["Key"]: tag["Value"] for tag in request.get("Tags") or []},
        )
        self._plan(stack, change_set)
        if stack not in self.stacks.every:
            self.stacks.every.append(stack)
            stack.become("REVIEW_IN_PROGRESS", "User Initiated")
        stack.change_sets.append(change_set)
        return {"Id": change_set.id, "StackId": stack.id}

    def _plan(self, stack: Stack, change_set: ChangeSet) -> None:
        """Fill in the changes; one without any fails, as AWS has it."""
        change_set.parameters |= self.stacks.pseudo(stack)
        inputs = (change_set.template, change_set.parameters, stack.live, self.stacks.imported)
        change_set.changes = planned(self.cloud, *inputs)
        outputs = resolved_outputs(scope_of(self.cloud, *inputs))
        moved = change_set.type == "UPDATE" and (
            outputs != stack.outputs and not unknown([o["value"] for o in outputs.values()])
        )
        if not (change_set.changes or moved or change_set.tags != stack.tags):
            change_set.status, change_set.execution = "FAILED", "UNAVAILABLE"
            change_set.reason = UNCHANGED

    def execute_change_set(self, request: Request) -> Request:
        """Make the change: waiting afterwards finds it done, unless it takes very long."""
        with self.turn:
            stack, change_set = self.stacks.found(request)
            if change_set.execution != "AVAILABLE":
                raise StatusError(
                    f"ChangeSet [{change_set.id}] cannot be executed in its current status of "
                    f"[{change_set.status}]"
                )
            change_set.execution = "EXECUTE_IN_PROGRESS"
            stack.change_sets = [change_set]
        thread = Thread(
            target=under(acting(), self._execute), args=(stack, change_set), daemon=True
        )
        self.executions.append(thread)
        thread.start()
        thread.join(PATIENCE_SECONDS)
        return {}

    def _execute(self, stack: Stack, change_set: ChangeSet) -> None:
        Deployment(self.cloud, stack, change_set, self.stacks.imported).run()
        change_set.execution = "EXECUTE_COMPLETE"

    def delete_change_set(self, request: Request) -> Request:
        """Forget a change set."""
        with self.turn:
            stack, change_set = self.stacks.found(request)
            stack.change_sets.remove(change_set)
        return {}

    def delete_stack(self, request: Request) -> Request:
        """Delete a stack, to its end; nothing happens when there is none."""
        for stack in self.stacks.there():
            if request["StackName"] in {stack.name, stack.id}:
                if stack.status == "UPDATE_IN_PROGRESS":
                    raise RefusedError(
                        f"Stack [{stack.name}] cannot be deleted while in status {stack.status}"
                    )
                delete_stack(self.cloud, stack)
        return {}

    def refuse(self, _: Request) -> Request:
        """Refuse what the rehearsal does not do without a change set."""
        raise RefusedError("The rehearsal deploys by change sets alone: use CreateChangeSet.")


def _given(request: Request, stack: Stack) -> dict[str, str]:
    """Return the parameters as given, or as they were before."""
    return {
        item["ParameterKey"]: stack.given[item["ParameterKey"]]
        if item.get("UsePreviousValue")
        else item["ParameterValue"]
        for item in request.get("Parameters") or []
    }


def _text(request: Request, stack: Stack) -> str:
    """Return the template that a request gives. Raises `RefusedError` for one too large."""
    if request.get("UsePreviousTemplate"):
        return stack.template.text
    if request.get("TemplateURL"):
        raise RefusedError("The rehearsal takes templates with the request, as TemplateBody.")
    text = str(request.get("TemplateBody") or "")
    if len(text.encode()) > LARGEST:
        raise RefusedError(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
            f"Member must have length less than or equal to {LARGEST}"
        )
    return text


def _check_capabilities(template: Template, given: list[str]) -> None:
    makes = any(body["Type"].startswith("AWS::IAM::") for body in template.resources.values())
    if makes and not {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"} & set(given):
        raise RefusedError("Requires capabilities : [CAPABILITY_NAMED_IAM]")
