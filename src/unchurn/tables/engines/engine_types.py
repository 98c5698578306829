"""How rows look while they are with an engine: names and types that every engine takes alike.

Columns are numbered, for a header may hold dots, quotes, or another header in capitals, and
engines tell names apart by their own rules. Moments are whole microseconds, which no calendar
or time zone can shift.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.artefacts import LABEL
from unchurn.tables.table import batch_rows

ID_AND_LABEL = pa.schema([("id", pa.string()), (LABEL, pa.int8())])
"""How a table travels whose ids are to be counted."""


def travelling(schema: pa.Schema) -> pa.Schema:
    """Return the schema under which rows travel: numbered columns, moments as microseconds."""
    fields = [
        pa.field(
            LABEL if each.name == LABEL else f"c{number}",
            pa.int64() if pa.types.is_timestamp(each.type) else each.type,
        )
        for number, each in enumerate(schema)
    ]
    return pa.schema(fields)


def recast(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Give a batch the names and types of `schema`, column by column in order."""
    arrays = [
        column if column.type == each.type else column.cast(each.type)
        for column, each in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def ids_and_labels(path: Path, column: str) -> Iterator[pa.RecordBatch]:
    """Yield the ids in `column` of a settled table, and the labels, as `ID_AND_LABEL`."""
    wanted = (column, LABEL)
    with pq.ParquetFile(path, pre_buffer=False) as table:
        # Parquet reads a dot in a name as a path: the batch's own schema does not
        for batch in table.iter_batches(batch_rows(len(table.schema_arrow)), columns=list(wanted)):
            arrays = [batch.column(batch.schema.get_field_index(name)) for name in wanted]
            yield recast(pa.RecordBatch.from_arrays(arrays, names=list(wanted)), ID_AND_LABEL)
