"""How training's cells are written, remembered in the schema: what arrives otherwise is new.

Number columns: `measures.forms`, "whole" where all are, "grouped" where thousands are parted by
the mark that is not the decimal, "short" where two digits at most follow the decimal. Date columns: ``day 1`` where all that could be day or month
first are on that day, and `date_writing`'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column, ColumnSummary
from unchurn.tables.cells import STORED_MARK, as_stored
from unchurn.tables.date_writing import NO_DAY, NO_MONTH
from unchurn.tables.evidence import Evidence
from unchurn.tables.numbers import Decimal, matches

GROUPED, WHOLE, SHORT, DAY = "grouped", "whole", "short", "day "
_YEAR = "^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])?$"
_THIRDS = 3
_THOUSAND = 1000
"""Numbers below it have no thousands to part."""


def number_forms(evidence: Evidence, decimal: Decimal) -> tuple[str, ...]:
    """List how a column of numbers is written."""
    figures = evidence.numbers[decimal]
    found = set(figures.forms)
    if figures.settled().whole:
        found.add(WHOLE)
    if _short(evidence, decimal):
        found.add(SHORT)
    if decimal in evidence.marks.grouped:
        found.add(GROUPED)
    return tuple(sorted(found))


def _short(evidence: Evidence, decimal: Decimal) -> bool:
    """Tell whether it is known that three digits never follow the decimal mark."""
    values, _ = evidence.distinct.items()
    if evidence.distinct.beyond:
        return False
    if pa.types.is_integer(values.type):
        return True
    # the format of a file is no property of its customers
    values, mark = pc.replace_substring(as_stored(values), STORED_MARK, decimal), decimal
    place = pc.find_substring(values, mark)
    behind = pc.subtract(pc.binary_length(values), place)
    worth = values.filter(pc.and_(pc.greater_equal(place, 0), pc.greater(behind, _THIRDS)))
    return not matches(worth, rf"\{mark}[0-9]{{3}}").any()


def days_not_named(evidence: Evidence) -> tuple[int, str]:
    """Count the dates that name no day, and show the least: a year, a month, a quarter, a week.

    Numbers are told to be years by their column, once it is one of dates.
    """
    dates = evidence.dates
    if dates.epoch:  # a number is what it counts
        return 0, ""
    rows, shown = dates.no_day, dates.no_day_example or ""
    if dates.dated or not dates.readable:
        return rows, shown
    values, counts = evidence.distinct.items()
    if pa.types.is_string(values.type):
        years = matches(values, _YEAR)
        rows += int(counts[years].sum())
        return rows, min(
            filter(None, [shown, *values.filter(pa.array(years)).to_pylist()]), default=""
        )
    return rows, shown


def with_date_forms(column: Column, evidence: Evidence) -> Column:
    """Say how a column's dates are written, and what they tell of day and month.

    These are how many could be day or month first, and on which day those are.
    """
    seen = evidence.dates
    rows, _ = days_not_named(evidence)
    named = {NO_DAY, NO_MONTH} if rows > seen.no_day else set()
    forms = tuple(sorted(seen.forms | named))
    if column.date_order not in ("dmy", "mdy"):
        return replace(column, forms=forms)
    only = seen.only[column.date_order]
    days = seen.days if column.date_order == "dmy" else seen.months
    if len(days) == 1 and not only:
        forms = (f"{DAY}{min(days)}", *forms)
    # one more than there are: a few dates that tell do not say that all do
    return replace(column, forms=forms, either=(seen.either + 1) / (seen.either + only + 1))


def with_groups(summaries: Iterable[ColumnSummary]) -> tuple[ColumnSummary, ...]:
    """Let columns of small numbers have what the file does: thousands parted, or not."""
    columns = tuple(summaries)
    numbers = [each.column for each in columns if each.column.kind == "number"]
    marks = {column.decimal for column in numbers if GROUPED in (column.forms or ())}
    return tuple(
        _grouped(each) if each.column.kind == "number" and each.column.decimal in marks else each
        for each in columns
    )


def _grouped(each: ColumnSummary) -> ColumnSummary:
    column, ends = each.column, [float(end) for end in (each.minimum, each.maximum) if end]
    if any(abs(end) >= _THOUSAND for end in ends):
        return each
    forms = tuple(sorted({*(column.forms or ()), GROUPED}))
    return replace(each, column=replace(column, forms=forms))
