"""From when a column's numbers count: told where they would be dates of these years from another day, too."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unchurn.artefacts import Column, Finding
from unchurn.artefacts.schema import Epoch, Severity
from unchurn.tables.epochs import FIRST, WORDS, later
from unchurn.tables.evidence import Evidence
from unchurn.tables.stated import Stated

_OTHERS: dict[Epoch, tuple[Epoch, ...]] = {
    "excel": ("days-1960", "days-1970", "excel-1904"),
    "s": ("s-1960", "s-2001"),
    "ms": ("ms-1960",),
}
_LAST = np.datetime64("2040", "us")
"""Dates of customers end before it, mostly, those of contracts that run on included."""
_AHEAD, _BEHIND = np.datetime64("2031", "us"), np.datetime64("2000", "us")
"""Moments reach beyond the one that count from earlier than they are read, and not the other, from later."""


def counted_days(column: Column, evidence: Evidence, stated: Stated) -> Iterator[Finding]:
    """Say how a column of counted days or seconds is read, and how else it could be."""
    dates, unit = evidence.dates, column.epoch
    if dates.count or unit not in _OTHERS or (dates.serials and unit in FIRST):
        return  # a person or a workbook has said it
    low, high = dates.stamps[unit].minimum, dates.stamps[unit].maximum
    if low is None or high is None:
        return
    others = [other for other in _OTHERS[unit] if _is_likely(unit, other, high)]
    if len(others) > 1 and others[-1] == "excel-1904":  # that is the rarest
        others.pop()
    if not others:
        return
    ways = "; ".join(
        f"as {WORDS[each]} they are {_span(low, high, later(unit, each))}" for each in others
    )
    keys = " or ".join(f'"{each}"' for each in others)
    words = (
        f"The numbers of {column.name!r} are read as {WORDS[unit]}, {_span(low, high)}; {ways}. If that is "
        f'meant: {stated.key("epoch")} = {{ "{column.name}" = {keys} }}.'
    )
    severity: Severity = "note" if others == ["excel-1904"] else "warning"
    yield Finding("counted-days", severity, words, column.name, dates.numbers)


def _is_likely(unit: Epoch, other: Epoch, high: np.datetime64) -> bool:
    """Tell whether dates that end at `high` in one reading are of these years in another, too."""
    if unit not in FIRST:
        return bool(high < _BEHIND if other == "s-2001" else high >= _AHEAD)
    return bool(high + later(unit, other) < _LAST)


def _span(low: np.datetime64, high: np.datetime64, by: np.timedelta64 | None = None) -> str:
    first, last = (each if by is None else each + by for each in (low, high))
    return f"{first.astype('datetime64[D]')} to {last.astype('datetime64[D]')}"
