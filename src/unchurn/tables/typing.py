"""Cells → typed columns, by the rules of a schema: the same code under every engine.

Only Arrow kernels and NumPy, batch by batch, so that Spark's workers can run it too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ROW, Column
from unchurn.tables.cells import Missing, absent, as_id, as_text, missing_spellings, present
from unchurn.tables.date_columns import lost, read_column, read_native
from unchurn.tables.date_fields import in_years
from unchurn.tables.measures import in_other_currency, read_numbers
from unchurn.tables.new_dates import TURNED
from unchurn.tables.new_forms import NewForms
from unchurn.tables.numbers import Mask, read_plain, with_comma
from unchurn.tables.short_years import short_years
from unchurn.tables.truth import as_trained

ARROW = {
    "number": pa.float64(),
    "category": pa.string(),
    "text": pa.string(),
    "date": pa.timestamp("us"),
}

_SPELLINGS = 8
"""Spellings of yes and no that are kept, at least."""


@dataclass
class Tally:
    """Cells counted while typing, by column: written but unreadable, infinite, present.

    `other_mark` counts the unreadable ones that are numbers under the other decimal mark,
    `other_order` those that are dates with day and month the other way; `other_currency` amounts
    in another currency than the column's, read as they stand; `short_years` days whose year has
    two digits. `other_first` are, by (column, order), dates of a column that writes the year first
    which only ``dmy`` or ``mdy`` can read, "" where either can.
    `new_forms`, where something arrives, count what is written as training's cells never were.
    `otherwise`: yes or no in another spelling than training's; `example`: one such, and training's;
    `spelled`: some of these spellings.
    """

    unreadable: Counter[str] = field(default_factory=Counter)
    infinite: Counter[str] = field(default_factory=Counter)
    present: Counter[str] = field(default_factory=Counter)
    other_mark: Counter[str] = field(default_factory=Counter)
    other_order: Counter[str] = field(default_factory=Counter)
    other_first: Counter[tuple[str, str]] = field(default_factory=Counter)
    other_currency: Counter[str] = field(default_factory=Counter)
    short_years: Counter[str] = field(default_factory=Counter)
    otherwise: Counter[str] = field(default_factory=Counter)
    example: dict[str, tuple[str, str]] = field(default_factory=dict)
    spelled: dict[str, set[str]] = field(default_factory=dict)
    new_forms: NewForms | None = None


def arrow_type(column: Column) -> pa.DataType:
    """Return the Arrow type of a typed column; an id is text whatever its kind."""
    return pa.string() if column.role == "id" else ARROW[column.kind]


def type_batch(
    batch: pa.RecordBatch,
    columns: Sequence[Column],
    missing: Sequence[str] = (),
    tally: Tally | None = None,
) -> pa.RecordBatch:
    """Type the `columns` of a batch, in their order; `ROW` goes first where the batch has it.

    Cells of the batch are string, int64, float64 or timestamp[us] (see `Table.batches`).
    `missing` are spellings of a missing cell besides the usual ones. Cells that cannot be read
    as their column's kind, infinities and sentinels become null; the first two are counted in
    `tally`. Ids are kept exactly as read.
    """
    spelled = missing_spellings(missing)
    counted = tally if tally is not None else Tally()
    arrays = [type_cells(batch.column(each.name), each, spelled, counted) for each in columns]
    fields = [pa.field(each.name, arrow_type(each)) for each in columns]
    if ROW in batch.schema.names:
        arrays.insert(0, batch.column(ROW))
        fields.insert(0, pa.field(ROW, pa.int64()))
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))


def type_cells(cells: pa.Array, column: Column, missing: Missing, tally: Tally) -> pa.Array:
    """Type one column's cells; `missing` comes from `missing_spellings`."""
    if column.role == "id":
        return as_id(cells)
    native = is_native(cells)
    if native and column.kind == "number" and not pa.types.is_timestamp(cells.type):
        return _native_numbers(cells, column, tally)
    if native and column.kind == "date" and pa.types.is_timestamp(cells.type):
        return _native_moments(cells, column, tally)
    if native and column.kind == "date" and column.epoch:
        return _native_epochs(cells, column, tally)
    quick = _plain_numbers(cells, column, missing, tally)
    if quick is not None:
        return quick
    # stored numbers keep their mark: to spell them as text would be to read them by a column's
    encoded = (as_text(cells) if native else cells).dictionary_encode()
    values = written(encoded.dictionary, column, missing)
    _count(tally.present, column.name, _valid(values), encoded.indices)
    if column.truth:
        values = _truth(values, column, encoded.indices, tally)
    typed = _read(values, column, encoded.indices, tally)
    return typed.take(encoded.indices)


def written(cells: pa.Array, column: Column, missing: Missing) -> pa.Array:
    """Trim text cells; what is spelled missing in a column of this kind becomes null."""
    values = present(cells, missing)
    if column.kind != "number":  # what says "no date" is known to whoever reads dates
        return as_text(values)
    return pc.if_else(absent(values), pa.scalar(None, pa.string()), values)


def is_native(cells: pa.Array) -> bool:
    """Tell whether cells are native numbers or moments, not text."""
    return not pa.types.is_string(cells.type)


