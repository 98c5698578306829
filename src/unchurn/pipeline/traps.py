"""A history as somebody reads it who knows nothing of its traps: what they would have promised.

What a history knows of arrivals and notices keeps two traps out of a model: attributes that were
dated back, and customers who have said that they will go. Here the same project walks into each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from unchurn.artefacts import Column, Snapshots
from unchurn.history.columns import Roles
from unchurn.project import Events, History, Project
from unchurn.project.cells import EPOCHS

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


def traps(project: Project, made: Snapshots) -> list[Trap]:
    """List the traps that a project's observation, `made`, tells of."""
    codes = {each["code"] for each in made.findings}
    found = []
    if "backfilled" in codes:
        columns = [each["column"] for each in made.findings if each["code"] == "backfilled"]
        words = f"{', '.join(map(repr, columns))}, read by the dates it was given afterwards"
        found.append(Trap("backfilled", words, _by_own_dates(project, made), project))
    if "cancellation-pending" in codes and project.history.subscriptions.known:
        kept = _kept(project, made)
        words = "customers who had given notice, and that they had"
        found.append(Trap("cancellation-pending", words, _with_notices(kept, made), kept))
    return found


def _until(history: History, made: Snapshots) -> History:
    """End a history where `made` does: by default it ends with its newest row, which a trap's may not be."""
    return replace(history, observed_until=made.contract["observed_until"])


def _by_own_dates(project: Project, made: Snapshots) -> Project:
    tables = project.history.attributes.items()
    attributes = {name: replace(each, known="") for name, each in tables}
    history = replace(_until(project.history, made), attributes=attributes)
    return replace(project, history=history)


def _kept(project: Project, made: Snapshots) -> Project:
    room = replace(_until(project.history, made), max_features=_ROOM)
    return replace(project, churn=replace(project.churn, pending="keep"), history=room)


def _with_notices(project: Project, made: Snapshots) -> Project:
    history = project.history
    name = NOTICES
    while name in history.attributes or name in history.events:
        name += "_"
    events = {**history.events, name: _notices(project, made)}
    return replace(project, history=replace(history, events=events))


def _notices(project: Project, made: Snapshots) -> Events:
    """Read notices as events, by the rules that the whole table of periods was read by."""
    periods = project.history.subscriptions
    events = Events(periods.data, periods.customer, time=periods.known)
    read = Roles.from_plain(made.plan["sources"]["subscriptions"]["columns"]).times[2]
    if not isinstance(read, Column):
        return events
    # what other columns tell of day and month is not among the notices alone
    order: dict[str, str] = {} if read.date_order == "ymd" else {read.name: read.date_order}
    epoch: dict[str, str] = {read.name: read.epoch} if read.epoch in EPOCHS else {}
    return replace(events, date_order=order or "", epoch=epoch)
