"""Headers that differ only in letters' case, blanks or underscores: of several files, or in one table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.errors import listing
from unchurn.tables.amended_source import AmendedSource
from unchurn.tables.matching import fold
from unchurn.tables.table import Source

_SHOWN = 4


@dataclass(frozen=True)
class AlikeSource(AmendedSource):
    """A file under the `names` that the first one has for its columns; `told` says which differ."""

    names: tuple[str, ...]
    told: Finding

    @property
    def columns(self) -> tuple[str, ...]:
        """The first file's names."""
        return self.names

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Those of the file, and which names differ."""
        return (*self.inner.findings, self.told)

    def amended(self, cells: pa.RecordBatch) -> pa.RecordBatch:
        """Rename the columns."""
        return cells.rename_columns(list(self.names))


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
            source = AlikeSource(source, named, told)  # noqa: PLW2901
        for name in named:
            known.setdefault(fold(name), name)
        exact.update(named)
        made.append(source)
    return made


def _renamed(columns: tuple[str, ...], known: dict[str, str], exact: set[str]) -> tuple[str, ...]:
    """Return the known spelling of each column that has one; all as they are where two share one."""
    named = tuple(name if name in exact else known.get(fold(name), name) for name in columns)
    return named if len(set(named)) == len(named) else columns


def twins(columns: Sequence[ColumnSummary]) -> Iterator[Finding]:
    """Say that two columns of nearly one name fill each other's gaps: ``total`` and ``Total``."""
    known: dict[str, ColumnSummary] = {}
    for each in columns:
        first = known.setdefault(fold(each.column.name), each)
        present = [one.rows - one.missing for one in (first, each)]
        if first is each or not min(present) or sum(present) > each.rows:
            continue
        names = [one.column.name for one in (first, each)]
        words = (
            f"{names[0]!r} has {present[0]:,} cells and {names[1]!r} {present[1]:,} of {each.rows:,}: they "
            "may be one column, written in two ways. Write it in one."
        )
        yield Finding("headers-alike", "warning", words, names[1], min(present))
