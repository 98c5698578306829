"""The operations that change stacks: planned first, then executed to their end."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import RLock, Thread
from uuid import uuid4

from rehearsal.cfn.deleting import delete_stack
from rehearsal.cfn.deploying import Deployment, resolved_outputs
from rehearsal.cfn.dynamic_references import stored_values
from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.parameters import parameter_values
from rehearsal.cfn.planning import planned, renewed, scope_of
from rehearsal.cfn.problems import ExistsError, RefusedError, StatusError
from rehearsal.cfn.resource_type import arn
from rehearsal.cfn.serverless import translated
from rehearsal.cfn.stack import ChangeSet, Stack
from rehearsal.cfn.stacks import Request, Stacks
from rehearsal.cfn.template import Template, read_template
from rehearsal.cfn.template_text import template_text
from rehearsal.cloud import Cloud

UNCHANGED = (
    "The submitted information didn't contain changes. "
    "Submit different information to create a change set."
)
PATIENCE_SECONDS = 30.0
"""How long an execution is waited for before the caller is answered; most end well before."""
DIRECT = "direct"
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
        kind, name = request.get("ChangeSetType") or "UPDATE", request["StackName"]
        stack = self.stacks.changeable(name) if kind == "UPDATE" else self.stacks.fresh(name)
        change_set = self._drawn_up(request, stack, kind, request["ChangeSetName"])
        self._plan(stack, change_set)
        if stack not in self.stacks.every:
            self.stacks.every.append(stack)
            stack.become("REVIEW_IN_PROGRESS", "User Initiated")
        stack.change_sets.append(change_set)
        return {"Id": change_set.id, "StackId": stack.id}

    def _drawn_up(self, request: Request, stack: Stack, kind: str, name: str) -> ChangeSet:
        given = _given(request, stack)
        text = template_text(self.cloud, request, stack.template.text)
        template = translated(self.cloud, read_template(text), given)
        for ignored in sorted(_IGNORED & set(request)):
            self.cloud.journal.remark(f"stacks: their {ignored} is not heeded")
        _check_capabilities(template, request.get("Capabilities") or [])
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
            on_failure=_on_failure(request),
        )

    def _plan(self, stack: Stack, change_set: ChangeSet) -> None:
        """Fill in the changes; one without any fails, as AWS has it."""
        change_set.parameters |= self.stacks.pseudo(stack)
        inputs = (change_set.template, change_set.parameters, stack.live, self.stacks.imported)
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

    def create_stack(self, request: Request) -> Request:
        """Create a stack in one go. Raises `RefusedError` for what could not be made as it is."""
        with self.turn:
            name = request["StackName"]
            if any(name == each.name for each in self.stacks.there()):
                raise ExistsError(f"Stack [{name}] already exists")
            stack = self.stacks.fresh(name)
            change_set = self._drawn_up(request, stack, "CREATE", DIRECT)
            self._plan(stack, change_set)
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

    def _started(self, stack: Stack, change_set: ChangeSet) -> Request:
        thread = Thread(target=self._execute, args=(stack, change_set), daemon=True)
        self.executions.append(thread)
        thread.start()
        thread.join(PATIENCE_SECONDS)
        return {"StackId": stack.id}

    def _execute(self, stack: Stack, change_set: ChangeSet) -> None:
        Deployment(self.cloud, stack, change_set, self.stacks.imported).run()
        change_set.execution = "EXECUTE_COMPLETE"
        if change_set.name == DIRECT:
            stack.change_sets.remove(change_set)
        if change_set.on_failure == "DELETE" and stack.status == "ROLLBACK_COMPLETE":
            delete_stack(self.cloud, stack)

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


def _given(request: Request, stack: Stack) -> dict[str, str]:
    """Return the parameters as given, or as they were before."""
    return {
        item["ParameterKey"]: stack.given[item["ParameterKey"]]
        if item.get("UsePreviousValue")
        else item["ParameterValue"]
        for item in request.get("Parameters") or []
    }


def _on_failure(request: Request) -> str:
    """Return what is done when a change fails: ROLLBACK, DELETE or DO_NOTHING."""
    stays = str(request.get("DisableRollback", "false")).lower() == "true"
    return (
        "DO_NOTHING"
        if stays
        else str(request.get("OnFailure") or request.get("OnStackFailure") or "ROLLBACK")
    )


def _check_capabilities(template: Template, given: list[str]) -> None:
    makes = any(body["Type"].startswith("AWS::IAM::") for body in template.resources.values())
    if makes and not {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"} & set(given):
        raise RefusedError("Requires capabilities : [CAPABILITY_NAMED_IAM]")
