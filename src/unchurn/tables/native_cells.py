"""Cells that a file stores with their types, brought down to four that keep every value."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.errors import DataError
from unchurn.tables.table import RowNumbers, Source

DAMAGED = "Write the file again from where it came."
_WHOLE_DIGITS = 18
_PER_SECOND = {"s": 1, "ms": 1000}
_FIRST_SECOND, _END = -62_135_596_800, 253_402_300_800
"""The years 1 to 9999 in seconds since 1970, the end not included."""


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
            yield numbers, _plain_batch(batch, source)
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            f"{source.path.name} is damaged after row {seen:,}: {error}.", DAMAGED
        ) from error
    return seen


def native_type(kind: pa.DataType) -> pa.DataType:
    """Choose string, int64, float64, timestamp[us] or null for a stored type.

    Whole numbers stay whole (uint64 and wide decimals as text, so that ids survive); booleans
    become ``true`` and ``false``; moments with a zone become UTC; nested values JSON text.
    """
    types = pa.types
    if types.is_dictionary(kind):
        return native_type(kind.value_type)
    if types.is_null(kind):
        return pa.null()
    if types.is_integer(kind) and kind != pa.uint64():
        return pa.int64()
    if types.is_floating(kind):
        return pa.float64()
    if types.is_decimal(kind):
        whole = kind.scale == 0
        return (
            (pa.int64() if kind.precision <= _WHOLE_DIGITS else pa.string())
            if whole
            else pa.float64()
        )
    return pa.timestamp("us") if types.is_timestamp(kind) or types.is_date(kind) else pa.string()


def _plain_batch(batch: pa.RecordBatch, source: Source) -> pa.RecordBatch:
    arrays = [
        plain_array(array, kind, f"{name!r} of {source.path.name}")
        for array, kind, name in zip(batch.columns, source.types, source.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, names=list(source.columns))


def plain_array(array: pa.Array, kind: pa.DataType, where: str) -> pa.Array:
    """Bring an array to `kind`, which `native_type` chose. Raises `DataError` naming `where`."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if array.type == kind:
        return array
    if pa.types.is_nested(array.type):
        return pa.array([_json(value) for value in array.to_pylist()], pa.string())
    try:
        if pa.types.is_timestamp(array.type) or pa.types.is_date(array.type):
            # casting drops the zone and keeps the UTC moment; nanoseconds are cut off
            bounded = _within_years(array)
            return bounded.cast(pa.timestamp("us", bounded.type.tz), safe=False).cast(kind)
        if pa.types.is_duration(array.type):
            return array.cast(pa.int64()).cast(kind)
        return array.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DataError(
            f"The column {where} is {array.type} and cannot be read: {error}.",
            "Store it as text, a number or a date.",
        ) from error


def _within_years(array: pa.Array) -> pa.Array:
    """Keep moments beyond the year 9999 from wrapping round: they become its end, unreadable."""
    if pa.types.is_date(array.type):
        array = array.cast(pa.timestamp("s" if pa.types.is_date32(array.type) else "ms"))
    if array.type.unit not in _PER_SECOND:
        return array
    parts = _PER_SECOND[array.type.unit]
    raw = array.cast(pa.int64())
    outside = pc.or_(pc.less(raw, _FIRST_SECOND * parts), pc.greater_equal(raw, _END * parts))
    if not pc.any(outside).as_py():
        return array
    return pc.if_else(outside, _END * parts, raw).cast(array.type)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)
