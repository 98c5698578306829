"""The fields that states have, by type, and what stands in them that AWS refuses at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rehearsal.errors import listing

_EVERY = "Type Comment QueryLanguage"
_FLOW = f"{_EVERY} Next End InputPath OutputPath Assign Output"
_WORK = f"{_FLOW} Parameters Arguments ResultSelector ResultPath Retry Catch"
FIELDS = {
    "Pass": f"{_FLOW} Parameters Result ResultPath",
    "Task": f"{_WORK} Resource Credentials TimeoutSeconds TimeoutSecondsPath HeartbeatSeconds "
    "HeartbeatSecondsPath",
    "Choice": f"{_EVERY} Choices Default InputPath OutputPath Assign Output",
    "Wait": f"{_FLOW} Seconds SecondsPath Timestamp TimestampPath",
    "Succeed": f"{_EVERY} InputPath OutputPath Output",
    "Fail": f"{_EVERY} Error ErrorPath Cause CausePath",
    "Parallel": f"{_WORK} Branches",
    "Map": f"{_WORK} Iterator ItemProcessor Items ItemsPath ItemSelector ItemReader ItemBatcher "
    "ResultWriter MaxConcurrency MaxConcurrencyPath ToleratedFailureCount Label "
    "ToleratedFailureCountPath ToleratedFailurePercentage ToleratedFailurePercentagePath",
}
"""The fields of each type of state."""
_TEMPLATES = ("Parameters", "ResultSelector", "ItemSelector")
_APART = (
    ("Error", "ErrorPath"),
    ("Cause", "CausePath"),
    ("TimeoutSeconds", "TimeoutSecondsPath"),
    ("HeartbeatSeconds", "HeartbeatSecondsPath"),
    ("MaxConcurrency", "MaxConcurrencyPath"),
)
_JSONATA = {"Arguments", "Output", "Items"}
_JSONPATH = {
    each
    for fields in FIELDS.values()
    for each in fields.split()
    if each.endswith("Path") or each in {"Parameters", "ResultSelector"}
}
_WAITS = ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")


def field_problems(name: str, state: dict[str, Any], language: str) -> Iterator[str]:
    """Say which fields a state cannot have, alone, together or in its language, and which values."""
    kind = state["Type"]
    if kind not in FIELDS:
        yield f"the state {name!r} is of the Type {kind!r}, which there is not"
        return
    strangers = sorted(set(state) - set(FIELDS[kind].split()))
    if strangers:
        yield f"the state {name!r} is a {kind} and cannot have {listing(strangers)}"
    spoken = state.get("QueryLanguage", language)
    foreign = sorted(set(state) & (_JSONATA if spoken == "JSONPath" else _JSONPATH))
    if foreign:
        yield f"the state {name!r} is written in {spoken} and cannot have {listing(foreign)}"
    for one, other in _APART:
        if one in state and other in state:
            yield f"the state {name!r} has both {one!r} and {other!r}"
    if kind == "Wait" and sum(each in state for each in _WAITS) != 1:
        yield f"the state {name!r} needs one of {listing(_WAITS)}"
    if kind == "Choice" and not all("Next" in rule for rule in state.get("Choices", ())):
        yield f"the state {name!r} has a rule without a Next"
    for field in _TEMPLATES:
        yield from _template_problems(name, field, state.get(field))


def _template_problems(name: str, field: str, value: Any) -> Iterator[str]:
    """Say which members of a template end in ``.$`` and are no path and no function."""
    if isinstance(value, list):
        for item in value:
            yield from _template_problems(name, field, item)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        path = isinstance(item, str) and item.startswith(("$", "States."))
        if key.endswith(".$") and not path:
            yield f"the state {name!r} has {item!r} for {key!r} in its {field}, which is no path"
        yield from _template_problems(name, field, item)
