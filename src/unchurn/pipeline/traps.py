"""A history as somebody reads it who knows nothing of its traps: what they would have promised.

What a history knows of arrivals and notices keeps two traps out of a model: attributes that were
dated back, and customers who have said that they will go. Here the same project walks into each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from unchurn.project import Events, Project

NOTICES = "notices"
"""Name of the table of events that tells of notices."""
_ROOM = 5_000
"""The largest budget of features: so few give notice that in a smaller one they find no room."""


@dataclass(frozen=True)
class Trap:
    """One trap: its stable `code`, what it is in words, and the project that falls into it.

    `without` is the project that looks at the same customers and does not.
    """

    code: str
    words: str
    project: Project
    without: Project


def traps(project: Project, findings: Sequence[Mapping[str, Any]]) -> list[Trap]:
    """List the traps that the findings of a project's observation tell of."""
    codes = {each["code"] for each in findings}
    found = []
    if "backfilled" in codes:
        columns = [each["column"] for each in findings if each["code"] == "backfilled"]
        words = f"{', '.join(map(repr, columns))}, read by the dates it was given afterwards"
        found.append(Trap("backfilled", words, _by_own_dates(project), project))
    if "cancellation-pending" in codes and project.history.subscriptions.known:
        kept = _kept(project)
        words = "customers who had given notice, and that they had"
        found.append(Trap("cancellation-pending", words, _with_notices(kept), kept))
    return found


def _by_own_dates(project: Project) -> Project:
    tables = project.history.attributes.items()
    attributes = {name: replace(each, known="") for name, each in tables}
    return replace(project, history=replace(project.history, attributes=attributes))


def _kept(project: Project) -> Project:
    room = replace(project.history, max_features=_ROOM)
    return replace(project, churn=replace(project.churn, pending="keep"), history=room)


def _with_notices(project: Project) -> Project:
    history = project.history
    name = NOTICES
    while name in history.attributes or name in history.events:
        name += "_"
    periods = history.subscriptions
    notices = Events(periods.data, periods.customer, time=periods.known)
    events = {**history.events, name: notices}
    return replace(project, history=replace(history, events=events))
