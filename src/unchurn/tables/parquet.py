"""Parquet: the one writer, whose bytes follow from the rows alone, and how files of others are read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.errors import ArtefactError
from unchurn.tables.prefetch import ahead
from unchurn.tables.table import batch_rows

READING: dict[str, Any] = {"pre_buffer": False, "coerce_int96_timestamp_unit": "us"}
"""For `ParquetFile`: memory stays flat without read-ahead, and the INT96 moments that Spark writes
keep their year (in nanoseconds, Arrow's default, 9999-12-31 comes out as 1816-03-29)."""

_SETTINGS: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "version": "2.6",
    "data_page_version": "1.0",
    "store_schema": False,  # no copy of Arrow's schema, which differs by version
    "write_statistics": True,
}


def write_parquet(
    batches: Iterable[pa.RecordBatch], path: Path, schema: pa.Schema, staged: bool = False
) -> int:
    """Write record batches of one schema; return the number of rows.

    Row groups have a fixed size (65,536 rows, fewer for very wide tables) however the rows
    arrive; the next one is made while one is written. A `staged` file is read once, soon, by
    the next step: it is written the quick way rather than the small one, with the least and the largest `code` of a group. Raises `ArtefactError` when the disk is full or the folder cannot be written.
    """
    plain = schema.remove_metadata()
    settings = {**_SETTINGS, **_quick(plain)} if staged else _SETTINGS
    try:
        return _write(batches, path, plain, settings)
    except OSError as error:
        raise ArtefactError(
            f"{path} could not be written: {error.strerror or error}.",
            "Free some space or choose another place with [artefacts] root in churn.toml.",
        ) from error


def stream_parquet(batches: Iterable[pa.RecordBatch], stream: BinaryIO, schema: pa.Schema) -> int:
    """As `write_parquet`, into an open file. Raises `OSError`."""
    return _write(batches, stream, schema.remove_metadata(), _SETTINGS)


def _write(
    batches: Iterable[pa.RecordBatch],
    where: Path | BinaryIO,
    schema: pa.Schema,
    settings: dict[str, Any],
) -> int:
    size, rows = batch_rows(len(schema)), 0
    with pq.ParquetWriter(where, schema, **settings) as writer:
        for table in ahead(_regrouped(batches, schema, size)):
            writer.write_table(table, row_group_size=size)
            rows += table.num_rows
    return rows


def _quick(schema: pa.Schema) -> dict[str, Any]:
    repeating = [each.name for each in schema if pa.types.is_string(each.type)]
    told = [each.name for each in schema if each.name == "code"] or False
    quick = {"compression": "lz4", "compression_level": None, "write_statistics": told}
    return {**quick, "use_dictionary": repeating}


def _regrouped(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, size: int
) -> Iterable[pa.Table]:
    """Join and cut batches into tables of exactly `size` rows, the last one excepted."""
    waiting: list[pa.RecordBatch] = []
    held = 0
    for batch in batches:
        waiting.append(batch.replace_schema_metadata(None))
        held += batch.num_rows
        if held < size:
            continue
        table = pa.Table.from_batches(waiting, schema)
        whole = held - held % size
        for start in range(0, whole, size):
            yield table.slice(start, size).combine_chunks()
        waiting = table.slice(whole).combine_chunks().to_batches()
        held -= whole
    if held:
        yield pa.Table.from_batches(waiting, schema).combine_chunks()
