"""Columns that are called dates, and whose cells are none that can be told: said, and read as they stand."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.errors import cells_of
from unchurn.tables.cells import as_text
from unchurn.tables.date_range import Counts
from unchurn.tables.digit_dates import likely_digits
from unchurn.tables.evidence import Evidence
from unchurn.tables.measures import read_numbers
from unchurn.tables.numbers import READABLE, matches

_NO_YEAR = (
    r"^(?:(?:0?[1-9]|[12][0-9]|3[01]) ?\. ?(?:0[1-9]|1[0-2])|(?:0[1-9]|[12][0-9]|3[01])\. ?[1-9])\.?$"
    r"|^(?:(?:0?[1-9]|1[0-2])[/-][0-9]{2}|[0-9]{2}[/-](?:0?[1-9]|1[0-2]))$"
)
"""A day and a month, or a month and two digits of a year."""
_ZEROS = "^(?:0[1-9]|1[0-2])[0-9]{2}$"
_WEEK = "^(?:(?:19|20)[0-9]{2}[-/. ][0-9]{1,2}|[0-9]{1,2}[-/. ](?:19|20)[0-9]{2})$"
_DIGITS, _LONGEST = "(?:[0-9][^0-9]*){3}", 40
_FEWEST, _MOST = 5, 20_000
"""Different cells from which on their form says something, and up to which they are days."""
_MANY = 20
_PARTED = r"^[0-9]{4}\.(?:[1-9]|1[0-2])$"
_USED = {"number": "as numbers", "category": "as categories", "text": "as text"}


def undated(each: ColumnSummary, evidence: Evidence) -> Iterator[Finding]:
    """Yield what a column's name and its cells say of dates against how it is read."""
    if not evidence.dates.dated:
        return
    cells, rows = evidence.distinct.items()
    if not _FEWEST <= len(cells) <= _MOST:
        return
    if evidence.dates.dated == "week" and pa.types.is_string(cells.type):
        yield from _weeks(each, cells, rows)
    if each.column.kind == "date":
        yield from _october(each, cells, rows)
        return
    enough, name = READABLE * rows.sum(), each.column.name
    forms = f"{_NO_YEAR}|{_ZEROS}" if each.column.kind != "number" else _NO_YEAR
    found = matches(cells, forms) if pa.types.is_string(cells.type) else np.zeros(1, np.bool_)
    if len(found) == len(cells) and rows[found].sum() >= enough:
        shown = pc.min(cells.filter(pa.array(found))).as_py()
        count = int(rows[found].sum())
        words = (
            f"{cells_of(count, name, 'names', 'name')} no year of four digits, such as {shown!r}, and the "
            f"column is called a date: read {_USED[each.column.kind]}. Write them as 2024-01-31, or 2024-01, or "
            "leave the column out."
        )
        yield Finding("undated", "warning", words, name, count)
        return
    day = evidence.dates.dated == "day"
    told = []
    if len(cells) >= _MANY and (each.column.kind != "number" or not day):
        told = [*_digits(each, cells, rows, enough)]
        yield from told
    if day and not told and each.column.kind == "category":
        yield from _unread(each, cells, rows, enough)


def _unread(each: ColumnSummary, cells: pa.Array, rows: Counts, enough: float) -> Iterator[Finding]:
    """Say that the cells of a column that is called a date have digits enough for one, and read as none."""
    text = as_text(cells)
    found = matches(text, _DIGITS)
    if each.as_dates or rows[found].sum() < enough:
        return
    name, count = each.column.name, int(rows[found].sum())
    shown = pc.min(text.filter(pa.array(found))).as_py()[:_LONGEST]
    words = (
        f"The cells of {name!r}, such as {shown!r}, are none of the dates that are read, and the column is called "
        "a date: used as categories. Write them as 2024-01-31, or leave the column out."
    )
    yield Finding("undated", "warning", words, name, count)


def _weeks(each: ColumnSummary, cells: pa.Array, rows: Counts) -> Iterator[Finding]:
    """Say that ``2024-05`` in a column of weeks may be a week: it reads as May, or as nothing."""
    found = matches(cells, _WEEK)
    if each.column.kind == "number" or rows[found].sum() < READABLE * rows.sum():
        return
    name, count = each.column.name, int(rows[found].sum())
    shown = pc.min(cells.filter(pa.array(found))).as_py()
    used = "as months" if each.column.kind == "date" else _USED[each.column.kind]
    words = (
        f"{cells_of(count, name, 'is', 'are')} written as {shown!r} is, and the column is called a week: read "
        f"{used}. Write weeks as 2024-W05."
    )
    yield Finding("undated", "warning", words, name, count)


def _digits(each: ColumnSummary, cells: pa.Array, rows: Counts, enough: float) -> Iterator[Finding]:
    """Say that six digits may be a date whose order cannot be told."""
    values = read_numbers(as_text(cells), each.column.decimal).values
    values = np.where((values >= 10_101) & (values == np.floor(values)), values, -1)
    turned = (values % 100) * 1e4 + values // 100 % 100 * 100 + values // 1e4
    swapped = (values % 100) * 1e4 + values // 1e4 * 100 + values // 100 % 100
    for order, read in (("yymmdd", values), ("ddmmyy", turned), ("mmddyy", swapped)):
        if rows[likely_digits(read, "yymmdd")].sum() >= enough:
            name, shown = each.column.name, pc.min(as_text(cells)).as_py()
            words = (
                f"The cells of {name!r}, such as {shown!r}, may be dates in six digits ({order}), and do not "
                f"tell for certain: read {_USED[each.column.kind]}. If they are dates, write them as 2024-01-31."
            )
            yield Finding("dated-numbers", "warning", words, name, int(rows.sum()))
            return


def _october(each: ColumnSummary, cells: pa.Array, rows: Counts) -> Iterator[Finding]:
    """Say that ``2024.1`` may be October, which lost its zero as a number."""
    text = as_text(cells)
    if each.column.epoch or rows[matches(text, _PARTED)].sum() < READABLE * rows.sum():
        return
    first = matches(text, r"\.1$")
    if not first.any() or matches(text, r"\.10$").any() or not matches(text, r"\.1[12]$").any():
        return
    count, name = int(rows[first].sum()), each.column.name
    shown = pc.min(text.filter(pa.array(first))).as_py()
    words = (
        f"{cells_of(count, name, 'is', 'are')} written as {shown!r} is, read as January, and none is of October "
        f"({shown}0), though November or December are there: October may have lost its zero. Write months as 2024-10."
    )
    yield Finding("lost-zeros", "warning", words, name, count)
