"""``Transform: AWS::LanguageExtensions``: loops written out, names and policies that are functions.

Fn::Length, Fn::ToJsonString and the default of Fn::FindInMap are functions like any other, which
`intrinsics` has; what is here is what has to be plain before a template can be looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rehearsal.cfn.plain_text import plain_text
from rehearsal.cfn.problems import RefusedError

LANGUAGE = "AWS::LanguageExtensions"
FUNCTIONS = frozenset({"Fn::Length", "Fn::ToJsonString"})
"""The functions that a template has with the transform alone."""
_LOOP = "Fn::ForEach::"
_LOOPED = ("Conditions", "Resources", "Outputs")
_POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")
Resolve = Callable[[Any], Any]


def written_out(content: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """Return the content of a template without loops; `given` are parameters, as text.

    Raises `RefusedError` for a loop over what is known only when the stack is made.
    """
    resolve = resolver(content, given)
    sections = {
        name: _plain(_unrolled(content[name], resolve), resolve)
        for name in _LOOPED
        if isinstance(content.get(name), dict)
    }
    for body in sections.get("Resources", {}).values():
        if isinstance(body, dict):
            body |= {name: resolve(body[name]) for name in _POLICIES if name in body}
    return dict(content) | sections


def resolver(content: Mapping[str, Any], given: Mapping[str, str]) -> Resolve:
    """Return what resolves the functions that need nothing but parameters and mappings."""
    from rehearsal.cfn.intrinsics import Scope
    from rehearsal.cfn.template import Template

    constants: dict[str, Any] = {}
    for name, rules in (content.get("Parameters") or {}).items():
        if name in given or "Default" in rules:
            text = plain_text(given.get(name, rules.get("Default")))
            kind = str(rules.get("Type", ""))
            listed = kind == "CommaDelimitedList" or kind.startswith("List<")
            constants[name] = [each.strip() for each in text.split(",")] if listed else text
    template = Template(
        "",
        mappings=content.get("Mappings") or {},
        conditions=content.get("Conditions") or {},
        transforms=(LANGUAGE,),
    )
    return Scope(template, constants, _unmade, _unmade).resolve


def _unmade(*names: str) -> Any:
    raise RefusedError(f"Template error: {'.'.join(names)} is not known before the stack is made.")


def _unrolled(value: Any, resolve: Resolve) -> Any:
    if isinstance(value, list):
        return [_unrolled(each, resolve) for each in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, item in value.items():
        turns = _turns(key, item, resolve) if key.startswith(_LOOP) else [{key: item}]
        for turn in turns:
            body = _unrolled(turn, resolve) if key.startswith(_LOOP) else _below(turn, resolve)
            if repeated := sorted(set(body) & set(found)):
                raise RefusedError(f"Template format error: duplicate key {repeated[0]} in {key}.")
            found |= body
    return found


def _below(turn: dict[str, Any], resolve: Resolve) -> dict[str, Any]:
    return {key: _unrolled(item, resolve) for key, item in turn.items()}


def _turns(key: str, loop: Any, resolve: Resolve) -> Iterator[dict[str, Any]]:
    """Yield the body of a loop for each value of its collection."""
    if not isinstance(loop, list) or len(loop) != 3 or not isinstance(loop[2], dict):
        raise RefusedError(
            f"Template error: {key} needs a name, a collection and an object of what is repeated."
        )
    name, collection, body = loop
    values = resolve(collection)
    if not isinstance(values, list):
        raise RefusedError(f"Template error: the collection of {key} is no list: {values!r}.")
    for value in values:
        yield _filled(body, str(name), plain_text(value))


def _filled(value: Any, name: str, text: str) -> Any:
    """Return `value` with the variable of a loop filled in: ``${Name}``, ``&{Name}`` and its Ref."""
    if isinstance(value, str):
        found = value.replace(f"${{{name}}}", text)
        return found.replace(f"&{{{name}}}", re.sub(r"[^A-Za-z0-9]", "", text))
    if isinstance(value, list):
        return [_filled(each, name, text) for each in value]
    if not isinstance(value, dict):
        return value
    if value == {"Ref": name}:
        return text
    return {_filled(key, name, text): _filled(item, name, text) for key, item in value.items()}


def _plain(value: Any, resolve: Resolve) -> Any:
    """Return `value` with the names of Ref and Fn::GetAtt resolved, where they are functions."""
    if isinstance(value, list):
        return [_plain(each, resolve) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _plain(item, resolve) for key, item in value.items()}
    if isinstance(found.get("Ref"), dict):
        found["Ref"] = resolve(found["Ref"])
    attribute = found.get("Fn::GetAtt")
    if isinstance(attribute, list) and attribute and isinstance(attribute[0], dict):
        found["Fn::GetAtt"] = [resolve(attribute[0]), *attribute[1:]]
    return found
