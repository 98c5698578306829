"""A Parquet file as record batches, its types brought down to four that keep every value."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn.artefacts import Finding, sha256_of
from unchurn.errors import ConfigError, DataError
from unchurn.tables.dialect import check_names
from unchurn.tables.table import Reject, RowNumbers, batch_rows

_WHOLE_DIGITS = 18
_BUFFER = 1 << 20
_PER_SECOND = {"s": 1, "ms": 1000}
_FIRST_SECOND, _END = -62_135_596_800, 253_402_300_800
"""The years 1 to 9999 in seconds since 1970, the end not included."""
_DAMAGED = "Write the file again from where it came."


@dataclass(frozen=True)
class ParquetSource:
    """One Parquet file. Cells are string, int64, float64 or timestamp[us] (see `native_type`)."""

    path: Path
    columns: tuple[str, ...]
    types: tuple[pa.DataType, ...]
    rows: int
    findings: tuple[Finding, ...] = ()
    flexible: bool = field(default=False, init=False)

    def sha256(self) -> str:
        """Hash the file's bytes."""
        return sha256_of(self.path)

    def batches(
        self, first: int, reject: Reject
    ) -> Generator[tuple[RowNumbers, pa.RecordBatch], None, int]:
        """Yield (row numbers from `first`, cells); return how many rows were seen."""
        seen = 0
        with pq.ParquetFile(self.path, buffer_size=_BUFFER, pre_buffer=False) as file:
            try:
                for batch in file.iter_batches(batch_rows(len(self.columns))):
                    numbers = np.arange(first + seen, first + seen + batch.num_rows)
                    seen += batch.num_rows
                    yield numbers, _plain_batch(batch, self)
            except (pa.ArrowInvalid, OSError) as error:
                raise DataError(
                    f"{self.path.name} is damaged after row {seen:,}: {error}.", _DAMAGED
                ) from error
        return seen


def open_parquet(path: Path) -> ParquetSource:
    """Read a Parquet file's footer.

    Raises `DataError` where it is damaged, `ConfigError` where it cannot be opened.
    """
    if path.stat().st_size == 0:
        raise DataError(f"{path.name} is empty.", "Name a table with rows.")
    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
    except PermissionError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            f"{path.name} is not a Parquet file, or was cut short: {error}.", _DAMAGED
        ) from error
    check_names(schema.names, path.name)
    types = tuple(native_type(each.type) for each in schema)
    return ParquetSource(path, tuple(schema.names), types, rows)


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


def _plain_batch(batch: pa.RecordBatch, source: ParquetSource) -> pa.RecordBatch:
    pairs = zip(batch.columns, source.types, source.columns, strict=True)
    arrays = [
        plain_array(array, kind, f"{name!r} of {source.path.name}") for array, kind, name in pairs
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
