"""Cells that a file stores with their types, brought down to four that keep every value."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Finding
from unchurn.errors import DataError
from unchurn.tables.table import RowNumbers, Source

DAMAGED = "Write the file again from where it came."
_STORE = "Store it as text in UTF-8, a number or a date."
_OF_PANDAS = {"pandas.period": "periods", "pandas.interval": "intervals"}
_SHOWN = 40
_WHOLE_DIGITS = 18
_PER_SECOND = {"s": 1, "ms": 1000}
_PARTS = {**_PER_SECOND, "us": 1_000_000, "ns": 1_000_000_000}
_UTC = (
    "utc",
    "gmt",
    "z",
    "etc/utc",
    "etc/gmt",
    "etc/uct",
    "uct",
    "zulu",
    "+00:00",
    "-00:00",
    "+0000",
)
_MOST_SECONDS = 9_223_372_036_854
"""Seconds from 1970, either way, that int64 can count in microseconds."""


class CellError(DataError):
    """A stored cell that cannot be read; `row` is its row number."""

    def __init__(self, row: int, where: str, cell: pa.Scalar, why: str) -> None:
        if isinstance(cell, pa.BinaryScalar) and cell.is_valid:
            shown = cell.as_buffer().to_pybytes()[:_SHOWN]
            words = f"{shown!r}, which is not UTF-8"
        else:
            words = f"{cell.type} and cannot be read: {why}"
        super().__init__(f"Row {row}: {where} is {words}.", _STORE)
        self.row = row


def native_batches(
    stored: Iterable[pa.RecordBatch], source: Source, first: int
) -> Generator[tuple[RowNumbers, pa.RecordBatch], None, int]:
    """Yield (row numbers from `first`, cells) of batches as stored; return how many rows.

    The types of `source` are those that `native_type` chose. Raises `DataError` where the file is damaged, with how far it was read.
    """
    seen = 0
    try:
        for batch in stored:
            numbers = np.arange(first + seen, first + seen + batch.num_rows)
            seen += batch.num_rows
            yield numbers, _plain_batch(batch, source, int(first + seen - batch.num_rows))
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            f"{source.path.name} is damaged after row {seen:,}: {error}.", DAMAGED
        ) from error
    return seen


def refuse_extensions(fields: Iterable[pa.Field], where: str) -> None:
    """Raise `DataError` for columns whose stored numbers mean something that only pandas knows.

    The name of such a kind is in the type where pandas is loaded, else in the field's metadata.
    """
    for field in fields:
        said = (field.metadata or {}).get(b"ARROW:extension:name", b"").decode("utf-8", "replace")
        kind = getattr(field.type, "extension_name", said)
        if what := _OF_PANDAS.get(kind):
            raise DataError(
                f"The column {field.name!r} of {where} holds {what} ({kind}), of which only numbers "
                "are stored; cells are text, numbers, dates, true and false.",
                f"Make it dates, df[{field.name!r}] = df[{field.name!r}].dt.to_timestamp()."
                if kind == "pandas.period"
                else f'Make it text, df[{field.name!r}] = df[{field.name!r}].astype("string").',
            )


def stored_findings(fields: Iterable[pa.Field]) -> Iterator[Finding]:
    """Say which columns are read otherwise than they are shown where they come from.

    These are moments of a time zone, read in UTC, and durations, read in seconds.
    """
    for field in fields:
        zone = field.type.tz if pa.types.is_timestamp(field.type) else None
        if zone and zone.casefold() not in _UTC:
            words = f"{field.name!r} is stored with the time zone {zone}; read in UTC."
            yield Finding("written-zone", "note", words, field.name)
        if pa.types.is_duration(field.type):
            words = f"{field.name!r} holds durations; read in seconds."
            yield Finding("unit", "note", words, field.name)


def native_type(kind: pa.DataType) -> pa.DataType:
    """Choose string, int64, float64, timestamp[us] or null for a stored type.

    Whole numbers stay whole (uint64 and wide decimals as text, so that ids survive); booleans
    become ``true`` and ``false``; moments with a zone become UTC, durations seconds; nested
    values JSON text.
    """
    types = pa.types
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return native_type(kind.value_type)
    if types.is_null(kind):
        return pa.null()
    if types.is_integer(kind) and kind != pa.uint64():
        return pa.int64()
    if types.is_floating(kind) or types.is_duration(kind):
        return pa.float64()
    if types.is_decimal(kind):
        whole = kind.scale == 0
        return (
            (pa.int64() if kind.precision <= _WHOLE_DIGITS else pa.string())
            if whole
            else pa.float64()
        )
    return pa.timestamp("us") if types.is_timestamp(kind) or types.is_date(kind) else pa.string()


def _plain_batch(batch: pa.RecordBatch, source: Source, first: int) -> pa.RecordBatch:
    arrays = [
        plain_array(array, kind, f"{name!r} of {source.path.name}", first)
        for array, kind, name in zip(batch.columns, source.types, source.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, names=list(source.columns))


def plain_array(array: pa.Array, kind: pa.DataType, where: str, first: int = 1) -> pa.Array:
    """Bring an array to `kind`, which `native_type` chose.

    Raises `DataError` naming `where`, and `CellError` where it is one cell that cannot be read;
    `first` is the row number of the array's first.
    """
    try:
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        elif pa.types.is_run_end_encoded(array.type):
            array = pc.run_end_decode(array)
        return _plain(array, kind)
    except pa.ArrowNotImplementedError as error:
        raise DataError(
            f"The column {where} is {array.type} and cannot be read: {error}.", _STORE
        ) from error
    except (ValueError, OverflowError) as error:  # Arrow's own kind of ValueError included
        place = _first_unreadable(array, kind)
        raise CellError(first + place, where, array[place], str(error)) from error


def _first_unreadable(array: pa.Array, kind: pa.DataType) -> int:
    for place in range(len(array)):
        try:
            _plain(array.slice(place, 1), kind)
        except (ValueError, OverflowError):
            return place
    return 0


def _plain(array: pa.Array, kind: pa.DataType) -> pa.Array:
    types = pa.types
    if types.is_nested(array.type):
        return pa.array([_json(value) for value in array.to_pylist()], pa.string())
    if array.type != kind and (types.is_timestamp(array.type) or types.is_date(array.type)):
        # casting drops the zone and keeps the UTC moment; nanoseconds are cut off
        bounded = _held_back(array)
        return bounded.cast(pa.timestamp("us", bounded.type.tz), safe=False).cast(kind)
    if types.is_duration(array.type):
        parts = array.cast(pa.int64()).cast(pa.float64(), safe=False)
        array = pc.divide(parts, _PARTS[array.type.unit])
    elif types.is_decimal32(array.type):  # Arrow finds all of its whole numbers out of bounds
        array = array.cast(pa.decimal128(array.type.precision, array.type.scale))
    made = array.cast(kind)
    if types.is_string(kind):
        made.validate(full=True)  # a file may call bytes text that are none
    return made


def _held_back(array: pa.Array) -> pa.Array:
    """Keep moments that microseconds cannot count from wrapping round: they end where those end.

    That is far beyond the year 9999, so that none of them is read as a date.
    """
    if pa.types.is_date(array.type):
        array = array.cast(pa.timestamp("s" if pa.types.is_date32(array.type) else "ms"))
    if array.type.unit not in _PER_SECOND:
        return array
    most = _MOST_SECONDS * _PER_SECOND[array.type.unit]
    raw = array.cast(pa.int64())
    inside = pc.max_element_wise(raw, -most, skip_nulls=False)
    return pc.min_element_wise(inside, most, skip_nulls=False).cast(array.type)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)
