"""A machine refused before it is made, when it could not be run: no task may be passed over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rehearsal.cfn.problems import RefusedError
from rehearsal.errors import listing
from rehearsal.step_functions.integrations import CALLS, WAITS
from rehearsal.step_functions.service_models import (
    SERVICES,
    operation,
    pascal,
    resource_parts,
)


def task_states(definition: str) -> list[str]:
    """Return the names of the Task states: those in which a fault can be made."""
    return [name for name, state in _states(json.loads(definition)) if state["Type"] == "Task"]


def check_machine(definition: str) -> None:
    """Raise `RefusedError` naming a state whose integration or parameter is not rehearsed."""
    from moto.stepfunctions.parser.models import StepFunctionsParserBackend

    try:
        content = json.loads(definition)
    except ValueError as error:
        raise RefusedError(f"Invalid State Machine Definition: {error}") from error
    for name, state in _states(content):
        if state["Type"] == "Task":
            _check_task(name, state)
    try:
        StepFunctionsParserBackend._validate_definition(definition)
    except Exception as error:
        raise RefusedError(f"Invalid State Machine Definition: {error}") from error


def _states(content: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in content["States"].items():
        yield name, state
        inner = [*state.get("Branches", ()), state.get("ItemProcessor"), state.get("Iterator")]
        for part in inner:
            if part:
                yield from _states(part)


def _check_task(name: str, state: dict[str, Any]) -> None:
    resource = state["Resource"]
    integration, service, action, pattern = resource_parts(resource)
    model = operation(service, action) if service in SERVICES else None
    rehearsed = (
        model is not None
        and (integration == "aws-sdk" or action in CALLS.get(service, ()))
        and (not pattern or (pattern == "sync" and (service, action) in WAITS))
        and not (integration == "aws-sdk" and pattern)
    )
    if not rehearsed:
        raise RefusedError(
            f"Invalid State Machine Definition: the state {name!r} uses {resource!r}, which the "
            "rehearsal does not know how to do."
        )
    _check_members(name, state.get("Parameters", {}), model.input_shape if model else None)


def _check_members(name: str, given: Any, shape: Any) -> None:
    """Refuse a parameter that the API does not have, or lacks one that it requires."""
    kind = shape.type_name if shape is not None else ""
    if kind == "list" and isinstance(given, list):
        for item in given:
            _check_members(name, item, shape.member)
    if kind != "structure" or not isinstance(given, dict):
        return
    members = {pascal(key): member for key, member in shape.members.items()}
    keys = {key.removesuffix(".$"): value for key, value in given.items()}
    strangers = sorted(set(keys) - set(members))
    if strangers:
        raise RefusedError(
            f"Invalid State Machine Definition: the state {name!r} gives {listing(strangers)} in "
            f"its Parameters, which is not supported; known are {listing(sorted(members), 30)}."
        )
    missing = sorted({pascal(key) for key in shape.required_members} - set(keys))
    if missing:
        raise RefusedError(
            f"Invalid State Machine Definition: the state {name!r} lacks {listing(missing)} in its "
            "Parameters."
        )
    for key, value in keys.items():
        _check_members(name, value, members[key])
