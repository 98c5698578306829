"""Files of one table whose headers differ only in letters' case, blanks or underscores."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from unchurn.artefacts import Finding
from unchurn.errors import listing
from unchurn.tables.matching import fold
from unchurn.tables.table import Reject, RowNumbers, Source

_SHOWN = 4


@dataclass(frozen=True)
class AlikeSource:
    """A file under the names that the first one has for its `columns`."""

    inner: Source
    columns: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.inner.path

    @property
    def types(self) -> tuple[pa.DataType, ...]:
        """Those of the file."""
        return self.inner.types

    @property
    def flexible(self) -> bool:
        """Whether rows may lack columns."""
        return self.inner.flexible

    def sha256(self) -> str:
        """Hash the file's bytes."""
        return self.inner.sha256()

    def batches(
        self, first: int, reject: Reject
    ) -> Generator[tuple[RowNumbers, pa.RecordBatch], None, int]:
        """Yield (row numbers from `first`, cells); return how many rows were seen."""
        stream = self.inner.batches(first, reject)
        while True:
            try:
                numbers, cells = next(stream)
            except StopIteration as end:
                return int(end.value)
            yield numbers, cells.rename_columns(list(self.columns))


def alike(sources: Sequence[Source]) -> list[Source]:
    """Give files the names of those before them, where each differs from just one in its spelling."""
    known: dict[str, str] = {}
    exact: set[str] = set()
    made: list[Source] = []
    for source in sources:
        named = _renamed(source.columns, known, exact)
        if named != source.columns:
            pairs = [(a, b) for a, b in zip(source.columns, named, strict=True) if a != b]
            words = (
                f"{source.path.name} writes {listing((a for a, _ in pairs), _SHOWN)} for "
                f"{listing((b for _, b in pairs), _SHOWN)} of {made[0].path.name}: read as the same."
            )
            told = Finding("headers-alike", "note", words, count=len(pairs))
            source = AlikeSource(source, named, (*source.findings, told))  # noqa: PLW2901
        for name in named:
            known.setdefault(fold(name), name)
        exact.update(named)
        made.append(source)
    return made


def _renamed(columns: tuple[str, ...], known: dict[str, str], exact: set[str]) -> tuple[str, ...]:
    """Return the known spelling of each column that has one; all as they are where two share one."""
    named = tuple(name if name in exact else known.get(fold(name), name) for name in columns)
    return named if len(set(named)) == len(named) else columns
