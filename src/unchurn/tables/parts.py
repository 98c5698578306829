"""Parts of a table that are read apart, each by a process of its own, as one pass reads them all.

A part is a range of a file's rows. It begins where a batch of the whole file begins and knows the
number of its first row, so that its batches are those that a pass over the table yields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from unchurn.tables.evidence import Evidence
from unchurn.tables.gathering import Callbacks, Ends, joined_ends, taken
from unchurn.tables.last_rows import Below, without_totals
from unchurn.tables.parquet_source import ParquetSource
from unchurn.tables.table import Source, Table, innermost, laid_out, pass_over

FEWEST = 4
"""Batches of a part, at least: of fewer rows all different cells are kept, and have to be sent and merged."""


@dataclass(frozen=True)
class Part:
    """Rows of one of a table's files: `first` is the number of their first, from 1 in the table.

    `before` rows of the file stand above them; a part that `ends` its file looks at its last rows.
    """

    table: Table
    place: int
    source: Source
    first: int
    before: int
    ends: bool
    name: str = ""

    def batches(self, below: Below) -> Iterator[pa.RecordBatch]:
        """Yield the rows as `Table.batches` does; `below` tells what was left out at the file's end."""
        stream = self.source.batches(self.first, pass_over)
        if self.ends:
            stream = without_totals(stream, self.name, below)
        schema = self.table.schema(self.table.columns)
        for numbers, cells in stream:
            yield laid_out(numbers, cells, schema)


@dataclass
class Gathered:
    """What one part says; `below` is of the file that it ends."""

    found: Mapping[str, Evidence]
    ends: Ends = field(default_factory=list)
    below: Below = field(default_factory=Below)


def unsplit(table: Table) -> str:
    """Say why a table cannot be read in parts; empty where it can."""
    for source in table.sources:
        if not isinstance(innermost(source), ParquetSource):
            return f"{source.path.name} is no Parquet file, whose rows alone are counted before they are read"
    return ""


def parts_of(table: Table, wanted: int) -> list[Part]:
    """Part a table that can be split into about `wanted` ranges of rows, each of `FEWEST` batches or more."""
    rows = sum(innermost(source).rows for source in table.sources)
    bare = replace(table, sources=(), notes=[], below={}, doubts=())
    several = len(table.sources) > 1
    made: list[Part] = []
    first = 1
    for place, source in enumerate(table.sources):
        inner: ParquetSource = innermost(source)
        for begin, end in _spans(inner, max(1, -(-rows // wanted))):
            part = _within(source, replace(inner, span=(begin, end)))
            name = source.path.name if several else ""
            made.append(Part(bare, place, part, first + begin, begin, end == inner.rows, name))
        first += inner.rows
    return made


def _spans(source: ParquetSource, rows: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of a file's rows, of whole batches; the last has two, for its end is judged by rows above."""
    size = source.batch
    step = max(FEWEST, -(-rows // size)) * size
    begin = 0
    while source.rows - begin > step + size:
        yield begin, begin + step
        begin += step
    yield begin, source.rows


def _within(source: Source, inner: Source) -> Source:
    """Put another file into what surrounds a source's own."""
    around: Any = source
    return (
        replace(around, inner=_within(around.inner, inner)) if hasattr(around, "inner") else inner
    )


def sent(parts: Sequence[Part], addresses: Sequence[str]) -> list[Part]:
    """Have parts read copies of the table's files, at `addresses` in the files' order."""
    made = []
    for part in parts:
        inner = replace(innermost(part.source), sent=addresses[part.place])
        made.append(replace(part, source=_within(part.source, inner)))
    return made


def gathered(part: Part, fresh: Mapping[str, Evidence]) -> Gathered:
    """Take the rows of a part into evidence of its own, `fresh` by column."""
    told = Gathered(fresh)
    ends = taken(part.batches(told.below), told.found)
    told.ends = [each.take(pa.array([0])) for each in ends]  # a slice travels with its whole batch
    return told


def merged(
    table: Table,
    told: Iterable[tuple[Part, Gathered]],
    found: Mapping[str, Evidence],
    hears: Callbacks,
) -> Ends:
    """Merge what each part says into `found`, in their order; tell the table how each file ends."""
    ends: Ends = []
    for part, each in told:
        before = next(iter(found.values())).rows
        for name, evidence in found.items():
            evidence.merge(each.found[name])
        ends = joined_ends(ends, each.ends)
        hears.advance(next(iter(found.values())).rows - before)
        if part.ends:
            each.below.rows += part.before
            table.below[part.place] = each.below
            hears.ended(table.sources[part.place].path)
    return ends
