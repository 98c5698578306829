"""The functions of a template, resolved; and which resources a part of it refers to."""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.references import VARIABLE
from rehearsal.cfn.template import Template

UNKNOWN = "{{known when it is made: %s}}"
"""What a reference to a resource that is not there yet gives, while changes are planned."""
ABSENT = object()
"""What ``AWS::NoValue`` stands for: the property is left out."""


@dataclass(frozen=True)
class Scope:
    """What names mean in one template.

    `constants` are parameters and pseudo parameters; `attribute` answers Ref (``""``) and GetAtt
    of a resource, `imported` ImportValue.
    """

    template: Template
    constants: Mapping[str, Any]
    attribute: Callable[[str, str], Any]
    imported: Callable[[str], Any]

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
        if name in self.template.resources:
            return self.attribute(name, "")
        raise RefusedError(f"Template format error: Unresolved resource dependencies [{name}].")

    def holds(self, condition: str) -> bool:
        """Tell whether a condition of the template is met."""
        if condition not in self.template.conditions:
            raise RefusedError(f"Template format error: there is no condition {condition!r}.")
        return bool(self.resolve(self.template.conditions[condition]))

    def _call(self, name: str, argument: Any) -> Any:
        function = _FUNCTIONS.get(name)
        if function is None:
            raise RefusedError(f"Template error: the rehearsal does not know the function {name}.")
        return function(self, argument)


def unknown(value: Any) -> bool:
    """Tell whether `value` holds anything that only a resource to be made will know."""
    if isinstance(value, dict):
        return any(map(unknown, value.values()))
    if isinstance(value, list):
        return any(map(unknown, value))
    return isinstance(value, str) and UNKNOWN[:12] in value


def _get_att(scope: Scope, argument: Any) -> Any:
    name, attribute = argument if isinstance(argument, list) else argument.split(".", 1)
    if name not in scope.template.resources:
        raise RefusedError(f"Template error: Fn::GetAtt references undefined resource {name}")
    return scope.attribute(name, scope.resolve(attribute))


def _sub(scope: Scope, argument: Any) -> str:
    text, given = argument if isinstance(argument, list) else (argument, {})
    values = {key: scope.resolve(item) for key, item in given.items()}

    def value(found: re.Match[str]) -> str:
        literal, name = found.groups()
        if literal:
            return f"${{{name}}}"
        if name in values:
            return str(values[name])
        return str(_get_att(scope, name) if "." in name else scope.reference(name))

    return VARIABLE.sub(value, text)


def _join(scope: Scope, argument: Any) -> str:
    return str(argument[0]).join(str(item) for item in scope.resolve(argument[1]))


def _select(scope: Scope, argument: Any) -> Any:
    values = scope.resolve(argument[1])
    return next(filter(unknown, values), None) or values[int(scope.resolve(argument[0]))]


def _split(scope: Scope, argument: Any) -> list[str]:
    return str(scope.resolve(argument[1])).split(argument[0])


def _if(scope: Scope, argument: Any) -> Any:
    condition, yes, no = argument
    return scope.resolve(yes if scope.holds(condition) else no)


def _equals(scope: Scope, argument: Any) -> bool:
    left, right = scope.resolve(argument)
    return str(left) == str(right)


def _find_in_map(scope: Scope, argument: Any) -> Any:
    name, first, second = scope.resolve(argument)
    try:
        return scope.template.mappings[name][str(first)][second]
    except KeyError as error:
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
    "Fn::Base64": lambda scope, argument: base64.b64encode(
        str(scope.resolve(argument)).encode()
    ).decode(),
}
