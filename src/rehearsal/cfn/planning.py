"""What would change: the template with its new values, against the resources that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from rehearsal.cfn.checking import check_references, needs
from rehearsal.cfn.dynamic_references import foreseen
from rehearsal.cfn.in_place import is_replaced, moved_policies
from rehearsal.cfn.intrinsics import ABSENT, UNKNOWN, Scope, unknown
from rehearsal.cfn.names import check_given_name
from rehearsal.cfn.outside import check_outside
from rehearsal.cfn.problems import Reasons, RefusedError
from rehearsal.cfn.resource_type import WHATEVER, Live, Properties, ResourceType
from rehearsal.cfn.schemas import lacking, misnamed, parts_lacking, schema, strangers
from rehearsal.cfn.stack import Change
from rehearsal.cfn.template import Template
from rehearsal.cfn.types import resource_types
from rehearsal.cfn.unheeded import heeded
from rehearsal.cfn.wait_conditions import CONDITION, check_signals
from rehearsal.cloud import Cloud
from rehearsal.errors import listing

Imported = Callable[[str], Any]
_ALIAS = "AWS::Lambda::Alias"
_SIGNALLED = {"AWS::AutoScaling::AutoScalingGroup", "AWS::EC2::Instance", CONDITION}
_ROLLED = {
    *("AWS::AutoScaling::AutoScalingGroup", "AWS::ElastiCache::ReplicationGroup"),
    *("AWS::Elasticsearch::Domain", "AWS::OpenSearchService::Domain"),
}
_WAITING = {"CreationPolicy": _SIGNALLED, "UpdatePolicy": _ROLLED | {_ALIAS}}
"""The types that may wait for signals, or roll."""


def scope_of(
    cloud: Cloud,
    template: Template,
    constants: Mapping[str, Any],
    live: Mapping[str, Live],
    imported: Imported,
    gone: Iterable[str] = (),
) -> Scope:
    """Return what names mean, when `live` is there but for the resources in `gone`.

    An attribute alone (``Machine.StateMachineRevisionId``) may be among them.
    """
    missing = set(gone)

    def attribute(name: str, wanted: str) -> Any:
        kind = type_of(template, name)
        if wanted and not kind.gives(wanted):
            raise RefusedError(
                f"Template error: resource {name} does not support attribute type {wanted} "
                "in Fn::GetAtt"
            )
        if name not in live or missing & {name, f"{name}.{wanted}"}:
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
            f"{logical_id}). {_stranger(name)}"
        )
    return found


def _stranger(kind: str) -> str:
    if not kind.startswith("AWS::") and kind.count("::") > 1:
        return "It is of a module or of a third party, and none is registered here."
    if schema(kind) is None and kind.startswith("AWS::"):
        return "AWS has no such type."
    return "The rehearsal does not know how to make it."


def _check_policies(cloud: Cloud, template: Template) -> None:
    """Say which policies of waiting and rolling are not heeded: none is.

    Raises `RefusedError` naming attributes that only types have which wait for signals, or roll.
    """
    wrong = []
    for name, body in template.resources.items():
        kind = body["Type"]
        for attribute in sorted(_WAITING.keys() & body.keys()):
            if kind in _WAITING[attribute]:
                whose = "aliases" if kind == _ALIAS else kind
                at_once = "; they move at once" if kind == _ALIAS else ""
                cloud.journal.remark(f"{whose}: their {attribute} is not heeded{at_once}")
            elif kind in resource_types():
                wrong.append(f"{attribute} of {name}, of type {kind}")
    if wrong:
        raise RefusedError(f"Template error: not supported: {'; '.join(wrong)}.")


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

    Raises `RefusedError` with every type, property, function and integration that is not rehearsed.
    """
    replaced: set[str] = set()
    scope = scope_of(cloud, template, constants, live, imported, replaced)
    reasons = Reasons()
    with reasons.noting():
        check_references(template)
    with reasons.noting():
        _check_policies(cloud, template)
    with reasons.noting():
        check_signals(template)
    order = ordered(scope)
    unplanned = _unknown_types(template, order, reasons)
    unplanned |= _retyped(template, order, live, reasons)
    changes: list[Change] = []
    for name in order:
        if name in unplanned:
            continue
        change = _change(cloud, scope, name, live.get(name), reasons)
        if change:
            changes.append(change)
            if new := renewed(template, change):
                replaced |= new
                scope = scope_of(cloud, template, constants, live, imported, replaced)
    _look_at_outputs(scope, reasons)
    reasons.refuse()
    gone = [item for name, item in live.items() if name not in order]
    return changes + [Change("Remove", g.logical_id, g.type, g.physical_id) for g in gone[::-1]]


