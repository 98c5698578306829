"""The century of years of two digits: decided once for a column, so that its days hang together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.errors import cells_of
from unchurn.tables.date_evidence import DateEvidence
from unchurn.tables.date_fields import PIVOT
from unchurn.tables.dates import DateOrder
from unchurn.tables.numbers import READABLE

_BORN = re.compile(
    r"birth|(?<![a-z])born|(?<![a-z])dob(?![a-z])|geburt|geboren|geboort|naissance|nacimiento|"
    r"nascita|nascimento|f[øo]dsel|f[öo]delse|urodz|syntym",
    re.IGNORECASE,
)
_BORN_BY = 2030
"""No customer of today was born later, whatever else a table holds."""
_AHEAD = 20
"""Years beyond all other columns' days from which on a whole column is of the century before."""
_CLEAR = 10
"""Years without a day on both sides of the pivot that leave no doubt."""
_PIVOTS = range(1, 101)


def decide_pivots(
    seen: Mapping[str, DateEvidence], orders: Mapping[str, DateOrder], known: Mapping[str, int]
) -> dict[str, int]:
    """Choose for every column the year below which two digits are of the 2000s.

    The shortest range wins. Births lie before what the other columns of dates end with, and no
    column lies wholly beyond that. `known` counts a column's rows with a cell.
    """
    first = {name: _shortest(each, orders[name], _PIVOTS) for name, each in seen.items()}
    ends = {
        name: _years(each, orders[name], first[name])[-1:]
        for name, each in seen.items()
        if each.readable >= READABLE * max(1, known[name]) and not _BORN.search(name)
    }
    return {
        name: _checked(name, each, orders[name], first[name], ends) for name, each in seen.items()
    }


def _checked(
    name: str,
    seen: DateEvidence,
    order: DateOrder,
    pivot: int,
    ends: Mapping[str, list[int]],
) -> int:
    """Hold a column's pivot against the newest day of the other columns."""
    if not seen.short.years(order):
        return pivot
    newest = max((year for each, last in ends.items() if each != name for year in last), default=0)
    years = _years(seen, order, pivot)
    if _BORN.search(name):
        limit = min(newest or _BORN_BY, _BORN_BY)
        beyond = years[-1] > limit
    else:
        limit = years[0] - 1
        beyond = bool(newest) and years[0] > newest + _AHEAD
    if not beyond:
        return pivot
    fitting = [each for each in _PIVOTS if _years(seen, order, each)[-1] <= limit]
    return _shortest(seen, order, fitting) if fitting else pivot


def _shortest(seen: DateEvidence, order: DateOrder, pivots: Sequence[int]) -> int:
    """Choose the pivot that makes the shortest range: the usual one, else amid the latest."""
    if not seen.short.years(order):
        years = _years(seen, order, PIVOT)
        inside = not years or years[-1] - years[0] > 99
        inside = inside or 1900 + PIVOT <= years[0] <= years[-1] < 2000 + PIVOT
        return PIVOT if inside else min(max(years[0] - 1900, 1), 100)
    ends = {pivot: _years(seen, order, pivot) for pivot in pivots}
    least = min(years[-1] - years[0] for years in ends.values())
    best = [pivot for pivot, years in ends.items() if years[-1] - years[0] == least]
    if PIVOT in best:
        return PIVOT
    latest = max(ends[pivot][-1] for pivot in best)
    alike = [pivot for pivot in best if ends[pivot][-1] == latest]
    return alike[len(alike) // 2]


def _years(seen: DateEvidence, order: DateOrder, pivot: int) -> list[int]:
    """Return the least and the greatest year of a column's days, in between those of two digits."""
    whole = seen.whole(order)
    ends = [_year(end) for end in (whole.minimum, whole.maximum) if end is not None]
    short = [year + (2000 if year < pivot else 1900) for year in seen.short.years(order)]
    return sorted([*ends, *short])


def _year(moment: np.datetime64) -> int:
    return int(moment.astype("datetime64[Y]").astype(int)) + 1970


def century_findings(
    columns: Sequence[ColumnSummary], seen: Mapping[str, DateEvidence]
) -> Iterator[Finding]:
    """Say of each column of dates with years of two digits which ones were read, in column order."""
    for each in columns:
        column = each.column
        years = seen[column.name].short.years(column.date_order) if column.kind == "date" else None
        if years:
            rows, pivot = years.total(), column.pivot
            full = [year + (2000 if year < pivot else 1900) for year in years]
            clear = all(_apart(year, pivot) >= _CLEAR / 2 for year in years)
            words = two_digit_words(column.name, rows, pivot, (min(full), max(full)))
            yield Finding(
                "two-digit-years", "note" if clear else "warning", words, column.name, rows
            )


def _apart(year: int, pivot: int) -> int:
    """Return how many years lie between a year and the pivot, around the century."""
    ahead = (year - pivot) % 100
    return min(ahead + 1, 100 - ahead)


def two_digit_words(name: str, rows: int, pivot: int, ends: tuple[int, int] | None = None) -> str:
    """Say how years of two digits were read; `ends` are the first and the last of them."""
    read = f"read as {ends[0]} to {ends[1]}" if ends else "read as in training"
    return (
        f"{cells_of(rows, name, 'has', 'have')} years of two digits, {read}: two digits stand for "
        f"{1900 + pivot} to {1999 + pivot}. Where that is wrong, write years of four digits."
    )
