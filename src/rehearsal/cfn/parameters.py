"""The values of a template's parameters: given or default, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.cfn.plain_text import plain_text
from rehearsal.cfn.problems import RefusedError

_KNOWN = {
    *("Type", "Default", "Description", "NoEcho", "AllowedValues", "AllowedPattern"),
    *("ConstraintDescription", "MinLength", "MaxLength", "MinValue", "MaxValue"),
}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def parameter_values(declared: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """Return each parameter's value. Raises `RefusedError` as CloudFormation does for a wrong one."""
    for name, rules in declared.items():
        _check_declared(name, rules)
    strangers = sorted(set(given) - set(declared))
    if strangers:
        raise RefusedError(f"Parameters: [{', '.join(strangers)}] do not exist in the template")
    missing = sorted(
        n for n, rules in declared.items() if n not in given and "Default" not in rules
    )
    if missing:
        raise RefusedError(f"Parameters: [{', '.join(missing)}] must have values")
    return {
        name: _value(name, rules, plain_text(given.get(name, rules.get("Default"))))
        for name, rules in declared.items()
    }


def _check_declared(name: str, rules: Mapping[str, Any]) -> None:
    if not isinstance(rules, dict) or not isinstance(rules.get("Type"), str):
        raise RefusedError(f"Template format error: Parameter {name} must have a Type, a string.")
    strangers = sorted(set(rules) - _KNOWN)
    if strangers:
        raise RefusedError(f"Invalid template parameter property '{strangers[0]}'")
    kind = rules["Type"]
    if kind not in {"String", "Number", "CommaDelimitedList", "List<Number>", "List<String>"} and (
        not re.fullmatch(r"(List<)?AWS::[A-Za-z0-9:]+(<[A-Za-z0-9:<>]+>)?>?", kind)
    ):
        raise RefusedError(f"Template format error: Unrecognized parameter type: {kind}")
    if isinstance(rules.get("Default"), dict | list):
        raise RefusedError("Template format error: Every Default member must be a string.")


def _value(name: str, rules: Mapping[str, Any], text: str) -> Any:
    kind = rules["Type"]
    listed = kind == "CommaDelimitedList" or kind.startswith("List<")
    values = [value.strip() for value in text.split(",")] if listed else [text]
    wrong = next((each for value in values for each in _wrong(rules, value)), "")
    if wrong and "ConstraintDescription" in rules:
        told = plain_text(rules["ConstraintDescription"])
        raise RefusedError(f"Parameter '{name}' failed to satisfy constraint: {told}")
    if wrong:
        raise RefusedError(f"Parameter '{name}' {wrong}")
    return values if listed else text


def _wrong(rules: Mapping[str, Any], value: str) -> Iterator[str]:
    """Yield what is wrong with a value; the value itself is not told, it may be a secret."""
    if rules["Type"] in {"Number", "List<Number>"}:
        yield from _number(rules, value)
        return
    allowed = [plain_text(choice) for choice in rules.get("AllowedValues", [])]
    if allowed and value not in allowed:
        yield f"must be one of AllowedValues [{', '.join(allowed)}]"
    pattern = rules.get("AllowedPattern")
    if pattern is not None and not _fits(plain_text(pattern), value):
        yield f"must match pattern {pattern}"
    if len(value) < int(rules.get("MinLength", 0)):
        yield f"must contain at least {rules['MinLength']} characters"
    if len(value) > int(rules.get("MaxLength", 4096)):
        yield f"must contain at most {rules.get('MaxLength', 4096)} characters"


def _number(rules: Mapping[str, Any], value: str) -> Iterator[str]:
    if not _NUMBER.fullmatch(value):
        yield "must be a number"
        return
    allowed = [plain_text(choice) for choice in rules.get("AllowedValues", [])]
    if allowed and float(value) not in map(float, allowed):
        yield f"must be one of AllowedValues [{', '.join(allowed)}]"
    if float(value) < float(rules.get("MinValue", "-inf")):
        yield f"must be a number not less than {rules['MinValue']}"
    if float(value) > float(rules.get("MaxValue", "inf")):
        yield f"must be a number not greater than {rules['MaxValue']}"


def _fits(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error as error:
        raise RefusedError(
            f"The rehearsal cannot read the AllowedPattern {pattern!r}, which is Java's to read: "
            f"{error}."
        ) from error
