"""A history as somebody reads it who knows nothing of its traps: what they would have promised.

What a history knows of arrivals and notices keeps two traps out of a model: attributes that were
dated back, and customers who have said that they will go. Here the same project walks into each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from unchurn.project import Attributes, Project

NOTICE = "notice"
"""Name of the table of attributes that tells of notices: when each is known, and the end it names."""


@dataclass(frozen=True)
class Trap:
    """One trap: its stable `code`, what it is in words, and the project that falls into it."""

    code: str
    words: str
    project: Project


def traps(project: Project, findings: Sequence[Mapping[str, Any]]) -> list[Trap]:
    """List the traps that the findings of a project's observation tell of."""
    codes = {each["code"] for each in findings}
    found = []
    if "backfilled" in codes:
        columns = [each["column"] for each in findings if each["code"] == "backfilled"]
        words = f"{', '.join(map(repr, columns))}, read by the dates it was given afterwards"
        found.append(Trap("backfilled", words, _by_own_dates(project)))
    if "cancellation-pending" in codes and project.history.subscriptions.known:
        words = "customers who had given notice, and the end it names"
        found.append(Trap("cancellation-pending", words, _with_notices(project)))
    return found


def _by_own_dates(project: Project) -> Project:
    tables = project.history.attributes.items()
    attributes = {name: replace(each, known="") for name, each in tables}
    return replace(project, history=replace(project.history, attributes=attributes))


def _with_notices(project: Project) -> Project:
    periods = project.history.subscriptions
    notice = Attributes(periods.data, periods.customer, time=periods.known, columns=(periods.end,))
    name = NOTICE
    while name in project.history.attributes or name in project.history.events:
        name += "_"
    attributes = {**project.history.attributes, name: notice}
    history = replace(project.history, attributes=attributes)
    return replace(project, churn=replace(project.churn, pending="keep"), history=history)
