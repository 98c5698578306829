"""Columns that a table's folders name: ``region=north/part-0.parquet``."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.errors import DataError
from unchurn.tables.amended_source import AmendedSource
from unchurn.tables.cells import as_text

_NOTHING = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class PartitionedSource(AmendedSource):
    """A file with the columns that its folders add: `named` maps them to this file's value."""

    named: dict[str, str | None]

    @property
    def columns(self) -> tuple[str, ...]:
        """The file's own columns, then the folders'."""
        return (*self.inner.columns, *self._added)

    @property
    def types(self) -> tuple[pa.DataType, ...]:
        """Text, for what folders name."""
        return (*self.inner.types, *(pa.string() for _ in self._added))

    @property
    def _added(self) -> list[str]:
        return [name for name in self.named if name not in self.inner.columns]

    def sha256(self) -> str:
        """Hash the file's bytes and what its folders say."""
        import hashlib

        told = "".join(f"{name}={value}\n" for name, value in self.named.items())
        return hashlib.sha256(f"{self.inner.sha256()}\n{told}".encode()).hexdigest()

    def narrowed(self, only: Sequence[str]) -> PartitionedSource | None:
        """Return the file with some of its columns and of its folders' alone."""
        own = [name for name in only if name in self.inner.columns]
        inner = self.inner.narrowed(own) if own else None
        named = {name: value for name, value in self.named.items() if name in only}
        return PartitionedSource(inner, named) if inner else None

    def amended(self, cells: pa.RecordBatch) -> pa.RecordBatch:
        """Add the folders' columns. Raises `DataError` where the file's own say otherwise."""
        for name in self.named.keys() - set(self._added):
            self._refuse_other(name, cells.column(name))
        for name in self._added:
            column = pa.repeat(pa.scalar(self.named[name], pa.string()), cells.num_rows)
            cells = cells.append_column(name, column)
        return cells

    def _refuse_other(self, name: str, cells: pa.Array) -> None:
        said = self.named[name]
        other = pc.fill_null(pc.not_equal(as_text(cells), said or ""), False)
        if said and said.isdecimal():  # month=01 is 1
            other = pc.and_(
                other, pc.not_equal(pc.utf8_ltrim(as_text(cells), "0"), said.lstrip("0"))
            )
            other = pc.fill_null(other, False)
        if pc.any(other).as_py():
            raise DataError(
                f"{self.path} lies in a folder that says {name}={self.named[name]}, and its own "
                f"column {name!r} says {as_text(cells).filter(other)[0].as_py()!r}.",
                "Rename the folder or the column.",
            )


def root_of(location: str, folder: Path) -> Path:
    """Return the folder below which folders name columns: a table's, or where a glob begins."""
    path = folder / Path(location).expanduser()
    if path.exists() or not glob.has_magic(location):
        return path
    fixed = list(takewhile(lambda part: not glob.has_magic(part), path.parts))
    return Path(*fixed)


def partitions_of(path: Path, root: Path) -> dict[str, str | None]:
    """Return what the folders between `root` and a file name; empty where they name nothing."""
    parts = path.relative_to(root).parts[:-1] if path.is_relative_to(root) else ()
    found: dict[str, str | None] = {}
    for part in parts:
        name, mark, value = part.partition("=")
        if mark and name:
            found[unquote(name)] = None if value == _NOTHING else unquote(value)
    return found
