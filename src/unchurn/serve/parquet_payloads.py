"""Parquet → customers: cells brought down to the same four types as a table's on disk."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.errors import DataError
from unchurn.serve.payloads import Sent, check_names, check_rows
from unchurn.serve.refusals import RefusalError
from unchurn.tables.parquet_source import native_type, plain_array

MOST_UNFOLDED = 64 << 20
"""Bytes that the columns of one request may unfold to."""


def read_parquet(body: bytes) -> Sent:
    """Read a Parquet file. Raises `DataError` for what is none, `RefusalError` for one too large."""
    try:
        with pq.ParquetFile(pa.BufferReader(body), pre_buffer=False) as file:
            _check_size(file.metadata)
            names = tuple(file.schema_arrow.names)
            check_names(names)
            table = file.read(use_threads=False).combine_chunks()
    except (pa.ArrowException, OSError) as error:
        words = str(error).splitlines()[0]
        raise DataError(f"The body is not a Parquet file: {words}.", "Send it whole.") from None
    check_rows(table.num_rows)
    columns = {}
    for name, column in zip(names, table.columns, strict=True):
        cells = column.combine_chunks()
        cells = cells if isinstance(cells, pa.Array) else pa.concat_arrays(cells.chunks)
        columns[name] = plain_array(cells, native_type(cells.type), repr(name))
    return Sent(names, columns, list(range(1, table.num_rows + 1)))


def _check_size(metadata: pq.FileMetaData) -> None:
    check_rows(metadata.num_rows)
    groups = range(metadata.num_row_groups)
    size = sum(metadata.row_group(number).total_byte_size for number in groups)
    if size > MOST_UNFOLDED:
        raise RefusalError(
            413,
            f"The columns unfold to {size:,} bytes; one request may have {MOST_UNFOLDED:,}.",
            "Send the customers in several requests, without columns that the model does not read.",
        )
