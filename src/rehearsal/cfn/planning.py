"""What would change: the template with its new values, against the resources that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rehearsal.cfn.checking import needs
from rehearsal.cfn.in_place import is_replaced, moved_policies
from rehearsal.cfn.intrinsics import UNKNOWN, Scope
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Live, Properties, ResourceType
from rehearsal.cfn.stack import Change
from rehearsal.cfn.template import Template
from rehearsal.cfn.types import resource_types
from rehearsal.cloud import Cloud
from rehearsal.errors import listing

Imported = Callable[[str], Any]


def scope_of(
    cloud: Cloud,
    template: Template,
    constants: Mapping[str, Any],
    live: Mapping[str, Live],
    imported: Imported,
    gone: Iterable[str] = (),
) -> Scope:
    """Return what names mean, when `live` is there but for the resources in `gone`."""
    missing = set(gone)

    def attribute(name: str, wanted: str) -> Any:
        kind = type_of(template, name)
        if wanted and wanted not in kind.attributes:
            raise RefusedError(
                f"Template error: resource {name} does not support attribute type {wanted} "
                "in Fn::GetAtt"
            )
        if name not in live or name in missing:
            return UNKNOWN % f"{name}.{wanted}"
        return live[name].answer(wanted)

    return Scope(template, constants, attribute, imported)


def type_of(template: Template, logical_id: str) -> ResourceType:
    """Return the type of a resource. Raises `RefusedError` naming one that is not rehearsed."""
    name = template.resources[logical_id]["Type"]
    found = resource_types().get(name)
    if found is None:
        raise RefusedError(
            f"Template format error: Unrecognized resource types: [{name}] (resource "
            f"{logical_id}). The rehearsal does not know how to make it."
        )
    return found


def ordered(scope: Scope) -> list[str]:
    """Return the resources whose condition holds, each after those it refers to or depends on."""
    resources = scope.template.resources
    wanted = {name for name in resources if scope.stands(name)}
    pending = {n: needs(body) & wanted - {n} for n, body in resources.items() if n in wanted}
    order: list[str] = []
    while pending:
        ready = [name for name, needs in pending.items() if needs <= set(order)]
        if not ready:
            raise RefusedError(
                f"Circular dependency between resources: [{', '.join(sorted(pending))}]"
            )
        order += ready
        pending = {name: needs for name, needs in pending.items() if name not in ready}
    return order


def planned(
    cloud: Cloud,
    template: Template,
    constants: Mapping[str, Any],
    live: Mapping[str, Live],
    imported: Imported,
) -> list[Change]:
    """Return the changes, in the order in which they would be made; removals come last.

    Raises `RefusedError` for a type, a property, a function or an integration that is not rehearsed.
    """
    for name in template.resources:
        type_of(template, name)
    replaced: set[str] = set()
    scope = scope_of(cloud, template, constants, live, imported, replaced)
    order = ordered(scope)
    changes: list[Change] = []
    for name in order:
        change = _change(cloud, scope, name, live.get(name))
        if change:
            changes.append(change)
            if change.replacement:
                replaced.add(name)
                scope = scope_of(cloud, template, constants, live, imported, replaced)
    gone = [item for name, item in live.items() if name not in order]
    return changes + [Change("Remove", g.logical_id, g.type, g.physical_id) for g in gone[::-1]]


def properties_of(scope: Scope, name: str) -> Properties:
    """Return the resolved properties of a resource. Raises `RefusedError` for one not rehearsed."""
    properties: Properties = scope.resolve(scope.template.resources[name].get("Properties") or {})
    known = type_of(scope.template, name).properties
    if known is not None and set(properties) - known:
        raise RefusedError(
            f"Properties validation failed for resource {name}: the rehearsal does not know "
            f"{listing(sorted(set(properties) - known))} of {type_of(scope.template, name).name}."
        )
    return properties


def _change(cloud: Cloud, scope: Scope, name: str, there: Live | None) -> Change | None:
    kind = type_of(scope.template, name)
    properties = properties_of(scope, name)
    if there is None:
        _check(cloud, kind, properties)
        return Change("Add", name, kind.name)
    if there.type != kind.name:
        return Change("Modify", name, kind.name, there.physical_id, replacement=True)
    keys = sorted({*properties, *there.properties})
    changed = tuple(k for k in keys if properties.get(k) != there.properties.get(k))
    if not changed:
        moved = moved_policies(scope.template.resources[name], there)
        what = ("Modify", name, kind.name, there.physical_id)
        return Change(*what, scope=moved) if moved else None
    _check(cloud, kind, properties)
    again = kind.update is None or is_replaced(kind, there.properties, properties)
    return Change("Modify", name, kind.name, there.physical_id, again, changed)


def _check(cloud: Cloud, kind: ResourceType, properties: Properties) -> None:
    if kind.check is not None:
        kind.check(cloud, properties)
