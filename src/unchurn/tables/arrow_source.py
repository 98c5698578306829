"""An Arrow IPC file or stream (.arrow, .feather, .ipc) as record batches."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

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
from unchurn.tables.packing import beginning
from unchurn.tables.table import Reject, RowNumbers, batch_rows


@dataclass(frozen=True)
class ArrowSource:
    """One Arrow file. Cells are as in a Parquet source."""

    path: Path
    columns: tuple[str, ...]
    types: tuple[pa.DataType, ...]
    findings: tuple[Finding, ...] = ()
    flexible: bool = field(default=False, init=False)

    def sha256(self) -> str:
        """Hash the file's bytes."""
        return sha256_of(self.path)

    def narrowed(self, only: Sequence[str]) -> None:
        """Return none: a batch is read as a whole."""

    def batches(
        self, first: int, reject: Reject
    ) -> Generator[tuple[RowNumbers, pa.RecordBatch], None, int]:
        """Yield (row numbers from `first`, cells); return how many rows were seen."""
        try:
            with _reading(self.path) as reader:
                stored = _short(reader, batch_rows(len(self.columns)))
                return (yield from native_batches(stored, self, first))
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"{self.path.name} is damaged: {error}.", DAMAGED) from error


def open_arrow(path: Path) -> ArrowSource:
    """Read the schema of an Arrow file. Raises `DataError` where it is damaged or Feather 1."""
    if beginning(path).startswith(b"FEA1"):
        raise DataError(
            f"{path.name} is a Feather file of version 1.",
            "Write it as version 2 (the default since 2020), or as Parquet.",
        )
    try:
        with _reading(path) as reader:
            schema = reader.schema
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            f"{path.name} is not an Arrow file, or was cut short: {error}.", DAMAGED
        ) from error
    check_names(schema.names, path.name)
    refuse_extensions(schema, path.name)
    types = tuple(native_type(each.type) for each in schema)
    return ArrowSource(path, tuple(schema.names), types, tuple(stored_findings(schema)))


def _short(stored: Iterable[pa.RecordBatch], most: int) -> Iterator[pa.RecordBatch]:
    """Cut batches to at most so many rows."""
    for batch in stored:
        for start in range(0, batch.num_rows, most):
            yield batch.slice(start, most)


@contextmanager
def _reading(path: Path) -> Iterator[Any]:
    """Open the batches of a file or a stream; a file has its own beginning."""
    with pa.OSFile(str(path)) as source:
        if beginning(path).startswith(b"ARROW1"):
            file = pa.ipc.open_file(source)
            yield _Batches(file)
        else:
            yield pa.ipc.open_stream(source)


@dataclass(frozen=True)
class _Batches:
    """The batches of a file, one at a time."""

    file: Any

    @property
    def schema(self) -> pa.Schema:
        return self.file.schema

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for number in range(self.file.num_record_batches):
            yield self.file.get_batch(number)
