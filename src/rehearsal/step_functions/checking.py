"""A machine refused before it is made, with every reason: no state may be passed over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.problems import RefusedError
from rehearsal.errors import listing
from rehearsal.step_functions.maps import map_problems
from rehearsal.step_functions.resources import resource
from rehearsal.step_functions.service_models import members, operation, pascal
from rehearsal.step_functions.structure import State, every_state, structure_problems


def task_states(definition: str) -> list[str]:
    """Return the names of the Task states: those in which a fault can be made."""
    return [name for name, state in every_state(json.loads(definition)) if state["Type"] == "Task"]


def check_machine(definition: str, kind: str = "STANDARD") -> None:
    """Raise `RefusedError` naming every state that could not be run, and why.

    `kind` is the machine's type, ``STANDARD`` or ``EXPRESS``.
    """
    from moto.stepfunctions.parser.models import StepFunctionsParserBackend

    try:
        content = json.loads(definition)
    except ValueError as error:
        raise RefusedError(f"Invalid State Machine Definition: {error}") from error
    problems = structure_problems(content) or list(_problems(content, kind))
    if problems:
        raise RefusedError(f"Invalid State Machine Definition: {'; '.join(problems)}")
    try:
        StepFunctionsParserBackend._validate_definition(_as_made(content, definition))
    except Exception as error:
        said = str(getattr(error, "message", error)).partition(" in definition '")[0]
        raise RefusedError(f"Invalid State Machine Definition: {said}") from error


def absences(definition: str) -> list[str]:
    """Return, in words, which calls of a machine that can be made are of services that are not here."""
    found = {
        arn: why
        for _, state in every_state(json.loads(definition))
        if state["Type"] == "Task" and (why := resource(arn := str(state["Resource"])).absence())
    }
    return [
        f"machines: a state that uses {arn} fails when it is reached: {why}"
        for arn, why in found.items()
    ]


def _as_made(content: dict[str, Any], definition: str) -> str:
    """Return a machine with a function wherever it names a resource that is not there yet."""
    if not unknown(definition):
        return definition
    for _, state in every_state(content):
        if unknown(state.get("Resource")):
            state["Resource"] = "arn:aws:lambda:::function:planned"
    return json.dumps(content)


def _problems(content: dict[str, Any], kind: str) -> Iterator[str]:
    """Say what of a machine cannot be done, in the order of its states."""
    states = list(every_state(content))
    for name, state in states:
        if state["Type"] == "Task":
            yield from _task_problems(name, state, kind)
        if state["Type"] == "Map":
            yield from map_problems(name, state)
        if kind == "EXPRESS" and _distributed(state):
            yield f"the state {name!r} is a distributed Map, which EXPRESS machines cannot have"
    for arn, (names, why) in _refusals(states).items():
        several = len(names) > 1
        whose = (
            f"the state{'s' if several else ''} {listing(names, 20)} use{'' if several else 's'}"
        )
        yield f"{whose} {arn!r}: {why}"


def _distributed(state: State) -> bool:
    config = state.get("ItemProcessor", {}).get("ProcessorConfig", {})
    return bool(config.get("Mode") == "DISTRIBUTED")


def _refusals(states: list[tuple[str, State]]) -> dict[str, tuple[list[str], str]]:
    """Return, for each Resource that cannot be done, the states that use it, and why."""
    found: dict[str, tuple[list[str], str]] = {}
    for name, state in states:
        arn = str(state.get("Resource", ""))
        if state["Type"] == "Task" and not unknown(arn) and (why := resource(arn).refusal()):
            found.setdefault(arn, ([], why))[0].append(name)
    return found


def _task_problems(name: str, state: State, kind: str) -> Iterator[str]:
    found = resource(str(state["Resource"]))
    if kind == "EXPRESS" and found.waits:
        yield f"the state {name!r} waits for {state['Resource']!r}, which EXPRESS machines cannot"
    own = found.absence() and found.integration != "aws-sdk"  # botocore has no members of these
    if found.kind == "service" and not found.refusal() and not own:
        given = state.get("Parameters", state.get("Arguments", {}))
        model = operation(found.service, found.action)
        shape = model.input_shape if model is not None else None
        yield from _member_problems(name, given, shape, found.integration)


def _member_problems(name: str, given: Any, shape: Any, integration: str) -> Iterator[str]:
    """Say which parameters the API does not have, and which it requires and are not given."""
    kind = shape.type_name if shape is not None else ""
    if kind == "list" and isinstance(given, list):
        for item in given:
            yield from _member_problems(name, item, shape.member, integration)
    if kind != "structure" or not isinstance(given, dict):
        return
    known = members(shape, integration)
    keys = {key.removesuffix(".$"): value for key, value in given.items()}
    strangers = sorted(set(keys) - set(known))
    if strangers:
        yield (
            f"the state {name!r} gives {listing(strangers)} in its Parameters, which is not "
            f"supported; known are {listing(sorted(known), 30)}"
        )
    given_members = {known[key] for key in keys if key in known}
    missing = sorted(pascal(key) for key in set(shape.required_members) - given_members)
    if missing:
        yield f"the state {name!r} lacks {listing(missing)} in its Parameters"
    for key in sorted(set(keys) & set(known)):
        yield from _member_problems(name, keys[key], shape.members[known[key]], integration)
