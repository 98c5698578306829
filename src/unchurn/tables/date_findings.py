"""What a person should know of a table's dates beside their order and their centuries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from unchurn.artefacts import Column, Finding
from unchurn.errors import cells_of
from unchurn.tables.date_writing import LOCAL
from unchurn.tables.evidence import Evidence
from unchurn.tables.exchanged_days import exchanged_days
from unchurn.tables.forms import days_not_named

_FEW = 0.02
"""Share of a column's dates that are a slip beside the others, at most."""
_LEAST = 20
"""Fewer dates have no others to stand apart from."""
_AHEAD, _BEHIND = (3, 0.25), (5, 1.0)
"""Years without a date before a slip after and before the others: at least, and of their span."""
_SHOWN = 4
_CALENDARS = {
    "Minguo (Republic of China)": (70, 70, 150),
    "Solar Hijri (Persian)": (1300, 1340, 1410),
    "Islamic (lunar Hijri)": (1340, 1411, 1460),
    "Bikram Sambat (Nepali)": (2060, 2070, 2090),
    "Buddhist": (2480, 2480, 2600),
}
"""Years of these calendars that living people's dates are of: the least, and where the greatest may be."""


def date_findings(column: Column, evidence: Evidence) -> Iterator[Finding]:
    """Yield which dates of a column name no day, or lie years away from all others."""
    name, dates = column.name, evidence.dates.seen(column.date_order, column.pivot)
    rows, example = days_not_named(evidence)
    if 0 < rows < dates.readable:
        verb = cells_of(rows, name, "names", "name")
        words = f"{verb} no day, such as {example!r}, and the others do; read as its first."
        yield Finding("no-day", "warning", words, name, rows)
    if calendar := _calendar(dates.years):
        yield _other_calendar(name, dates.readable, dates.years, calendar)
    if evidence.dates.zoned and LOCAL in evidence.dates.forms:
        yield _zones(name, evidence.dates.zoned)
    if slips := _slips(dates.years):
        rows = sum(dates.years[year] for year in slips)
        others = sorted(dates.years.keys() - slips)
        shown = ", ".join(f"{year:04}" for year in slips[:_SHOWN])
        verb = cells_of(rows, name, "is", "are")
        words = (
            f"{verb} of the year{'s' * (len(slips) > 1)} {shown}, and all others of {others[0]} to "
            f"{others[-1]}; check {'it' if rows == 1 else 'them'}."
        )
        yield Finding("far-dates", "warning", words, name, rows)
    yield from exchanged_days(name, evidence)


def _calendar(years: Counter[int]) -> str:
    found = [
        name
        for name, (first, least, last) in _CALENDARS.items()
        if years and first <= min(years) and least <= max(years) <= last
    ]
    return found[0] if found else ""


def _other_calendar(name: str, rows: int, years: Counter[int], calendar: str) -> Finding:
    words = (
        f"The dates of {name!r} are of the years {min(years):04} to {max(years):04}, which are of these days "
        f"in the {calendar} calendar: read as they stand; write them in the Gregorian calendar."
    )
    return Finding("other-calendar", "warning", words, name, rows)


def _zones(name: str, rows: int) -> Finding:
    verb = cells_of(rows, name, "names", "name")
    words = (
        f"{verb} a time zone and the others none: what has one is brought to UTC, and the others are read "
        "as UTC; write all alike, or hours may be off."
    )
    return Finding("mixed-zones", "warning", words, name, rows)


def _slips(years: Counter[int]) -> list[int]:
    """List the years, with few dates, that years without any part from all others."""
    most, known = _FEW * years.total(), np.array(sorted(years), np.int64)
    if years.total() < _LEAST:
        return []
    rows = np.array([years[year] for year in known.tolist()])
    gaps = np.diff(known)
    before, after = np.cumsum(rows)[:-1], np.cumsum(rows[::-1])[::-1][1:]
    first, last = 0, len(known)
    for place in np.flatnonzero(before <= max(1, most)).tolist():
        if gaps[place] > _gap(_BEHIND, known[-1] - known[place + 1]):
            first = place + 1
    for place in np.flatnonzero(after <= max(1, most))[::-1].tolist():
        if gaps[place] > _gap(_AHEAD, known[place] - known[first]):
            last = place + 1
    return [*known[:first].tolist(), *known[last:].tolist()]


def _gap(limit: tuple[int, float], span: int) -> float:
    return max(limit[0], limit[1] * span)
