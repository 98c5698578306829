"""The one Parquet writer: the same rows give the same bytes, whoever sends them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.errors import ArtefactError
from unchurn.tables.table import batch_rows

_SETTINGS = {
    "compression": "zstd",
    "compression_level": 3,
    "version": "2.6",
    "data_page_version": "1.0",
    "store_schema": False,  # no copy of Arrow's schema, which differs by version
    "write_statistics": True,
}


def write_parquet(batches: Iterable[pa.RecordBatch], path: Path, schema: pa.Schema) -> int:
    """Write record batches of one schema; return the number of rows.

    Row groups have a fixed size (65,536 rows, fewer for very wide tables) however the rows
    arrive. Raises `ArtefactError` when the disk is full or the folder cannot be written.
    """
    plain = schema.remove_metadata()
    size = batch_rows(len(schema))
    rows = 0
    try:
        with pq.ParquetWriter(path, plain, **_SETTINGS) as writer:
            for table in _regrouped(batches, plain, size):
                writer.write_table(table, row_group_size=size)
                rows += table.num_rows
    except OSError as error:
        raise ArtefactError(
            f"{path} could not be written: {error.strerror or error}.",
            "Free some space or choose another place with [artefacts] root in churn.toml.",
        ) from error
    return rows


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
