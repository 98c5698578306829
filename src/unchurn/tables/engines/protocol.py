"""What every engine can do. An engine moves rows about; it never reads or types a cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa


@dataclass(frozen=True)
class Settled:
    """Rows of a settled table: labelled ones, and of those the ones kept (no exact duplicates)."""

    labelled: int
    kept: int


@dataclass(frozen=True)
class Identity:
    """What a table's ids look like.

    `missing`: rows without one; `repeated`: ids of several rows; `conflicting`: ids whose rows
    have different labels.
    """

    missing: int
    repeated: int
    conflicting: int


class EngineProtocol(Protocol):
    """Relational work on tables that may not fit in memory. Order of input never matters."""

    def settle(
        self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, path: Path, scratch: Path
    ) -> Settled:
        """Write the labelled, distinct rows of `batches`, sorted by all columns, as Parquet.

        `schema` ends with the label column (int8, null where there is none). Nulls sort first,
        text by its UTF-8 bytes, columns in the schema's order. `scratch` is a folder for what
        does not fit in memory; it is left empty. Bytes depend on the rows alone.
        Raises `ArtefactError` when the disk is full.
        """

    def identity(self, path: Path, column: str) -> Identity:
        """Count missing, repeated and conflicting ids of a settled table."""
