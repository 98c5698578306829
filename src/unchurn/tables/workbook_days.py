"""Bare numbers that stand for days, and which a workbook counts from another day than they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

import pyarrow as pa

from unchurn.artefacts import Column, ColumnSummary, Finding
from unchurn.artefacts.schema import Epoch
from unchurn.errors import cells_of
from unchurn.tables.cells import as_text
from unchurn.tables.epochs import WORDS, later
from unchurn.tables.evidence import Evidence
from unchurn.tables.numbers import matches

_CALENDARS: tuple[Epoch, ...] = ("excel", "excel-1904")
_SERIAL = r"^\s*[0-9]{4,5}(?:[.,][0-9]+)?\s*$"


class WorkbookDays:
    """Counts such numbers over arriving customers; `calendars` are those of the table's workbooks."""

    def __init__(self, calendars: Collection[Epoch], columns: Sequence[Column]) -> None:
        self._others = {each: other for each in columns if (other := _other(each, calendars))}
        self._cells = Counter[Column]()

    def look(self, written: pa.RecordBatch) -> None:
        """Take in a batch as it was written."""
        for each in self._others:
            text = as_text(written.column(each.name))
            if pa.types.is_string(text.type):
                self._cells[each] += int(matches(text, _SERIAL).sum())

    def findings(self) -> Iterator[Finding]:
        """Say it of each column that has any."""
        for each, count in self._cells.items():
            if count:
                yield _finding(each, self._others[each], count)


def workbook_days(
    calendars: Collection[Epoch], columns: Sequence[ColumnSummary], found: Mapping[str, Evidence]
) -> Iterator[Finding]:
    """Say of columns how else they count by the word of a workbook, unless a person has said it."""
    for each in columns:
        dates = found[each.column.name].dates
        other = _other(each.column, calendars)
        if other and dates.numbers and not dates.count:
            yield _finding(each.column, other, dates.numbers)


def _other(column: Column, calendars: Collection[Epoch]) -> Epoch:
    """Return what a workbook counts that the column does not; empty where it is none of serial days."""
    others = sorted(set(calendars) - {column.epoch})
    return others[0] if others and column.epoch in _CALENDARS else ""


def _finding(column: Column, other: Epoch, count: int) -> Finding:
    days = int(later(column.epoch, other).astype(int))
    are = cells_of(count, column.name, "is a bare number", "are bare numbers")
    words = (
        f"{are}, read as {WORDS[column.epoch]}; a workbook of this table counts {WORDS[other]}, by which its "
        f"days are {abs(days):,} days {'later' if days > 0 else 'earlier'}. Give the column the format of a date "
        "in the workbook, or write its days as 2024-01-31."
    )
    return Finding("workbook-days", "warning", words, column.name, count)
