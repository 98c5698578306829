"""The history of an execution, read as visits to states."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

_FAULTS = ("Failed", "TimedOut")


@dataclass(frozen=True)
class Visit:
    """One visit to a state. `work` marks tasks, which do something outside the machine.

    `tries` counts attempts, `fault` is the error of the last attempt that failed, `request` what
    the task asked its service for.
    """

    state: str
    work: bool
    entered: datetime
    left: datetime | None = None
    tries: int = 1
    fault: str = ""
    outcome: str = "running"
    request: Mapping[str, Any] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether the machine is in this state now."""
        return self.outcome == "running"

    @property
    def seconds(self) -> float:
        """How long the visit took, or has taken so far."""
        return ((self.left or datetime.now(UTC)) - self.entered).total_seconds()

    def document(self) -> dict[str, Any]:
        """The visit as plain data."""
        return {
            "state": self.state,
            "work": self.work,
            "outcome": self.outcome,
            "seconds": round(self.seconds, 2),
            "tries": self.tries,
            "fault": self.fault,
        }


def read_visits(events: Iterable[Mapping[str, Any]]) -> tuple[Visit, ...]:
    """Walk the events of a sequential machine, oldest first."""
    visits: list[Visit] = []
    for event in events:
        kind, at = str(event["type"]), event["timestamp"]
        if kind.endswith("StateEntered"):
            name = str(event["stateEnteredEventDetails"]["name"])
            visits.append(Visit(name, kind == "TaskStateEntered", at))
        elif visits and visits[-1].open:
            visits[-1] = _after(visits[-1], kind, event)
    return tuple(visits)


def _after(visit: Visit, kind: str, event: Mapping[str, Any]) -> Visit:
    if kind.endswith("StateExited") or kind == "ExecutionSucceeded":
        return replace(visit, left=event["timestamp"], outcome=_ended(visit))
    if kind.startswith("Execution"):
        return replace(visit, left=event["timestamp"], outcome="failed")
    if kind.endswith("Scheduled"):
        again = bool(visit.request)
        return replace(visit, tries=visit.tries + again, request=_request(event))
    if kind.endswith("Succeeded"):
        return replace(visit, fault="")
    if kind.endswith(_FAULTS):
        return replace(visit, fault=_fault(event))
    return visit


def _ended(visit: Visit) -> str:
    return "failed" if visit.fault else "succeeded"


def _fault(event: Mapping[str, Any]) -> str:
    return str(_details(event).get("error") or event["type"])


def _request(event: Mapping[str, Any]) -> dict[str, Any]:
    details = _details(event)
    try:
        parameters = json.loads(details.get("parameters") or "{}")
    except ValueError:
        parameters = {}
    resource = f"{details.get('resourceType', '')}:{details.get('resource', '')}"
    return {"resource": resource, **parameters}


def _details(event: Mapping[str, Any]) -> dict[str, Any]:
    found = (value for key, value in event.items() if key.endswith("EventDetails"))
    return dict(next(found, {}))
