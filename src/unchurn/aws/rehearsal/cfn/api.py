"""CloudFormation's API: moto reads the requests and writes the answers, what is between is ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from unchurn.aws.rehearsal.cfn import answers
from unchurn.aws.rehearsal.cfn.coercion import FormationClients
from unchurn.aws.rehearsal.cfn.deploying import Deployment, delete_stack, resolved_outputs
from unchurn.aws.rehearsal.cfn.intrinsics import unknown
from unchurn.aws.rehearsal.cfn.parameters import parameter_values
from unchurn.aws.rehearsal.cfn.planning import planned, scope_of
from unchurn.aws.rehearsal.cfn.problems import RefusedError
from unchurn.aws.rehearsal.cfn.resource_type import arn
from unchurn.aws.rehearsal.cfn.stack import ChangeSet, Stack
from unchurn.aws.rehearsal.cfn.template import Template, read_template
from unchurn.aws.rehearsal.cloud import Cloud
from unchurn.aws.rehearsal.patches import Patch

UNCHANGED = (
    "The submitted information didn't contain changes. "
    "Submit different information to create a change set."
)
CHANGEABLE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
LARGEST = 51_200
"""Bytes of a template that can be given with the request."""
Request = dict[str, Any]


@dataclass
class CloudFormation:
    """Every stack of one cloud, and the operations on them; each takes and gives plain mappings."""

    cloud: Cloud
    stacks: list[Stack] = field(default_factory=list)

    def create_change_set(self, request: Request) -> Request:
        """Plan a change. Raises `RefusedError` for what CloudFormation, or the rehearsal, cannot do."""
        kind, name = request.get("ChangeSetType") or "UPDATE", request["StackName"]
        stack = self._changeable(name) if kind == "UPDATE" else self._fresh(name)
        template = read_template(_text(request, stack))
        _check_capabilities(template, request.get("Capabilities") or [])
        given = {
            item["ParameterKey"]: stack.given[item["ParameterKey"]]
            if item.get("UsePreviousValue")
            else item["ParameterValue"]
            for item in request.get("Parameters") or []
        }
        constants = parameter_values(template.parameters, given)
        identity = arn(
            self.cloud, "cloudformation", f"changeSet/{request['ChangeSetName']}/{uuid4()}"
        )
        tags = {tag["Key"]: tag["Value"] for tag in request.get("Tags") or []}
        change_set = ChangeSet(
            identity, request["ChangeSetName"], kind, template, given, constants, tags
        )
        self._plan(stack, change_set)
        if stack not in self.stacks:
            self.stacks.append(stack)
            stack.become("REVIEW_IN_PROGRESS", "User Initiated")
        stack.change_sets.append(change_set)
        return {"Id": change_set.id, "StackId": stack.id}

    def _plan(self, stack: Stack, change_set: ChangeSet) -> None:
        """Fill in the changes; one without any fails, as AWS has it."""
        change_set.parameters |= self._pseudo(stack)
        inputs = (change_set.template, change_set.parameters, stack.live, self._imported)
        change_set.changes = planned(self.cloud, *inputs)
        outputs = resolved_outputs(scope_of(self.cloud, *inputs))
        moved = change_set.type == "UPDATE" and (
            outputs != stack.outputs and not unknown([o["value"] for o in outputs.values()])
        )
        if not (change_set.changes or moved or change_set.tags != stack.tags):
            change_set.status, change_set.execution = "FAILED", "UNAVAILABLE"
            change_set.reason = UNCHANGED

    def execute_change_set(self, request: Request) -> Request:
        """Make the change, to its end: waiting afterwards finds it done."""
        stack, change_set = self._found(request)
        if change_set.execution != "AVAILABLE":
            raise RefusedError(
                f"ChangeSet [{change_set.id}] cannot be executed in its current status of "
                f"[{change_set.status}]"
            )
        change_set.execution = "EXECUTE_IN_PROGRESS"
        stack.change_sets = [change_set]
        Deployment(self.cloud, stack, change_set, self._imported).run()
        change_set.execution = "EXECUTE_COMPLETE"
        return {}

    def describe_change_set(self, request: Request) -> Request:
        """Say what a change set changes."""
        return answers.change_set(*self._found(request))

    def delete_change_set(self, request: Request) -> Request:
        """Forget a change set."""
        stack, change_set = self._found(request)
        stack.change_sets.remove(change_set)
        return {}

    def list_change_sets(self, request: Request) -> Request:
        """List the change sets of a stack."""
        stack = self._named(request["StackName"])
        return {"Summaries": [answers.change_set(stack, each) for each in stack.change_sets]}

    def describe_stacks(self, request: Request) -> Request:
        """Describe one stack, or all that are there."""
        name = request.get("StackName")
        there = [self._named(name)] if name else self._there()
        return {"Stacks": [answers.stack(each) for each in there]}

    def list_stacks(self, request: Request) -> Request:
        """List stacks, the deleted included, that have one of the wanted statuses."""
        wanted = request.get("StackStatusFilter")
        found = [each for each in self.stacks if not wanted or each.status in wanted]
        return {"StackSummaries": [answers.stack(each) for each in found]}

    def describe_stack_events(self, request: Request) -> Request:
        """Tell a stack's history, newest first."""
        stack = self._named(request["StackName"])
        return {"StackEvents": [answers.event(stack, each) for each in stack.events[::-1]]}

    def describe_stack_resources(self, request: Request) -> Request:
        """Describe the resources of a stack, or one of them."""
        stack = self._named(request["StackName"])
        wanted = request.get("LogicalResourceId")
        live = [each for each in stack.live.values() if wanted in {None, each.logical_id}]
        return {"StackResources": [answers.resource(stack, each) for each in live]}

    def describe_stack_resource(self, request: Request) -> Request:
        """Describe one resource. Raises `RefusedError` if the stack has none of that name."""
        found = self.describe_stack_resources(request)["StackResources"]
        if not found:
            raise RefusedError(
                f"Resource {request['LogicalResourceId']} does not exist for stack "
                f"{request['StackName']}"
            )
        return {"StackResourceDetail": found[0] | {"LastUpdatedTimestamp": found[0]["Timestamp"]}}

    def list_stack_resources(self, request: Request) -> Request:
        """List the resources of a stack."""
        found = self.describe_stack_resources({"StackName": request["StackName"]})
        return {
            "StackResourceSummaries": [
                each | {"LastUpdatedTimestamp": each["Timestamp"]}
                for each in found["StackResources"]
            ]
        }

    def get_template(self, request: Request) -> Request:
        """Return the template as it was given."""
        return {"TemplateBody": self._named(request["StackName"]).template.text}

    def list_exports(self, _: Request) -> Request:
        """List what stacks export."""
        return {
            "Exports": [
                {"ExportingStackId": stack.id, "Name": output["export"], "Value": output["value"]}
                for stack in self._there()
                for output in stack.outputs.values()
                if output["export"]
            ]
        }

    def delete_stack(self, request: Request) -> Request:
        """Delete a stack, to its end; nothing happens when there is none."""
        for stack in self._there():
            if request["StackName"] in {stack.name, stack.id}:
                delete_stack(self.cloud, stack)
        return {}

    def refuse(self, _: Request) -> Request:
        """Refuse what the rehearsal does not do without a change set."""
        raise RefusedError("The rehearsal deploys by change sets alone: use CreateChangeSet.")

    def _there(self) -> list[Stack]:
        return [stack for stack in self.stacks if stack.status != "DELETE_COMPLETE"]

    def _named(self, name: str) -> Stack:
        """Return a stack by name, or by id even when it is deleted."""
        for stack in self.stacks:
            if name == stack.id or (name == stack.name and stack in self._there()):
                return stack
        raise RefusedError(f"Stack with id {name} does not exist")

    def _changeable(self, name: str) -> Stack:
        stack = self._named(name)
        if stack.status not in CHANGEABLE:
            raise RefusedError(
                f"Stack:{stack.id} is in {stack.status} state and can not be updated."
            )
        return stack

    def _fresh(self, name: str) -> Stack:
        for stack in self._there():
            if name == stack.name and stack.status != "REVIEW_IN_PROGRESS":
                raise RefusedError(
                    f"Stack [{name}] already exists and cannot be created again with the changeSet."
                )
            if name == stack.name:
                return stack
        identity = arn(self.cloud, "cloudformation", f"stack/{name}/{uuid4()}")
        return Stack(identity, name, read_template('{"Resources": {"None": {"Type": "None"}}}'))

    def _found(self, request: Request) -> tuple[Stack, ChangeSet]:
        wanted, name = request["ChangeSetName"], request.get("StackName")
        for stack in self.stacks:
            for each in stack.change_sets:
                if wanted == each.id or (wanted == each.name and name in {stack.name, stack.id}):
                    return stack, each
        raise LookupError(f"ChangeSet [{wanted}] does not exist")

    def _imported(self, name: str) -> str:
        for export in self.list_exports({})["Exports"]:
            if export["Name"] == name:
                return str(export["Value"])
        raise RefusedError(f"No export named {name} found.")

    def _pseudo(self, stack: Stack) -> dict[str, Any]:
        return {
            "AWS::AccountId": self.cloud.account,
            "AWS::Region": self.cloud.region,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": stack.name,
            "AWS::StackId": stack.id,
            "AWS::NotificationARNs": [],
        }