def renewed(template: Template, change: Change) -> set[str]:
    """Return what is answered anew once a change is made: a resource, or attributes of it.

    All of one that is replaced, and of a custom one, whatever is changed of it.
    """
    if change.action != "Modify":
        return set()
    name, kind = change.logical_id, type_of(template, change.logical_id)
    if change.replacement or (kind.attributes is WHATEVER and change.changed):
        return {name}
    return {f"{name}.{each}" for each in kind.renewed}


def _unknown_types(template: Template, order: list[str], reasons: Reasons) -> set[str]:
    """Note what cannot be made; where no condition wants it, only a type that AWS has not."""
    found = set()
    for name, body in template.resources.items():
        if body["Type"] not in resource_types():
            found.add(name)
            if name in order or (body["Type"].startswith("AWS::") and not schema(body["Type"])):
                with reasons.noting():
                    type_of(template, name)
    return found


def _retyped(
    template: Template, order: list[str], live: Mapping[str, Live], reasons: Reasons
) -> set[str]:
    """Note the resources that are there as another type, as which none becomes."""
    found = {n for n in order if n in live and live[n].type != template.resources[n]["Type"]}
    if found:
        with reasons.noting():
            raise RefusedError(
                "Update of resource type is not permitted. The new template modifies resource type "
                f"of the following resources: [{', '.join(sorted(found))}]"
            )
    return found


def _look_at_outputs(scope: Scope, reasons: Reasons) -> None:
    scope = replace(scope, block="Outputs")
    for body in scope.template.outputs.values():
        with reasons.noting():
            if "Condition" not in body or scope.holds(body["Condition"]):
                scope.resolve(body["Value"])


def properties_of(scope: Scope, name: str) -> Properties:
    """Return the resolved properties of a resource. Raises `RefusedError` for one not rehearsed."""
    reasons = Reasons()
    properties = _looked_at(scope, name, reasons)
    reasons.refuse()
    return heeded(type_of(scope.template, name).name, properties)


def _looked_at(scope: Scope, name: str, reasons: Reasons) -> Properties:
    """Return the properties that can be resolved; note why others cannot, or are not known."""
    kind = type_of(scope.template, name)
    given, properties = _given(scope, name), Properties()
    for key, value in given.items():
        with reasons.noting():
            found = scope.resolve(value)
            if found is not ABSENT:
                properties[key] = found
    what = f"Properties validation failed for resource {name}"
    unknown_ones = set(strangers(kind.name, properties))
    if kind.properties is not None:
        unknown_ones |= set(heeded(kind.name, properties)) - kind.properties
    if unknown_ones:
        with reasons.noting():
            raise RefusedError(
                f"{what}: the rehearsal does not know {listing(sorted(unknown_ones))} of "
                f"{kind.name}."
            )
    missing = [*lacking(kind.name, given), *parts_lacking(kind.name, properties)]
    if missing:
        with reasons.noting():
            raise RefusedError(f"{what}: required, and not given: {listing(missing)}.")
    for wrong in misnamed(kind.name, properties):
        with reasons.noting():
            raise RefusedError(f"{what}: {wrong}.")
    return properties


def _given(scope: Scope, name: str) -> Properties:
    """Return the properties as written, or what the function gives that stands for all of them."""
    given = scope.template.resources[name].get("Properties") or {}
    if len(given) == 1 and next(iter(given)).startswith("Fn::"):
        given = scope.resolve(given)
    return {} if given is ABSENT else dict(given)


def _change(
    cloud: Cloud, scope: Scope, name: str, there: Live | None, reasons: Reasons
) -> Change | None:
    kind, own = type_of(scope.template, name), Reasons()
    properties = _looked_at(scope, name, own)
    reasons.found |= own.found
    if own.found:
        return None
    for each in sorted(properties.keys() - heeded(kind.name, properties).keys()):
        cloud.journal.remark(f"{kind.name}: its {each} is not heeded")
    properties = heeded(kind.name, properties)
    with reasons.noting():
        check_outside(cloud, scope, kind.name, properties)
    expected = foreseen(cloud, properties)
    if there is None:
        with reasons.noting():
            _check(cloud, kind, expected)
        given = str(expected.get(kind.named_by) or "")
        if given and not unknown(given):
            with reasons.noting():
                check_given_name(kind.name, given)
        return Change("Add", name, kind.name)
    keys = sorted({*properties, *there.properties})
    changed = tuple(k for k in keys if properties.get(k) != there.properties.get(k))
    if not changed:
        moved = moved_policies(scope.template.resources[name], there)
        what = ("Modify", name, kind.name, there.physical_id)
        return Change(*what, scope=moved) if moved else None
    with reasons.noting():
        _check(cloud, kind, expected)
    again = kind.update is None or is_replaced(kind, there.properties, properties)
    return Change("Modify", name, kind.name, there.physical_id, again, changed)


def _check(cloud: Cloud, kind: ResourceType, properties: Properties) -> None:
    if kind.check is not None:
        kind.check(cloud, properties)
