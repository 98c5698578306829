"""A Parquet file as record batches."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
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
_SINGLE = 2.0**24
"""Whole numbers beyond it are not all float32."""


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
        names = list(self.columns)
        with pq.ParquetFile(self.path, buffer_size=_BUFFER, **READING) as file:
            # a name brings those along that begin with it and a dot
            stored = (
                each.select(names)
                for each in file.iter_batches(batch_rows(len(names)), columns=names)
            )
            return (yield from native_batches(stored, self, first))

    def narrowed(self, only: Sequence[str]) -> ParquetSource:
        """Return the file with some of its columns alone: the others are not read."""
        types = dict(zip(self.columns, self.types, strict=True))
        return replace(self, columns=tuple(only), types=tuple(types[name] for name in only))


def open_parquet(path: Path) -> ParquetSource:
    """Read a Parquet file's footer. Raises `DataError` where it is damaged."""
    try:
        with pq.ParquetFile(path, **READING) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
            rounded = tuple(_rounded(file.metadata, schema))
    except (pa.ArrowException, OSError) as error:
        why = str(error).rstrip(".")
        raise DataError(
            f"{path.name} is not a Parquet file, or was cut short: {why}.", DAMAGED
        ) from error
    check_names(schema.names, path.name)
    refuse_extensions(schema, path.name)
    types = tuple(native_type(each.type) for each in schema)
    told = (*stored_findings(schema), *rounded)
    return ParquetSource(path, tuple(schema.names), types, rows, told)


def _rounded(metadata: pq.FileMetaData, schema: pa.Schema) -> Iterator[Finding]:
    """Say which columns of a Parquet file hold numbers beyond what float32, their type, keeps.

    Of columns of which the file keeps no least and largest number nothing is said.
    """
    for place in range(metadata.num_columns):
        path = metadata.schema.column(place).path
        if path not in schema.names or schema.field(path).type != pa.float32():
            continue
        groups = (
            metadata.row_group(each).column(place).statistics
            for each in range(metadata.num_row_groups)
        )
        ends = [end for each in groups if each and each.has_min_max for end in (each.min, each.max)]
        if max(map(abs, ends), default=0) > _SINGLE:
            words = (
                f"{path!r} is stored as float32, which keeps no whole number beyond 16,777,216 exactly: if "
                "it holds ids, several customers may share one; export them as int64 or as text."
            )
            yield Finding("float-ids", "warning", words, path)
