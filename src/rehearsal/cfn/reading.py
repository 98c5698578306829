"""The operations that tell how stacks stand."""

from __future__ import annotations

from dataclasses import dataclass

from rehearsal.cfn import answers
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.stacks import Request, Stacks


@dataclass(frozen=True)
class Reading:
    """Each operation takes and gives plain mappings, and raises `RefusedError`."""

    stacks: Stacks

    def describe_change_set(self, request: Request) -> Request:
        """Say what a change set changes."""
        return answers.change_set(*self.stacks.found(request))

    def list_change_sets(self, request: Request) -> Request:
        """List the change sets of a stack."""
        stack = self.stacks.named(request["StackName"])
        return {"Summaries": [answers.change_set(stack, each) for each in stack.change_sets]}

    def describe_stacks(self, request: Request) -> Request:
        """Describe one stack, or all that are there."""
        name = request.get("StackName")
        there = [self.stacks.named(name)] if name else self.stacks.there()
        return {"Stacks": [answers.stack(each) for each in there]}

    def list_stacks(self, request: Request) -> Request:
        """List stacks, the deleted included, that have one of the wanted statuses."""
        wanted = request.get("StackStatusFilter")
        found = [each for each in self.stacks.every if not wanted or each.status in wanted]
        return {"StackSummaries": [answers.stack(each) for each in found]}

    def describe_stack_events(self, request: Request) -> Request:
        """Tell a stack's history, newest first."""
        stack = self.stacks.named(request["StackName"])
        return {"StackEvents": [answers.event(stack, each) for each in stack.events[::-1]]}

    def describe_stack_resources(self, request: Request) -> Request:
        """Describe the resources of a stack, or one of them."""
        stack = self.stacks.named(request["StackName"])
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
        return {"TemplateBody": self.stacks.named(request["StackName"]).template.text}

    def list_exports(self, _: Request) -> Request:
        """List what stacks export."""
        return {"Exports": self.stacks.exports()}

    def list_imports(self, request: Request) -> Request:
        """List the stacks that import an export. Raises `RefusedError` where none does."""
        found = self.stacks.importers(request["ExportName"])
        if not found:
            raise RefusedError(f"Export '{request['ExportName']}' is not imported by any stack.")
        return {"Imports": found}
