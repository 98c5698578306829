"""Parquet → customers: cells brought down to the same four types as a table's on disk."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn.errors import DataError
from unchurn.serve.limits import LIVE, Limits, check_size
from unchurn.serve.payloads import Sent, check_names
from unchurn.serve.refusals import Fault, RefusalError, RowError
from unchurn.tables.native_cells import CellError, native_type, plain_array, stored_findings
from unchurn.tables.parquet import READING

MOST_UNFOLDED = 64 << 20
"""Bytes that the columns of one request may unfold to."""
_Names = Callable[[tuple[str, ...]], Collection[str]]


def read_parquet(body: bytes, needed: _Names = list, limits: Limits = LIVE) -> Sent:
    """Read the columns of a Parquet file that `needed` chooses among its names.

    Raises `DataError` where it is none, `RefusalError` for one that is or unfolds too large.
    """
    try:
        with pq.ParquetFile(pa.BufferReader(body), **READING) as file:
            metadata, schema = file.metadata, file.schema_arrow
        names = tuple(schema.names)
        check_names(names)
        limits.check_rows(metadata.num_rows)
        check_size(metadata.num_rows, len(names))
        read = needed(names)
        chosen = [name for name in names if name in read]
        _check_kinds(schema, chosen)
        # a text that is stored once for many rows stays so until its size is known
        texts = [name for name in chosen if _is_text(schema.field(name).type)]
        _refuse_if_large(_stored(metadata))
        with pq.ParquetFile(pa.BufferReader(body), read_dictionary=texts, **READING) as file:
            table = file.read(chosen, use_threads=False).combine_chunks()
        columns = {name: _cells(table.column(name), name) for name in chosen}
    except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError) as error:
        words = str(error).partition("\n")[0]
        raise DataError(f"The body is not a Parquet file: {words}.", "Send it whole.") from None
    limits.check_rows(table.num_rows)
    told = tuple(stored_findings(table.schema))
    return Sent(names, columns, list(range(1, table.num_rows + 1)), notes=told)


def _cells(column: pa.ChunkedArray, name: str) -> pa.Array:
    cells = column.combine_chunks()
    cells = cells if isinstance(cells, pa.Array) else pa.concat_arrays(cells.chunks)
    if pa.types.is_dictionary(cells.type) and _is_text(cells.type.value_type):
        lengths = pc.take(pc.binary_length(cells.dictionary), cells.indices)
        _refuse_if_large(pc.sum(lengths).as_py() or 0)
        cells = cells.dictionary_decode()
    try:
        return plain_array(cells, native_type(cells.type), repr(name))
    except CellError as error:
        raise RowError(Fault(error.row, name, error.message, error.hint)) from None


def _check_kinds(schema: pa.Schema, names: Collection[str]) -> None:
    for name in names:
        if pa.types.is_nested(schema.field(name).type):
            raise DataError(
                f"The column {name!r} is {schema.field(name).type}, which is no single value.",
                "Store it as text, a number or a date.",
            )


def _is_text(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_string(kind) or types.is_binary(kind))


def _stored(metadata: pq.FileMetaData) -> int:
    """Count the bytes of all columns before they were compressed.

    A damaged file must not be asked for one column's: pyarrow then ends the process.
    """
    groups = range(metadata.num_row_groups)
    return sum(metadata.row_group(number).total_byte_size for number in groups)


def _refuse_if_large(size: int) -> None:
    if size > MOST_UNFOLDED:
        raise RefusalError(
            413,
            f"The columns unfold to {size:,} bytes; one request may have {MOST_UNFOLDED:,}.",
            "Send the customers in several requests.",
        )
