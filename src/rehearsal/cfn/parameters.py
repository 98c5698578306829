"""The values of a template's parameters: given or default, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rehearsal.cfn.problems import RefusedError
from rehearsal.errors import listing


def parameter_values(declared: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """Return each parameter's value. Raises `RefusedError` as CloudFormation does for a wrong one."""
    strangers = sorted(set(given) - set(declared))
    if strangers:
        raise RefusedError(f"Parameters: [{', '.join(strangers)}] do not exist in the template")
    missing = sorted(
        n for n, rules in declared.items() if n not in given and "Default" not in rules
    )
    if missing:
        raise RefusedError(f"Parameters: [{', '.join(missing)}] must have values")
    return {
        name: _value(name, rules, str(given.get(name, rules.get("Default"))))
        for name, rules in declared.items()
    }


def _value(name: str, rules: Mapping[str, Any], text: str) -> Any:
    kind = rules["Type"]
    if kind == "Number" and not re.fullmatch(r"-?\d+(\.\d+)?", text):
        raise RefusedError(f"Parameter '{name}' must be a number.")
    listed = kind == "CommaDelimitedList" or kind.startswith("List<")
    values = [value.strip() for value in text.split(",")] if listed else [text]
    for value in values:
        _check(name, rules, value)
    return values if listed else text


def _check(name: str, rules: Mapping[str, Any], value: str) -> None:
    allowed = [str(choice) for choice in rules.get("AllowedValues", [])]
    if allowed and value not in allowed:
        raise RefusedError(f"Parameter '{name}' must be one of AllowedValues {listing(allowed)}.")
    pattern = rules.get("AllowedPattern")
    if pattern is not None and not re.fullmatch(pattern, value):
        raise RefusedError(f"Parameter '{name}' must match pattern {pattern}; it is {value!r}.")
    if not int(rules.get("MinLength", 0)) <= len(value) <= int(rules.get("MaxLength", 4096)):
        raise RefusedError(f"Parameter '{name}' has {len(value)} characters, outside its limits.")
    if rules["Type"] == "Number" and not (
        float(rules.get("MinValue", "-inf")) <= float(value) <= float(rules.get("MaxValue", "inf"))
    ):
        raise RefusedError(f"Parameter '{name}' is {value}, outside MinValue and MaxValue.")
