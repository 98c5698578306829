"""The functions of a template, resolved; and which resources a part of it refers to."""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from rehearsal.cfn.checking import unresolved
from rehearsal.cfn.language_extensions import FUNCTIONS, LANGUAGE
from rehearsal.cfn.plain_text import plain_text
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.references import VARIABLE
from rehearsal.cfn.template import Template

UNKNOWN = "<known when it is made %s>"
"""What a reference to a resource that is not there yet gives, while changes are planned.

It stands in texts of JSON and of YAML alike, where braces and a colon would be read as a mapping.
"""
ABSENT = object()
"""What ``AWS::NoValue`` stands for: the property is left out."""


@dataclass(frozen=True)
class Scope:
    """What names mean in one template.

    `constants` are parameters and pseudo parameters; `attribute` answers Ref (``""``) and GetAtt
    of a resource, `imported` ImportValue. `block` is the part of the template that is resolved.
    """

    template: Template
    constants: Mapping[str, Any]
    attribute: Callable[[str, str], Any]
    imported: Callable[[str], Any]
    block: str = "Resources"

    def resolve(self, value: Any) -> Any:
        """Return `value` with every function replaced by what it gives."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not ABSENT]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, argument), *_ = value.items()
            if name == "Ref" or (name == "Condition" and isinstance(argument, str)):
                return self.reference(argument) if name == "Ref" else self.holds(argument)
            if name.startswith("Fn::"):
                return self._call(name, argument)
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not ABSENT}

    def reference(self, name: str) -> Any:
        """Return what ``!Ref name`` gives. Raises `RefusedError` for a name there is not."""
        if name == "AWS::NoValue":
            return ABSENT
        if name in self.constants:
            return self.constants[name]
        return self.answer(name, "")

    def answer(self, name: str, attribute: str) -> Any:
        """Return what a resource answers to Ref (``""``) or GetAtt.

        Raises `RefusedError` where the template has none of that name, or its condition is false.
        """
        if name not in self.template.resources or not self.stands(name):
            raise unresolved([name], self.block)
        return self.attribute(name, attribute)

    def stands(self, resource: str) -> bool:
        """Tell whether a resource of the template is made: its condition holds, or it has none."""
        body = self.template.resources[resource]
        return "Condition" not in body or self.holds(body["Condition"])

    def holds(self, condition: str) -> bool:
        """Tell whether a condition of the template is met."""
        if condition not in self.template.conditions:
            raise RefusedError(f"Template format error: there is no condition {condition!r}.")
        return bool(self.resolve(self.template.conditions[condition]))

    def _call(self, name: str, argument: Any) -> Any:
        function = _FUNCTIONS.get(name)
        if function is None or (name in FUNCTIONS and LANGUAGE not in self.template.transforms):
            raise RefusedError(f"Template error: the rehearsal does not know the function {name}.")
        try:
            return function(self, argument)
        except (TypeError, ValueError, IndexError, AttributeError) as error:
            raise RefusedError(
                f"Template error: {name} has not the arguments that it needs: {error}."
            ) from error


def unknown(value: Any) -> bool:
    """Tell whether `value` holds anything that only a resource to be made will know."""
    if isinstance(value, dict):
        return any(map(unknown, value.values()))
    if isinstance(value, list):
        return any(map(unknown, value))
    return isinstance(value, str) and UNKNOWN[:12] in value


def references_to_come(value: Any) -> list[str]:
    """Return the resources to be made whose answers stand in a text."""
    return re.findall(re.escape(UNKNOWN).replace("%s", r"([A-Za-z0-9]+)\.[^<>]*"), str(value))


def _get_att(scope: Scope, argument: Any) -> Any:
    name, attribute = argument if isinstance(argument, list) else argument.split(".", 1)
    return scope.answer(name, scope.resolve(attribute))


def _sub(scope: Scope, argument: Any) -> str:
    text, given = argument if isinstance(argument, list) else (argument, {})
    values = {key: scope.resolve(item) for key, item in given.items()}

    def value(found: re.Match[str]) -> str:
        literal, name = found.groups()
        if literal:
            return f"${{{name}}}"
        if name in values:
            return _text(values[name], name)
        return _text(_get_att(scope, name) if "." in name else scope.reference(name), name)

    return VARIABLE.sub(value, text)


def _text(value: Any, name: str) -> str:
    if value is ABSENT:
        return ""
    return plain_text(value, f"variable {name} in Fn::Sub expression")


def _join(scope: Scope, argument: Any) -> str:
    values = scope.resolve(argument[1])
    if not isinstance(values, list):
        raise RefusedError("Template error: every Fn::Join object needs a list of strings to join.")
    where = "a value of Fn::Join"
    return plain_text(argument[0], where).join(plain_text(item, where) for item in values)


def _select(scope: Scope, argument: Any) -> Any:
    values = scope.resolve(argument[1])
    return next(filter(unknown, values), None) or values[int(scope.resolve(argument[0]))]


def _split(scope: Scope, argument: Any) -> list[str]:
    return plain_text(scope.resolve(argument[1]), "the text of Fn::Split").split(argument[0])


def _if(scope: Scope, argument: Any) -> Any:
    condition, yes, no = argument
    return scope.resolve(yes if scope.holds(condition) else no)


def _equals(scope: Scope, argument: Any) -> bool:
    # Each by itself: of a list, what has no value would be left out.
    left, right = (_compared(scope.resolve(item)) for item in argument)
    return bool(left == right)


def _compared(value: Any) -> Any:
    if value is ABSENT:
        return ""
    return [_compared(item) for item in value] if isinstance(value, list) else plain_text(value)


def _find_in_map(scope: Scope, argument: Any) -> Any:
    extended = LANGUAGE in scope.template.transforms and len(argument) == 4
    name, first, second = scope.resolve(argument[:3] if extended else argument)
    try:
        return scope.template.mappings[name][plain_text(first)][plain_text(second)]
    except KeyError as error:
        if extended:
            return scope.resolve(argument[3]["DefaultValue"])
        raise RefusedError(
            f"Template error: Unable to get mapping for {name}::{first}::{second}"
        ) from error


def _zones(scope: Scope, argument: Any) -> list[str]:
    region = scope.resolve(argument) or scope.constants["AWS::Region"]
    return [f"{region}{letter}" for letter in "abc"]


def _cidr(scope: Scope, argument: Any) -> list[str]:
    block, count, *bits = scope.resolve(argument)
    if unknown(block):
        return [block] * int(count)
    try:
        whole = ipaddress.ip_network(block, strict=False)
        size = whole.max_prefixlen - int(bits[0] if bits else 8)
        found = [str(each) for each in islice(whole.subnets(new_prefix=size), int(count))]
    except ValueError as error:
        raise RefusedError(f"Template error: Fn::Cidr of {block}: {error}") from error
    if len(found) < int(count):
        raise RefusedError(f"Template error: Fn::Cidr cannot take {count} blocks out of {block}.")
    return found


def _length(scope: Scope, argument: Any) -> int:
    values = scope.resolve(argument)
    if not isinstance(values, list):
        raise RefusedError("Template error: Fn::Length needs a list.")
    return len(values)


def _json_text(scope: Scope, argument: Any) -> str:
    return json.dumps(scope.resolve(argument), separators=(",", ":"), ensure_ascii=False)


_FUNCTIONS: dict[str, Callable[[Scope, Any], Any]] = {
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::If": _if,
    "Fn::Equals": _equals,
    "Fn::And": lambda scope, argument: all(scope.resolve(argument)),
    "Fn::Or": lambda scope, argument: any(scope.resolve(argument)),
    "Fn::Not": lambda scope, argument: not scope.resolve(argument)[0],
    "Fn::FindInMap": _find_in_map,
    "Fn::ImportValue": lambda scope, argument: scope.imported(scope.resolve(argument)),
    "Fn::GetAZs": _zones,
    "Fn::Cidr": _cidr,
    "Fn::Length": _length,
    "Fn::ToJsonString": _json_text,
    "Fn::Base64": lambda scope, argument: base64.b64encode(
        plain_text(scope.resolve(argument), "the text of Fn::Base64").encode()
    ).decode(),
}
