"""A table that another library holds (pandas, Polars, PyArrow, DuckDB), where every step reads it.

Whatever speaks Arrow's C stream is kept in a file until the work is over: a table is read several
times, and a stream flows once. Cells are brought down as those of a Parquet file are, so that the
same table again is the same run again.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeAlias, runtime_checkable

import pyarrow as pa

from unchurn.artefacts import Finding
from unchurn.errors import ArtefactError, ConfigError, DataError
from unchurn.project import Data
from unchurn.tables.heading_checks import check_names
from unchurn.tables.native_cells import (
    native_type,
    plain_array,
    refuse_extensions,
    stored_findings,
)
from unchurn.tables.opening import open_table
from unchurn.tables.parquet import write_parquet
from unchurn.tables.table import Table, batch_rows

_INDEX = re.compile(r"__index_level_\d+__")
"""What pandas calls an index without a name: row labels, which say nothing of a customer."""
_MIXED = re.compile(r"Conversion failed for column (.+) with type (\w+)")
_READABLE = (
    "Give a path, or a table of pandas (2.2 or newer), Polars, PyArrow or DuckDB; "
    "collect a lazy one first."
)


@runtime_checkable
class ArrowStream(Protocol):
    """What hands its rows over as a stream of Arrow record batches."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the stream in a capsule."""


Given: TypeAlias = "str | os.PathLike[str] | ArrowStream"


@contextmanager
def open_given(given: Given, data: Data, folder: Path) -> Iterator[Table]:
    """Open a path (relative to `folder`) or a table in memory, for as long as the context lasts.

    Raises `ConfigError` for what is neither, `DataError` for a table that cannot be read, and what
    `open_table` raises.
    """
    if isinstance(given, (str, os.PathLike)):
        yield open_table(os.fspath(given), data, folder)
        return
    name = _name(given)
    if not isinstance(given, ArrowStream):
        raise ConfigError(f"{name} is no table that unchurn reads.", _READABLE)
    with tempfile.TemporaryDirectory(prefix="unchurn-table-") as kept:
        path = Path(kept) / f"{type(given).__name__}.parquet"
        told = _keep(given, name, path)
        table = open_table(str(path), data, folder)
        yield replace(table, location=name, notes=[*table.notes, *told])


def _name(given: object) -> str:
    """Name a table after its kind, as its owner would: ``a pandas DataFrame``."""
    library = type(given).__module__.partition(".")[0].lstrip("_").removeprefix("builtins")
    return " ".join(filter(None, ("a", library, type(given).__name__)))


def _keep(given: ArrowStream, name: str, path: Path) -> list[Finding]:
    """Write the rows to a file; return what is to be said of how their columns are read."""
    try:
        reader = pa.RecordBatchReader.from_stream(given)
    except Exception as error:  # whatever the library that made it raises: it is not ours to know
        raise _unreadable(name, error) from error
    fields = [field for field in reader.schema if not _INDEX.fullmatch(field.name)]
    if not fields:
        raise DataError(f"{name} has no columns.", "Give a table of customers.")
    check_names([field.name for field in fields], name)
    refuse_extensions(fields, name)
    schema = pa.schema([pa.field(field.name, native_type(field.type)) for field in fields])
    try:
        rows = write_parquet(_plain(reader, schema, name), path, schema, staged=True)
    except ArtefactError as error:
        raise ArtefactError(
            f"{name} could not be kept at {path.parent} while it is read: {error.message}",
            "Free some space, or set TMPDIR to a folder on another disk.",
        ) from error
    if not rows:
        raise DataError(f"{name} has columns and no rows.", "Add customers.")
    return list(stored_findings(fields))


def _plain(reader: pa.RecordBatchReader, schema: pa.Schema, name: str) -> Iterator[pa.RecordBatch]:
    places = [reader.schema.get_field_index(field.name) for field in schema]
    for batch in _short(reader, batch_rows(len(schema)), name):
        arrays = [
            plain_array(batch.column(place), field.type, f"{field.name!r} of {name}")
            for place, field in zip(places, schema, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _short(reader: pa.RecordBatchReader, most: int, name: str) -> Iterator[pa.RecordBatch]:
    """Cut what streams in to at most so many rows a batch, so that memory does not grow."""
    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            return
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(name, error) from error
        for start in range(0, batch.num_rows, most):
            yield batch.slice(start, most)


def _unreadable(name: str, error: Exception) -> DataError:
    words = " ".join(str(error).split()).rstrip(".")
    if found := _MIXED.search(words):
        column, kind = found[1], found[2]
        mixed = "of several types" if kind == "object" else f"of the type {kind}"
        why = str(error.args[0]).rstrip(".") if error.args else words
        return DataError(
            f"The column {column!r} of {name} holds values {mixed}: {why}.",
            "Cells are text, numbers, dates, true and false: make the column one of these, for "
            f'example with df[{column!r}] = df[{column!r}].astype("string").',
        )
    if "non-struct" in words:
        return DataError(f"{name} is one column, not a table.", "Give the table that it is of.")
    return DataError(f"{name} cannot be read as a table: {words}.", _READABLE)
