"""Changes made: created in order, updated in place or replaced, removed last, undone on failure."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

from rehearsal.cfn.deleting import delete_noting
from rehearsal.cfn.dynamic_references import dereferenced
from rehearsal.cfn.form import POLICIES
from rehearsal.cfn.importing import check_free
from rehearsal.cfn.in_place import is_remade, left_undone
from rehearsal.cfn.intrinsics import ABSENT, Scope
from rehearsal.cfn.names import check_given_name, generated_name
from rehearsal.cfn.plain_text import plain_text
from rehearsal.cfn.planning import properties_of, scope_of, type_of
from rehearsal.cfn.problems import HalfMadeError, RefusedError
from rehearsal.cfn.resource_type import Live, Made, Properties, ResourceType
from rehearsal.cfn.stack import Change, ChangeSet, Stack
from rehearsal.cfn.stacks import Stacks
from rehearsal.cloud import Cloud

Undo = Callable[[], object]


class Deployment:
    """One execution of a change set on a stack."""

    def __init__(self, cloud: Cloud, stack: Stack, change_set: ChangeSet, stacks: Stacks):
        self.cloud, self.stack, self.change_set = cloud, stack, change_set
        self.stacks = stacks
        self.undo: list[Undo] = []
        self.leftover: list[Live] = []
        self.restored: dict[str, Live] = {}
        """What a rollback has made anew: its physical id is another than before."""
        self.stuck: dict[str, Live] = {}
        """What a rollback could not delete: the stack still has it."""

    def run(self) -> None:
        """Change the stack. It ends complete or rolled back; its events say why."""
        word = self.change_set.type
        self.stack.become(f"{word}_IN_PROGRESS", "User Initiated")
        before = dict(self.stack.live)
        self.stack.making |= self.change_set.template.resources
        try:
            for change in self.change_set.changes:
                if self.stack.cancelled.is_set():
                    return  # who cancelled it deletes what was made
                self._make(change)
            self._outputs()
        except Exception as error:
            if self.stack.cancelled.is_set():
                return
            if self.change_set.on_failure == "DO_NOTHING":
                self.stack.become(f"{word}_FAILED", str(error))
            else:
                self._roll_back(word, str(error), before)
            return
        self._clean_up()
        with self.stack.turn:
            if not self.stack.cancelled.is_set():
                self._complete(word)

    def _complete(self, word: str) -> None:
        self.stack.template = self.change_set.template
        self.stack.given, self.stack.parameters = self.change_set.given, self.change_set.parameters
        self.stack.tags, self.stack.imports = self.change_set.tags, self.change_set.imports
        self.stack.making = dict(self.stack.template.resources)
        self.stack.become(f"{word}_COMPLETE")

    def _make(self, change: Change) -> None:
        """Make one change; removals wait for the clean-up."""
        stack, name = self.stack, change.logical_id
        if change.action == "Remove":
            self.leftover.append(stack.live[name])
            return
        if change.action == "Import":
            self._adopt(change)
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

    def _adopt(self, change: Change) -> None:
        """Take what is there into the stack as it is; a rollback lets it go again."""
        name, made = change.logical_id, self.change_set.adopted[change.logical_id]
        who = (name, made.physical_id, change.type)
        self.stack.note(*who, "IMPORT_IN_PROGRESS", "Resource import started.")
        check_free(name, change.type, made.physical_id, self.stacks.owned())
        properties = properties_of(self._scope(change), name)
        told = (properties, made.attributes, self._policies(name), "IMPORT_COMPLETE")
        live = Live(name, change.type, made.physical_id, *told, stack=self.stack.id)
        self.stack.live[name] = live
        self.stack.note(*who, "IMPORT_COMPLETE", "Resource import completed.")

    def _is_as_it_was(self, change: Change, properties: Properties) -> bool:
        there = self.stack.live.get(change.logical_id)
        return there is not None and there.properties == properties

    def _scope(self, change: Change) -> Any:
        constants, template = self.change_set.parameters, self.change_set.template
        return scope_of(self.cloud, template, constants, self.stack.live, self.stacks.imported)

    def _create(self, change: Change, properties: Properties) -> None:
        name, template = change.logical_id, self.change_set.template
        kind = type_of(template, name).placed(self.stack.id, name)
        before = self.stack.live.get(name)
        actual = dereferenced(self.cloud, deepcopy(properties))
        chosen = actual.get(kind.named_by) if kind.named_by else None
        if chosen:
            check_given_name(kind.name, str(chosen))
        if before:
            self._check_replaced(kind, before, properties, chosen)
        try:
            made = kind.create(
                self.cloud, str(chosen or self._generated(name, actual)), deepcopy(actual)
            )
        except HalfMadeError as error:
            half = Made(error.physical_id)
            self._keep(change, kind, half, properties, "CREATE_FAILED")
            raise
        self._keep(change, kind, made, properties)

    def _check_replaced(
        self, kind: ResourceType, before: Live, properties: Properties, chosen: Any
    ) -> None:
        """Refuse another resource of the same name; tell of one that AWS would not make."""
        remade = before.type == kind.name and is_remade(kind, before.properties, properties)
        if remade:
            self.cloud.journal.remark(f"{kind.name}: a change of it makes another, not so on AWS")
        if chosen and chosen == before.properties.get(kind.named_by):
            why = "a custom-named resource requires replacing"
            if remade:
                why = f"{kind.name} has a name, for the rehearsal replaces it, not so on AWS"
            raise RefusedError(
                f"CloudFormation cannot update a stack when {why}. Rename {chosen} and update the "
                "stack again."
            )

    def _keep(
        self,
        change: Change,
        kind: ResourceType,
        made: Made,
        properties: Properties,
        status: str = "CREATE_COMPLETE",
    ) -> None:
        """Take what was made into the stack; a rollback deletes it."""
        name = change.logical_id
        before = self.stack.live.get(name)
        told = (properties, made.attributes, self._policies(name), status)
        live = Live(name, kind.name, made.physical_id, *told, stack=self.stack.id)
        self.stack.live[name] = live
        if before:
            self.leftover.append(before)
        self.undo.append(lambda: self._unmake(live))

    def _policies(self, name: str) -> dict[str, str]:
        body = self.change_set.template.resources[name]
        return {each: body[each] for each in POLICIES if each in body}

    def _unmake(self, live: Live) -> None:
        """Delete what was made; what cannot be deleted stays in a stack that was to be created."""
        word = live.policies.get("DeletionPolicy", "")
        who = (live.logical_id, live.physical_id, live.type)
        if word == "Retain":
            self.stack.note(*who, "DELETE_SKIPPED")
            return
        made = replace(live, policies={})  # only Retain keeps what was never complete
        if not delete_noting(self.cloud, self.stack, made, "") and self.change_set.type == "CREATE":
            self.stuck[live.logical_id] = replace(live, status="DELETE_FAILED")

    def _update(self, change: Change, properties: Properties) -> None:
        live = self.stack.live[change.logical_id]
        kind = type_of(self.change_set.template, change.logical_id)
        kind = kind.placed(self.stack.id, change.logical_id)
        changed = Made(live.physical_id, live.attributes)
        for sentence in left_undone(live.type, live.properties, properties):
            self.cloud.journal.remark(sentence)
        if kind.update is not None and properties != live.properties:
            old, new = dereferenced(self.cloud, [deepcopy(live.properties), deepcopy(properties)])
            self.undo.append(lambda: self._update_back(kind, live, old, new))
            changed = self._updated(kind, live, old, new)
        policies = self._policies(change.logical_id)
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

    def _generated(self, logical_id: str, properties: Properties) -> str:
        kind = self.change_set.template.resources[logical_id]["Type"]
        return generated_name(self.stack.name, logical_id, kind, properties)

    def _outputs(self) -> None:
        scope = scope_of(
            self.cloud,
            self.change_set.template,
            self.change_set.parameters,
            self.stack.live,
            self.stacks.imported,
        )
        outputs = resolved_outputs(scope)
        self.stacks.check_exports(self.stack, outputs)
        self.stack.outputs = outputs

    def _clean_up(self) -> None:
        """Delete what was removed or replaced; a failure here is noted, and changes nothing else."""
        for old in self.leftover:
            replaced = self.stack.live.get(old.logical_id) is not old
            policy = "UpdateReplacePolicy" if replaced else "DeletionPolicy"
            if not replaced:
                del self.stack.live[old.logical_id]
            delete_noting(self.cloud, self.stack, old, policy)

    def _roll_back(self, word: str, why: str, before: dict[str, Live]) -> None:
        prefix = "" if word == "CREATE" else f"{word}_"
        self.stack.become(f"{prefix}ROLLBACK_IN_PROGRESS", why)
        failed = []
        for undo in reversed(self.undo):
            try:
                undo()
            except Exception as error:
                failed.append(str(error))
        self.stack.live = before | self.restored | self.stuck
        if self.stuck:
            names = ", ".join(self.stuck)
            failed.append(f"The following resource(s) failed to delete: [{names}]. ")
        if failed:
            self.stack.become(f"{prefix}ROLLBACK_FAILED", "; ".join(failed))
        else:
            self.stack.become(f"{prefix}ROLLBACK_COMPLETE", why)


def resolved_outputs(scope: Scope) -> dict[str, Any]:
    """Return the outputs whose condition holds: value, description and the name of the export."""
    scope = replace(scope, block="Outputs")
    return {
        name: {
            "value": _output(name, scope.resolve(body["Value"])),
            "description": body.get("Description"),
            "export": scope.resolve((body.get("Export") or {}).get("Name")),
        }
        for name, body in scope.template.outputs.items()
        if "Condition" not in body or scope.holds(body["Condition"])
    }


def _output(name: str, value: Any) -> str:
    if value is ABSENT or isinstance(value, dict | list):
        raise RefusedError(
            f"Template format error: Output {name} is malformed. The Value field of every Outputs "
            "member must evaluate to a String."
        )
    return plain_text(value)
