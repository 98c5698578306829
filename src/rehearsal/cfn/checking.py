"""What a template refers to has to be in it: names, dependencies and conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.references import references
from rehearsal.cfn.template import Template


def check_references(template: Template) -> None:
    """Raise `RefusedError` naming, in CloudFormation's words, what a template refers to in vain.

    Both branches of every condition are looked at, as there: also what is not made has to be right.
    """
    for block in ("Resources", "Outputs"):
        missing = sorted(_missing(template, block))
        if missing:
            raise unresolved(missing, block)
    strangers = sorted(
        name
        for name in references(template.conditions) - set(template.parameters)
        if not name.startswith("AWS::")
    )
    if strangers:
        raise RefusedError(
            f"Template format error: Unresolved dependencies [{', '.join(strangers)}]. Cannot "
            "reference resources in the Conditions block of the template"
        )
    for block, names in _conditions(template):
        for name in names:
            if name not in template.conditions:
                raise RefusedError(
                    f"Template format error: Unresolved condition dependency {name} in the {block} "
                    "block of the template"
                )


def unresolved(names: list[str], block: str) -> RefusedError:
    """Return the refusal of names that nothing answers to in a block of the template."""
    return RefusedError(
        f"Template format error: Unresolved resource dependencies [{', '.join(names)}] in the "
        f"{block} block of the template"
    )


def depended(body: Mapping[str, Any]) -> set[str]:
    """Return what a resource is to be made after, by its DependsOn."""
    named = body.get("DependsOn") or []
    return {named} if isinstance(named, str) else set(named)


def needs(body: Mapping[str, Any]) -> set[str]:
    """Return what a resource refers to or depends on: it is made after it, and deleted before."""
    return references(body.get("Properties")) | depended(body)


def _missing(template: Template, block: str) -> set[str]:
    """Return what a block refers to in vain. A DependsOn can mean resources alone."""
    bodies, resources = template.resources.values(), set(template.resources)
    if block == "Outputs":
        found, after = references(template.outputs), set()
    else:
        found = {name for body in bodies for name in references(body.get("Properties"))}
        after = {name for body in bodies for name in depended(body)} - resources
    found = {name for name in found if not name.startswith("AWS::")}
    return after | (found - resources - set(template.parameters))


def _conditions(template: Template) -> Iterator[tuple[str, list[str]]]:
    """Yield the names of the conditions that each block depends on."""
    for block, bodies in (("Resources", template.resources), ("Outputs", template.outputs)):
        own = [body["Condition"] for body in bodies.values() if "Condition" in body]
        yield block, own + list(_asked(list(bodies.values())))
    yield "Conditions", list(_asked(template.conditions, also="Condition"))


def _asked(value: Any, also: str = "") -> Iterator[str]:
    """Yield the condition of every Fn::If below `value`, and the text of every key `also`."""
    if isinstance(value, list):
        for item in value:
            yield from _asked(item, also)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Fn::If" and isinstance(item, list) and item:
                yield str(item[0])
            if key == also and isinstance(item, str):
                yield item
            yield from _asked(item, also)