def _plain_numbers(
    cells: pa.Array, column: Column, missing: Missing, tally: Tally
) -> pa.Array | None:
    """Type a number column whose cells are all plain numbers, the quick way."""
    if is_native(cells) or missing.numeric or column.kind != "number":
        return None
    plain = point = read_plain(cells)
    if plain is None or point is None:
        return None
    if column.decimal == ",":
        plain = with_comma(cells, point)
        if (_valid(cells) & ~plain.readable).any():
            return None
    if tally.new_forms is not None:
        tally.new_forms.plain(cells, column, point, plain)
    tally.present[column.name] += int(plain.readable.sum())
    if infinite := int(plain.infinite.sum()):
        tally.infinite[column.name] += infinite
    return _finite(plain.values, column)


def _read(values: pa.Array, column: Column, indices: pa.Array, tally: Tally) -> pa.Array:
    """Type distinct cells; `indices` say where each stands, for the counts."""
    if column.kind == "number":
        numbers = read_numbers(values, column.decimal, column.unit)
        _count(tally.infinite, column.name, numbers.infinite, indices)
        unread = _valid(values) & ~numbers.readable
        _count(tally.unreadable, column.name, unread, indices)
        if unread.any():
            _count(tally.other_mark, column.name, unread & _in_other(values, column), indices)
        if tally.new_forms is not None:
            tally.new_forms.numbers(values, column, indices)
        if column.currency:
            other = in_other_currency(values, column)
            _count(tally.other_currency, column.name, other, indices)
        return _finite(numbers.values, column)
    if column.kind == "date":
        dates = read_column(values, column)
        unread = _valid(values) & ~dates.readable
        _count(tally.unreadable, column.name, unread, indices)
        if not dates.plain:
            short = short_years(values, column.date_order, dates)
            _count(tally.short_years, column.name, short, indices)
        if unread.any() and column.date_order in TURNED:
            turned = read_column(values, replace(column, date_order=TURNED[column.date_order]))
            _count(tally.other_order, column.name, unread & turned.readable, indices)
        elif unread.any() and column.date_order == "ymd":
            _other_first(values, column, unread, indices, tally)
        if tally.new_forms is not None:
            tally.new_forms.days(values, column, dates, indices)
        return _moments(dates.values, column)
    return values


def _other_first(
    values: pa.Array, column: Column, unread: Mask, indices: pa.Array, tally: Tally
) -> None:
    """Count the unreadable cells of a column of ISO dates that are dates with the year last."""
    day = read_column(values, replace(column, date_order="dmy")).readable & unread
    month = read_column(values, replace(column, date_order="mdy")).readable & unread
    for order, found in (("dmy", day & ~month), ("mdy", month & ~day), ("", day & month)):
        hits = Counter[str]()
        _count(hits, order, found, indices)
        tally.other_first[column.name, order] += hits[order]


def _truth(values: pa.Array, column: Column, indices: pa.Array, tally: Tally) -> pa.Array:
    """Write distinct cells that say yes or no as training did."""
    read = as_trained(values, column)
    if read.otherwise.any():
        _count(tally.otherwise, column.name, read.otherwise, indices)
        place = int(np.argmax(read.otherwise))
        tally.example.setdefault(column.name, (values[place].as_py(), read.values[place].as_py()))
        spelled = tally.spelled.setdefault(column.name, set())
        if len(spelled) <= _SPELLINGS:
            spelled.update(values.filter(pa.array(read.otherwise)).to_pylist())
    return read.values


def _in_other(values: pa.Array, column: Column) -> Mask:
    """Tell which cells are numbers under the decimal mark that is not the column's."""
    return read_numbers(values, "." if column.decimal == "," else ",", column.unit).readable


def _native_numbers(cells: pa.Array, column: Column, tally: Tally) -> pa.Array:
    values = cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    infinite = np.isinf(values)
    tally.present[column.name] += int(np.count_nonzero(~np.isnan(values)))
    if infinite.any():
        tally.infinite[column.name] += int(infinite.sum())
        values = np.where(infinite, np.nan, values)
    return _finite(values + 0.0, column)


def _finite(values: np.ndarray[tuple[int], np.dtype[np.float64]], column: Column) -> pa.Array:
    lost = np.isnan(values)
    for sentinel in column.sentinels:
        lost |= values == float(sentinel)
    return pa.array(values, pa.float64(), mask=lost)


def _native_moments(cells: pa.Array, column: Column, tally: Tally) -> pa.Array:
    stamps = cells.to_numpy(zero_copy_only=False).astype("datetime64[us]")
    tally.present[column.name] += len(cells) - cells.null_count
    outside = ~in_years(stamps)
    if outside.any():
        tally.unreadable[column.name] += int(outside.sum())
        stamps = np.where(outside, np.datetime64("NaT", "us"), stamps)
    return _moments(stamps, column)


def _native_epochs(cells: pa.Array, column: Column, tally: Tally) -> pa.Array:
    values = cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    known = ~np.isnan(values)
    dates = read_native(values, column)
    tally.present[column.name] += int(np.count_nonzero(known))
    if unread := int(np.count_nonzero(known & ~dates.readable)):
        tally.unreadable[column.name] += unread
    return _moments(dates.values, column)


def _moments(values: np.ndarray[tuple[int], np.dtype[np.datetime64]], column: Column) -> pa.Array:
    return pa.array(values, pa.timestamp("us"), mask=lost(values, column))


def _valid(values: pa.Array) -> Mask:
    found: Mask = values.is_valid().to_numpy(zero_copy_only=False)
    return found


def _count(counter: Counter[str], name: str, mask: Mask, indices: pa.Array) -> None:
    if mask.any():
        hits = pa.array(mask).take(indices)
        counter[name] += pc.sum(hits).as_py() or 0
