"""How training's cells are written, remembered in the schema: what arrives otherwise is new.

Number columns: `measures.forms`, "whole" where all are, "grouped" where thousands are parted by
the mark that is not the decimal. Date columns: ``day 1`` where all that could be day or month
first are on that day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from unchurn.artefacts import Column, ColumnSummary
from unchurn.tables.date_evidence import DateEvidence
from unchurn.tables.evidence import Evidence
from unchurn.tables.numbers import Decimal

GROUPED, WHOLE, DAY = "grouped", "whole", "day "
_THOUSAND = 1000
"""Numbers below it have no thousands to part."""


def number_forms(evidence: Evidence, decimal: Decimal) -> tuple[str, ...]:
    """List how a column of numbers is written."""
    figures = evidence.numbers[decimal]
    found = set(figures.forms)
    if figures.settled().whole:
        found.add(WHOLE)
    if decimal in evidence.marks.grouped:
        found.add(GROUPED)
    return tuple(sorted(found))


def with_day_forms(column: Column, seen: DateEvidence) -> Column:
    """Say how many of a column's dates could be day or month first, and on which day they are."""
    if column.date_order not in ("dmy", "mdy"):
        return column
    only = seen.only[column.date_order]
    days = seen.days if column.date_order == "dmy" else seen.months
    forms = (f"{DAY}{min(days)}",) if len(days) == 1 and not only else ()
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