OPERATIONS = (
    "create_change_set",
    "delete_change_set",
    "delete_stack",
    "describe_change_set",
    "describe_stack_events",
    "describe_stack_resource",
    "describe_stack_resources",
    "describe_stacks",
    "execute_change_set",
    "get_template",
    "list_change_sets",
    "list_exports",
    "list_stack_resources",
    "list_stacks",
)


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


REFUSED = ("create_stack", "update_stack", "create_stack_set")


def patches(cloud: Cloud) -> list[Patch]:
    """Return what answers CloudFormation's calls in this cloud."""
    from moto.cloudformation.responses import CloudFormationResponse

    clients = FormationClients(cloud.region, cloud.endpoint)
    service = CloudFormation(replace(cloud, clients=clients))
    wanted = {name: getattr(service, name) for name in OPERATIONS}
    wanted |= dict.fromkeys(REFUSED, service.refuse)
    return [
        # What moto would make of its own objects on their way out; ours are plain.
        Patch(CloudFormationResponse, "RESPONSE_KEY_PATH_TO_TRANSFORMER", {}),
        *(
            Patch(CloudFormationResponse, n, _answering(operation))
            for n, operation in wanted.items()
        ),
    ]


def _answering(operation: Callable[[Request], Request]) -> Callable[[Any], Any]:
    """Return the method that hands a request's parameters to `operation`."""
    from moto.cloudformation.exceptions import ValidationError
    from moto.core.exceptions import ServiceException
    from moto.core.responses import ActionResult

    def answer(self: Any) -> Any:
        try:
            return ActionResult(operation(dict(self._get_params())))
        except RefusedError as error:
            raise ValidationError(message=str(error)) from error
        except LookupError as error:
            raise ServiceException("ChangeSetNotFoundException", str(error)) from error

    return answer
