"""The cells of a date column → moments, as its schema says."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from unchurn.artefacts import Column
from unchurn.tables.cells import Missing, as_text, present
from unchurn.tables.date_fields import Moments, in_years
from unchurn.tables.dates import Dates, absent_dates, read_dates
from unchurn.tables.epochs import Floats, read_epochs
from unchurn.tables.measures import read_numbers
from unchurn.tables.numbers import Mask
from unchurn.tables.sentinel_days import always


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
