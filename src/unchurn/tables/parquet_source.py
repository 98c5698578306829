"""A Parquet file as record batches."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.fs as pafs
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
    """One Parquet file. Cells are string, int64, float64 or timestamp[us] (see `native_type`).

    `span` are the rows that are read, from the first up to the second, all of them by default; both
    begin a batch. `sent` is the address of a copy that other machines read.
    """

    path: Path
    columns: tuple[str, ...]
    types: tuple[pa.DataType, ...]
    rows: int
    findings: tuple[Finding, ...] = ()
    span: tuple[int, int] | None = None
    sent: str = ""
    flexible: bool = field(default=False, init=False)

    def sha256(self) -> str:
        """Hash the file's bytes."""
        return sha256_of(self.path)

    def batches(
        self, first: int, reject: Reject
    ) -> Generator[tuple[RowNumbers, pa.RecordBatch], None, int]:
        """Yield (row numbers from `first`, cells); return how many rows were seen."""
        names = list(self.columns)
        with (
            _opened(self.sent, self.path) as stream,
            pq.ParquetFile(stream, buffer_size=_BUFFER, **READING) as file,
        ):
            # a name brings those along that begin with it and a dot
            stored = (each.select(names) for each in self._stored(file, names))
            return (yield from native_batches(stored, self, first))

    @property
    def batch(self) -> int:
        """Rows of a batch."""
        return batch_rows(len(self.columns))

    def _stored(self, file: pq.ParquetFile, names: list[str]) -> Iterator[pa.RecordBatch]:
        if self.span is None:
            return file.iter_batches(self.batch, columns=names)  # type: ignore[no-any-return]
        groups, skipped = _holding(file.metadata, *self.span)
        stored = file.iter_batches(self.batch, row_groups=groups, columns=names)
        return _regrouped(stored, skipped, self.span[1] - self.span[0], self.batch)

    def narrowed(self, only: Sequence[str]) -> ParquetSource:
        """Return the file with some of its columns alone: the others are not read."""
        types = dict(zip(self.columns, self.types, strict=True))
        return replace(self, columns=tuple(only), types=tuple(types[name] for name in only))


def _opened(sent: str, path: Path) -> AbstractContextManager[Any]:
    """Open a file here, or the copy that was sent to where this machine sees it."""
    if not sent:
        return nullcontext(path)
    if "://" not in sent:
        return nullcontext(Path(sent))
    files, place = pafs.FileSystem.from_uri(sent)
    return files.open_input_file(place)  # type: ignore[no-any-return]


def _holding(metadata: pq.FileMetaData, begin: int, end: int) -> tuple[list[int], int]:
    """Return which row groups hold the rows from `begin` up to `end`, and how many stand before them there."""
    groups: list[int] = []
    first = skipped = 0
    for group in range(metadata.num_row_groups):
        last = first + metadata.row_group(group).num_rows
        if first < end and last > begin:
            skipped = skipped if groups else begin - first
            groups.append(group)
        first = last
    return groups, skipped


def _regrouped(
    stored: Iterable[pa.RecordBatch], skipped: int, rows: int, size: int
) -> Iterator[pa.RecordBatch]:
    """Yield `rows` after those `skipped`, in batches of `size`: as a pass over the whole file has them."""
    held: list[pa.RecordBatch] = []
    for each in stored:
        batch = each.slice(min(skipped, each.num_rows))
        skipped -= min(skipped, each.num_rows)
        batch = batch.slice(0, rows)
        rows -= batch.num_rows
        while batch.num_rows:
            wanted = size - sum(one.num_rows for one in held)
            held.append(batch.slice(0, wanted))
            batch = batch.slice(wanted)
            if sum(one.num_rows for one in held) == size:
                yield _joined(held)
                held = []
    if held:
        yield _joined(held)


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) == 1:
        return batches[0]
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


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
