"""Every stack of one cloud, found by name or by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from rehearsal.cfn.problems import RefusedError, UnknownChangeSetError
from rehearsal.cfn.requests import check_name
from rehearsal.cfn.resource_type import arn
from rehearsal.cfn.stack import ChangeSet, Stack
from rehearsal.cfn.template import read_template
from rehearsal.cloud import Cloud

CHANGEABLE = {
    *("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"),
    *("IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"),
}
Request = dict[str, Any]


@dataclass
class Stacks:
    """The stacks of `cloud`, the deleted included."""

    cloud: Cloud
    every: list[Stack] = field(default_factory=list)

    def there(self) -> list[Stack]:
        """Return those that are not deleted."""
        return [stack for stack in self.every if stack.status != "DELETE_COMPLETE"]

    def owned(self) -> set[tuple[str, str]]:
        """Return what all stacks have, by type and physical id."""
        every = [live for stack in self.there() for live in stack.live.values()]
        return {(each.type, each.physical_id) for each in every}

    def named(self, name: str) -> Stack:
        """Return a stack by name, or by id even when it is deleted."""
        for stack in self.every:
            if name == stack.id or (name == stack.name and stack in self.there()):
                return stack
        raise RefusedError(f"Stack with id {name} does not exist")

    def changeable(self, name: str) -> Stack:
        """Return a stack that can be updated. Raises `RefusedError` for one that cannot."""
        stack = self.named(name)
        status = "UPDATE_IN_PROGRESS" if stack.changing else stack.status
        if status not in CHANGEABLE:
            raise RefusedError(f"Stack:{stack.id} is in {status} state and can not be updated.")
        return stack

    def fresh(self, name: str) -> Stack:
        """Return a stack to be made, or one that is under review. Raises `RefusedError`."""
        check_name(name)
        for stack in self.there():
            if name == stack.name and stack.status != "REVIEW_IN_PROGRESS":
                raise RefusedError(
                    f"Stack [{name}] already exists and cannot be created again with the changeSet."
                )
            if name == stack.name:
                return stack
        identity = arn(self.cloud, "cloudformation", f"stack/{name}/{uuid4()}")
        return Stack(identity, name, read_template('{"Resources": {"None": {"Type": "None"}}}'))

    def found(self, request: Request) -> tuple[Stack, ChangeSet]:
        """Return the change set that a request names. Raises `UnknownChangeSetError`."""
        wanted, name = request["ChangeSetName"], request.get("StackName")
        for stack in self.every:
            for each in stack.change_sets:
                if wanted == each.id or (wanted == each.name and name in {stack.name, stack.id}):
                    return stack, each
        raise UnknownChangeSetError(f"ChangeSet [{wanted}] does not exist")

    def imported(self, name: str) -> str:
        """Return the value of an export. Raises `RefusedError` when there is none."""
        for export in self.exports():
            if export["Name"] == name:
                return str(export["Value"])
        raise RefusedError(f"No export named {name} found.")

    def exports(self) -> list[dict[str, str]]:
        """Return what stacks export."""
        return [
            {"ExportingStackId": stack.id, "Name": output["export"], "Value": output["value"]}
            for stack in self.there()
            for output in stack.outputs.values()
            if output["export"]
        ]

    def importers(self, export: str) -> list[str]:
        """Return the names of the stacks that import an export."""
        return [stack.name for stack in self.there() if export in stack.imports]

    def in_use(
        self, stack: Stack, gone: Mapping[str, Any], kept: Mapping[str, Any] | None = None
    ) -> str:
        """Tell, in CloudFormation's words, which export of `gone` others import, "" where none.

        Those of `kept` stay; where one of these has another value, it cannot be updated.
        """
        left = {each["export"]: each["value"] for each in (kept or {}).values()}
        for each in gone.values():
            users = [name for name in self.importers(each["export"]) if name != stack.name]
            if users and left.get(each["export"]) != each["value"]:
                word = "updated" if each["export"] in left else "deleted"
                return (
                    f"Export {each['export']} cannot be {word} as it is in use by "
                    f"{', '.join(users)}"
                )
        return ""

    def check_exports(self, stack: Stack, outputs: Mapping[str, Any]) -> None:
        """Raise `RefusedError` for an export that has a name twice, or that others still use."""
        taken = {
            output["export"]: other.name
            for other in self.there()
            if other is not stack
            for output in other.outputs.values()
        }
        for output in outputs.values():
            name = output["export"]
            if name and name in taken:
                raise RefusedError(
                    f"Export with name {name} is already exported by stack {taken[name]}. "
                )
            taken[name] = stack.name
        used = self.in_use(stack, stack.outputs, outputs)
        if used:
            raise RefusedError(used)

    def pseudo(self, stack: Stack) -> dict[str, Any]:
        """Return the pseudo parameters of a stack."""
        return {
            "AWS::AccountId": self.cloud.account,
            "AWS::Region": self.cloud.region,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": stack.name,
            "AWS::StackId": stack.id,
            "AWS::NotificationARNs": [],
        }
