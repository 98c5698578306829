"""The cells of a date column → moments, as its schema says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column, ColumnSummary
from unchurn.tables.cells import Missing, as_text, present, without_formula
from unchurn.tables.date_fields import Moments, in_years
from unchurn.tables.dates import DateOrder, Dates, absent_dates, read_dates
from unchurn.tables.epochs import Floats, read_epochs
from unchurn.tables.measures import read_numbers
from unchurn.tables.numbers import READABLE, Mask
from unchurn.tables.sentinel_days import always

_SOME = 0.05
"""Share of a column's cells that are days, from which on it is one of days."""
_ORDERS: tuple[DateOrder, ...] = ("ymd", "dmy", "mdy", "ydm", "yymd")


def read_column(cells: pa.Array, column: Column) -> Dates:
    """Read trimmed text cells; numbers are what the column's `epoch` says, or compact days."""
    if not column.epoch:
        return read_dates(cells, column.date_order, compact=True, pivot=column.pivot)
    point, comma = read_numbers(cells, "."), read_numbers(cells, ",")
    numbers = point.readable | comma.readable
    values, none = read_epochs(np.where(point.readable, point.values, comma.values), column.epoch)
    absent = absent_dates(cells) | (numbers & none)
    readable = (numbers & ~np.isnat(values)) | absent
    if not numbers.all():
        words = cells.filter(pa.array(~numbers))
        text = read_dates(words, column.date_order, pivot=column.pivot)
        values[~numbers], readable[~numbers] = text.values, text.readable
    return Dates(values, readable, absent)


def read_native(values: Floats, column: Column) -> Dates:
    """Read numbers that were stored as such in a column with an `epoch`; NaN is missing."""
    moments, none = read_epochs(values, column.epoch)
    return Dates(moments, ~np.isnat(moments) | none, none)


def unreadable_dates(cells: pa.Array, column: Column, missing: Missing) -> Mask:
    """Tell, cell by cell, what was written and is no date."""
    if pa.types.is_timestamp(cells.type):
        found: Mask = ~in_years(cells.to_numpy(zero_copy_only=False).astype("datetime64[us]"))
        return found
    written = present(as_text(cells), missing)
    valid: Mask = written.is_valid().to_numpy(zero_copy_only=False)
    return valid & ~read_column(written, column).readable


def lost(values: Moments, column: Column) -> Mask:
    """Tell which moments are none: NaT, and the days that stand for missing."""
    found = np.isnat(values)
    days = values.astype("datetime64[D]")
    found |= always(days)
    for sentinel in column.sentinels:
        found |= days == np.datetime64(sentinel)
    return found


def days_of(summary: ColumnSummary) -> Callable[[pa.Array], tuple[Mask, Mask]] | None:
    """Return what tells a column's days from its other cells; None where it is not of days.

    It may hold many a word besides, and be none of the kind "date": what counts is whether the
    others are days. See `_days` for what is returned.
    """
    column = summary.column
    if column.kind != "date":
        told = summary.rows - summary.missing
        rest = told - sum(rows for _, rows in summary.unread)
        most = summary.as_dates >= min(_SOME * told, READABLE * rest)
        if column.kind == "number" or not summary.as_dates or not most:
            return None
        column = replace(column, kind="date")
    return partial(_days, column=column)


def _days(cells: pa.Array, column: Column) -> tuple[Mask, Mask]:
    """Tell which text cells are a day, in whatever order, and which say that there is none."""
    trimmed = without_formula(pc.utf8_trim_whitespace(cells))
    read = read_column(trimmed, column)
    days, none = ~np.isnat(read.values), read.absent
    none = none | (days & lost(read.values, column))
    for order in _ORDERS:
        left = np.flatnonzero(~days & ~none)
        if not len(left):
            break
        other = read_column(trimmed.take(pa.array(left)), replace(column, date_order=order))
        days[left] |= ~np.isnat(other.values)
        none[left] |= lost(other.values, column) & days[left]
    return days & ~none, none
