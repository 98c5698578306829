"""Changes made: created in order, updated in place or replaced, removed last, undone on failure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any
from uuid import uuid4

from rehearsal.cfn.deleting import delete, delete_noting
from rehearsal.cfn.dynamic_references import dereferenced
from rehearsal.cfn.planning import Imported, properties_of, scope_of, type_of
from rehearsal.cfn.problems import HalfMadeError, RefusedError
from rehearsal.cfn.resource_type import Live, Made, Properties, ResourceType
from rehearsal.cfn.stack import Change, ChangeSet, Stack
from rehearsal.cloud import Cloud

Undo = Callable[[], object]


class Deployment:
    """One execution of a change set on a stack."""

    def __init__(self, cloud: Cloud, stack: Stack, change_set: ChangeSet, imported: Imported):
        self.cloud, self.stack, self.change_set = cloud, stack, change_set
        self.imported = imported
        self.undo: list[Undo] = []
        self.leftover: list[Live] = []
        self.restored: dict[str, Live] = {}

    def run(self) -> None:
        """Change the stack. It ends complete or rolled back; its events say why."""
        word = self.change_set.type
        self.stack.become(f"{word}_IN_PROGRESS", "User Initiated")
        before = (dict(self.stack.live), self.stack.template, self.stack.parameters)
        try:
            for change in self.change_set.changes:
                self._make(change)
            self._outputs()
        except Exception as error:
            if self.change_set.on_failure == "DO_NOTHING":
                self.stack.become(f"{word}_FAILED", str(error))
            else:
                self._roll_back(word, str(error), before)
            return
        self._clean_up()
        self.stack.template = self.change_set.template
        self.stack.given, self.stack.parameters = self.change_set.given, self.change_set.parameters
        self.stack.tags = self.change_set.tags
        self.stack.become(f"{word}_COMPLETE")

    def _make(self, change: Change) -> None:
        """Make one change; removals wait for the clean-up."""
        stack, name = self.stack, change.logical_id
        if change.action == "Remove":
            self.leftover.append(stack.live[name])
            return
        word = "CREATE" if change.action == "Add" or change.replacement else "UPDATE"
        stack.note(name, change.physical_id, change.type, f"{word}_IN_PROGRESS")
        try:
            properties = properties_of(self._scope(change), name)
            if word == "CREATE" and self._is_as_it_was(change, properties):
                word = "UPDATE"  # it was to be replaced if what it refers to had become another
            self._create(change, properties) if word == "CREATE" else self._update(
                change, properties
            )
        except Exception as error:
            stack.note(name, change.physical_id, change.type, f"{word}_FAILED", str(error))
            raise RefusedError(
                f"The following resource(s) failed to {word.lower()}: [{name}]. {error}"
            ) from error
        stack.note(name, stack.live[name].physical_id, change.type, f"{word}_COMPLETE")

    def _is_as_it_was(self, change: Change, properties: Properties) -> bool:
        there = self.stack.live.get(change.logical_id)
        return there is not None and (there.type, there.properties) == (change.type, properties)

    def _scope(self, change: Change) -> Any:
        constants, template = self.change_set.parameters, self.change_set.template
        return scope_of(self.cloud, template, constants, self.stack.live, self.imported)

    def _create(self, change: Change, properties: Properties) -> None:
        name, template = change.logical_id, self.change_set.template
        kind = type_of(template, name).placed(self.stack.id, name)
        before = self.stack.live.get(name)
        actual = dereferenced(self.cloud, deepcopy(properties))
        chosen = actual.get(kind.named_by) if kind.named_by else None
        if before and chosen and chosen == before.properties.get(kind.named_by):
            raise RefusedError(
                "CloudFormation cannot update a stack when a custom-named resource requires "
                f"replacing. Rename {chosen} and update the stack again."
            )
        try:
            made = kind.create(self.cloud, str(chosen or self._generated(name)), deepcopy(actual))
        except HalfMadeError as error:
            half = error.physical_id
            self.undo.append(lambda: kind.delete(self.cloud, half, actual))
            raise
        body = template.resources[name]
        policies = {k: body[k] for k in ("DeletionPolicy", "UpdateReplacePolicy") if k in body}
        told = (properties, made.attributes, policies)
        live = Live(name, kind.name, made.physical_id, *told, stack=self.stack.id)
        self.stack.live[name] = live
        if before:
            self.leftover.append(before)
        keep = policies.get("DeletionPolicy") == "Retain"
        self.undo.append(lambda: None if keep else delete(self.cloud, live))

    def _update(self, change: Change, properties: Properties) -> None:
        live = self.stack.live[change.logical_id]
        kind = type_of(self.change_set.template, change.logical_id)
        kind = kind.placed(self.stack.id, change.logical_id)
        changed = Made(live.physical_id, live.attributes)
        if kind.update is not None and properties != live.properties:
            old, new = dereferenced(self.cloud, [deepcopy(live.properties), deepcopy(properties)])
            self.undo.append(lambda: self._update_back(kind, live, old, new))
            changed = self._updated(kind, live, old, new)
        body = self.change_set.template.resources[change.logical_id]
        policies = {k: body[k] for k in ("DeletionPolicy", "UpdateReplacePolicy") if k in body}
        self.stack.live[change.logical_id] = replace(
            live,
            physical_id=changed.physical_id,
            properties=properties,
            attributes=changed.attributes,
            policies=policies,
        )
        if changed.physical_id != live.physical_id:
            self.leftover.append(live)

    def _updated(self, kind: ResourceType, live: Live, old: Properties, new: Properties) -> Made:
        """Update a resource in place; return what it is then."""
        assert kind.update is not None  # noqa: S101 - asked by whoever calls this
        found = kind.update(self.cloud, live.physical_id, deepcopy(old), deepcopy(new))
        if isinstance(found, Made):
            return found
        return Made(live.physical_id, {**live.attributes, **(found or {})})

    def _update_back(
        self, kind: ResourceType, before: Live, old: Properties, new: Properties
    ) -> None:
        """Undo an update; what a custom resource has made in its course is deleted."""
        now = self.stack.live[before.logical_id]
        back = self._updated(kind, now, new, old)
        if back.physical_id != now.physical_id:
            kind.delete(self.cloud, now.physical_id, deepcopy(new))
        if back.physical_id != before.physical_id:
            self.restored[before.logical_id] = replace(
                before, physical_id=back.physical_id, attributes=back.attributes
            )

    def _generated(self, logical_id: str) -> str:
        return f"{self.stack.name}-{logical_id}-{uuid4().hex[:12]}"

    def _outputs(self) -> None:
        scope = scope_of(
            self.cloud,
            self.change_set.template,
            self.change_set.parameters,
            self.stack.live,
            self.imported,
        )
        self.stack.outputs = resolved_outputs(scope)

    def _clean_up(self) -> None:
        """Delete what was removed or replaced; a failure here is noted, and changes nothing else."""
        for old in self.leftover:
            replaced = self.stack.live.get(old.logical_id) is not old
            policy = "UpdateReplacePolicy" if replaced else "DeletionPolicy"
            if not replaced:
                del self.stack.live[old.logical_id]
            delete_noting(self.cloud, self.stack, old, policy)

    def _roll_back(
        self, word: str, why: str, before: tuple[dict[str, Live], Any, Mapping[str, Any]]
    ) -> None:
        prefix = "" if word == "CREATE" else "UPDATE_"
        self.stack.become(f"{prefix}ROLLBACK_IN_PROGRESS", why)
        failed = []
        for undo in reversed(self.undo):
            try:
                undo()
            except Exception as error:
                failed.append(str(error))
        self.stack.live = before[0] | self.restored
        if failed:
            self.stack.become(f"{prefix}ROLLBACK_FAILED", "; ".join(failed))
        else:
            self.stack.become(f"{prefix}ROLLBACK_COMPLETE", why)


def resolved_outputs(scope: Any) -> dict[str, Any]:
    """Return the outputs whose condition holds: value, description and the name of the export."""
    return {
        name: {
            "value": str(scope.resolve(body["Value"])),
            "description": body.get("Description"),
            "export": scope.resolve((body.get("Export") or {}).get("Name")),
        }
        for name, body in scope.template.outputs.items()
        if "Condition" not in body or scope.holds(body["Condition"])
    }
