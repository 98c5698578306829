"""A Parquet file as record batches."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.artefacts import Finding, sha256_of
from unchurn.errors import DataError
from unchurn.tables.heading_checks import check_names
from unchurn.tables.native_cells import (
    DAMAGED,
    native_batches,
    native_type,
    refuse_extensions,
    stored_findings,
)
from unchurn.tables.parquet import READING
from unchurn.tables.table import Reject, RowNumbers, batch_rows

_BUFFER = 1 << 20


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
        with pq.ParquetFile(self.path, buffer_size=_BUFFER, **READING) as file:
            stored = file.iter_batches(batch_rows(len(self.columns)))
            return (yield from native_batches(stored, self, first))


def open_parquet(path: Path) -> ParquetSource:
    """Read a Parquet file's footer. Raises `DataError` where it is damaged."""
    try:
        with pq.ParquetFile(path, **READING) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            f"{path.name} is not a Parquet file, or was cut short: {error}.", DAMAGED
        ) from error
    check_names(schema.names, path.name)
    refuse_extensions(schema, path.name)
    types = tuple(native_type(each.type) for each in schema)
    told = tuple(stored_findings(schema))
    return ParquetSource(path, tuple(schema.names), types, rows, told)
