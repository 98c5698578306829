"""How the states of a machine hang together: what AWS refuses of it before anything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from rehearsal.errors import listing
from rehearsal.step_functions.fields import field_problems

State = dict[str, Any]
LONGEST = 80
"""The most letters a state's name may have."""
_LAST = {"Choice", "Succeed", "Fail"}
"""The states that have neither Next nor End."""
_ALONE = "States.ALL"


def every_state(content: dict[str, Any]) -> Iterator[tuple[str, State]]:
    """Yield the states of a machine by name, those of branches and iterations after their own."""
    for name, state in content["States"].items():
        yield name, state
        for part in _inner(state):
            yield from every_state(part)


def structure_problems(content: Any) -> list[str]:
    """Return what does not hold together in a machine, or nothing."""
    shape = list(_shape_problems(content, "it"))
    if shape:
        return shape
    counted = Counter(name for name, _ in every_state(content))
    twice = sorted(name for name, count in counted.items() if count > 1)
    return [
        *([f"there is more than one state {listing(twice)}"] if twice else []),
        *_scope_problems(content),
    ]


def _inner(state: State) -> list[dict[str, Any]]:
    found = [*state.get("Branches", ()), state.get("ItemProcessor"), state.get("Iterator")]
    return [part for part in found if part]


def _shape_problems(content: Any, where: str) -> Iterator[str]:
    """Say where StartAt or States are missing, or a state is none."""
    if not isinstance(content, dict) or not isinstance(content.get("States"), dict):
        yield f"{where} has no States"
        return
    if not content["States"] or not isinstance(content.get("StartAt"), str):
        yield f"{where} has no {'StartAt' if content['States'] else 'States'}"
    for name, state in content["States"].items():
        if not isinstance(state, dict) or not isinstance(state.get("Type"), str):
            yield f"the state {name!r} has no Type"
        elif state["Type"] == "Task" and not isinstance(state.get("Resource"), str):
            yield f"the state {name!r} has no Resource"
        else:
            for part in _inner(state):
                yield from _shape_problems(part, f"a part of the state {name!r}")


def _scope_problems(content: dict[str, Any], language: str = "JSONPath") -> Iterator[str]:
    states, language = content["States"], content.get("QueryLanguage", language)
    for name, state in states.items():
        yield from _state_problems(name, state, language)
        for target in _targets(state):
            if target not in states:
                yield f"the state {name!r} goes on to {target!r}, which does not exist"
        for part in _inner(state):
            yield from _scope_problems(part, state.get("QueryLanguage", language))
    if content["StartAt"] not in states:
        yield f"it starts at {content['StartAt']!r}, which does not exist"
        return
    lost = sorted(set(states) - _reached(states, content["StartAt"]))
    if lost:
        yield f"nothing leads to {listing(lost)}"


def _state_problems(name: str, state: State, language: str) -> Iterator[str]:
    if len(name) > LONGEST:
        yield f"the name {name!r} is longer than {LONGEST} letters"
    ends = [key for key in ("Next", "End") if key in state and state[key] is not False]
    yield from field_problems(name, state, language)
    if state["Type"] not in _LAST and len(ends) != 1:
        yield f"the state {name!r} needs one of 'Next' and 'End'"
    for key in ("Retry", "Catch"):
        rules = state.get(key, [])
        for place, rule in enumerate(rules, 1):
            names = rule.get("ErrorEquals", [])
            if not names:
                yield f"the state {name!r} has a {key} without ErrorEquals"
            if _ALONE in names and (len(names) > 1 or place < len(rules)):
                yield f"the state {name!r} has {_ALONE} in {key}, which must stand alone and last"


def _targets(state: State) -> list[str]:
    rules = [*state.get("Choices", ()), *state.get("Catch", ())]
    return [each["Next"] for each in [state, *rules] if "Next" in each] + (
        [state["Default"]] if "Default" in state else []
    )


def _reached(states: dict[str, State], start: str) -> set[str]:
    reached: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name in states and name not in reached:
            reached.add(name)
            ahead += _targets(states[name])
    return reached
