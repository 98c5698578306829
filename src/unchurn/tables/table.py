"""A table of customers as it lies on disk, read in record batches however large it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.artefacts import ROW, Difference, Finding
from unchurn.artefacts.schema import Epoch
from unchurn.errors import DataError, listing
from unchurn.tables.cells import as_stored
from unchurn.tables.last_rows import Below, without_totals
from unchurn.tables.ledger import Ledger, added
from unchurn.tables.stated_length import Said, contradicted

RowNumbers = npt.NDArray[np.int64]
UNREAD = ("no-rows", "passed-over")
"""Findings of files and folders that lie beside those of a table, and are not read."""
BATCH_CELLS = 1 << 22
BATCH_ROWS = 1 << 16


def batch_rows(width: int) -> int:
    """Rows of a batch of `width` columns: 65,536, fewer for very wide tables."""
    return max(256, min(BATCH_ROWS, BATCH_CELLS // max(1, width)))


class Reject(Protocol):
    """What is called for every row that cannot be read."""

    def __call__(self, row: int, reason: str, text: str, line: int = 0) -> None:
        """Take its number from 1, why, its text, and its line in the file (0: not known)."""


def pass_over(row: int, reason: str, text: str, line: int = 0) -> None:
    """Leave out a row that cannot be read, where another reading of the table counts it."""


class Source(Protocol):
    """One file of a table."""

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Header names, in file order."""

    @property
    def types(self) -> tuple[pa.DataType, ...]:
        """The Arrow type of each column as `batches` yields it."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What had to be guessed or mended to read it."""

    @property
    def flexible(self) -> bool:
        """Whether rows may lack columns (JSON Lines)."""

    def sha256(self) -> str:
        """Hash the file's bytes."""

    def narrowed(self, only: Sequence[str]) -> Source | None:
        """Return the file with some of its columns alone; None where all have to be read."""

    def batches(
        self, first: int, reject: Reject
    ) -> Generator[tuple[RowNumbers, pa.RecordBatch], None, int]:
        """Yield (row numbers from `first`, cells); return how many rows were seen."""


@dataclass(frozen=True)
class Table:
    """Files of one format that make one table.

    `columns`: exact header names, in the first file's order; `location`: as the user wrote it;
    `rows`: how many, where the files say so (Parquet), else None. `lacking`: columns that the
    table to be scored later does not have; what is made of this table depends on them too.
    `below`: how the last whole pass found the end of each file, by the file's place. `doubts`: what may have
    been read quite wrongly before it was a table.
    """

    location: str
    sources: Sequence[Source]
    columns: tuple[str, ...]
    types: dict[str, pa.DataType]
    rows: int | None = None
    notes: list[Finding] = field(default_factory=list)
    lacking: tuple[str, ...] = ()
    below: dict[int, Below] = field(default_factory=dict)
    doubts: tuple[Difference, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """The files, in the order they are read."""
        return tuple(source.path for source in self.sources)

    @cached_property
    def _fingerprint(self) -> str:
        digests = [source.sha256() for source in self.sources]
        return (
            digests[0]
            if len(digests) == 1
            else hashlib.sha256("".join(digests).encode()).hexdigest()
        )

    @property
    def ledgers(self) -> list[Ledger]:
        """What the lines of each file of text or JSON were, as of the last whole pass."""
        inner = map(innermost, self.sources)
        return [found.ledger for found in inner if hasattr(found, "ledger")]

    @property
    def lines(self) -> dict[str, int]:
        """Lines by what they were, over all files, with their total; empty without text files."""
        return added(self.ledgers)

    @property
    def told(self) -> list[Finding]:
        """Findings of the last whole pass over the rows."""
        left = [finding for found in self.below.values() for finding in found.findings]
        return left + [finding for ledger in self.ledgers for finding in ledger.findings]

    @property
    def short(self) -> list[Difference]:
        """Where a file ends amid a row, or says that it has other rows than the last pass read."""
        said = [
            Said(self.sources[place].path.name, found.remarks, found.rows)
            for place, found in self.below.items()
        ]
        return [*(each for ledger in self.ledgers for each in ledger.cut), *contradicted(said)]

    @property
    def said(self) -> list[Finding]:
        """All findings of the last whole pass, first where a file is not as long as it says."""
        return [*(each.finding() for each in self.short), *self.told]

    @property
    def serials(self) -> Epoch:
        """What bare numbers count that stand for days, where workbooks say so; else empty."""
        texts = (_text_of(source) for source in self.sources)
        found = {each.serials for each in texts if each is not None}
        return found.pop() if len(found) == 1 else ""

    @property
    def calendars(self) -> set[Epoch]:
        """What bare numbers count that stand for days, by each workbook's own word."""
        texts = (_text_of(source) for source in self.sources)
        return {each.serials for each in texts if each is not None and each.serials}

    @property
    def delimiter(self) -> str:
        """What parts the cells of its CSV files; empty where it is no CSV."""
        texts = (_text_of(source) for source in self.sources)
        return next((str(each.dialect.delimiter) for each in texts if each is not None), "")

    def fingerprint(self) -> str:
        """Sha256 of the file's bytes; of the files' digests, in order, where there are several.

        Where the table to be scored lacks columns, also of their names; where something beside the
        files is not read, also of what is said of it: it may be read the next time.
        """
        unread = [note.words for note in self.notes if note.code in UNREAD]
        if not (self.lacking or unread):
            return self._fingerprint
        told = [self._fingerprint, *self.lacking, *unread]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    def batches(
        self,
        reject: Reject,
        only: Sequence[str] | None = None,
        ended: Callable[[Path], None] = lambda path: None,
    ) -> Iterator[pa.RecordBatch]:
        """Yield every row: `ROW` int64, then `only` (by default all columns) in that order.

        `ended` is told each file once all of its rows were taken.

        Cells are string as written (CSV, JSON Lines), or the native type of a Parquet column
        brought down to string, int64, float64 or timestamp[us]. Numbers that JSON or a sheet
        stores as such have the mark of `cells.stored`, which `as_text` takes away. Row numbers count from 1 over
        all files, headers and blank lines not counted, rejected rows counted.
        """
        schema = self.schema(self.columns if only is None else only)
        first = 1
        for place, source in enumerate(self.sources):
            stream = source.batches(first, reject)
            below = self.below.setdefault(place, Below())
            text = _text_of(source)
            if text is None:  # of text its last lines were looked at
                name = source.path.name if len(self.sources) > 1 else ""
                stream = without_totals(stream, name, below)
            while True:
                try:
                    numbers, cells = next(stream)
                except StopIteration as end:
                    if text is not None:
                        below.rows, below.remarks = end.value, text.dialect.remarks
                    first += end.value
                    ended(source.path)
                    break
                yield laid_out(numbers, cells, schema)

    def cells(self, only: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield `ROW` and `only` to whoever knows which rows are customers.

        Of Parquet nothing else is read, so that totals below the last customer are not known and come, too.
        """
        narrow = [found for each in self.sources if (found := each.narrowed(only)) is not None]
        if len(narrow) < len(self.sources):
            yield from self.batches(pass_over, only)
            return
        schema, first = self.schema(only), 1
        for source in narrow:
            for numbers, cells in source.batches(first, pass_over):
                yield laid_out(numbers, cells, schema)
                first += len(numbers)

    def schema(self, wanted: Sequence[str]) -> pa.Schema:
        """Return `ROW` and the columns `wanted` with the types in which `batches` yields them."""
        fields = (pa.field(name, self.types[name]) for name in wanted)
        return pa.schema([pa.field(ROW, pa.int64()), *fields])


def _text_of(source: Source) -> Any:
    """Return the CSV file that a source is, whatever its folders add; None for other formats."""
    found = innermost(source)
    return found if hasattr(found, "dialect") else None


def innermost(source: Source) -> Any:
    """Return the file that a source is, without what its folders or its neighbours add."""
    found: Any = source
    while hasattr(found, "inner"):
        found = found.inner
    return found


def assemble(location: str, sources: Sequence[Source], rows: int | None = None) -> Table:
    """Join files into one table. Raises `DataError` when their columns differ."""
    first = sources[0]
    flexible = first.flexible
    columns = list(first.columns)
    for source in sources[1:]:
        new = [name for name in source.columns if name not in set(columns)]
        lost = [name for name in columns if name not in set(source.columns)]
        if flexible:
            columns += new
        elif new or lost:
            differs = [f"lacks {listing(lost)}"] * bool(lost) + [f"adds {listing(new)}"] * bool(new)
            raise DataError(
                f"{source.path.name} {' and '.join(differs)}, compared with {first.path.name}.",
                "Every file of a table must have the same columns; take out what belongs to another.",
            )
    # what is true of every file is said once
    notes = list(dict.fromkeys(finding for source in sources for finding in source.findings))
    return Table(location, sources, tuple(columns), _common(sources, columns), rows, notes)


def _common(sources: Sequence[Source], columns: Sequence[str]) -> dict[str, pa.DataType]:
    """Choose the type of every column that can hold what each file says."""
    found: dict[str, set[pa.DataType]] = {name: set() for name in columns}
    for source in sources:
        for name, kind in zip(source.columns, source.types, strict=True):
            if not pa.types.is_null(kind):
                found[name].add(kind)
    numbers = {pa.int64(), pa.float64()}
    common = {}
    for name, kinds in found.items():
        if len(kinds) == 1:
            common[name] = next(iter(kinds))
        else:
            common[name] = pa.float64() if kinds and kinds <= numbers else pa.string()
    return common


def laid_out(numbers: RowNumbers, cells: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Lay out the cells of one file as the table has them."""
    arrays: list[pa.Array] = [pa.array(numbers, pa.int64())]
    present = {name: index for index, name in enumerate(cells.schema.names)}
    for each in list(schema)[1:]:
        if each.name not in present:
            arrays.append(pa.nulls(cells.num_rows, each.type))
            continue
        array = cells.column(present[each.name])
        if array.type != each.type:
            text = pa.types.is_string(each.type)
            array = as_stored(array) if text else array.cast(each.type, safe=False)
        arrays.append(array)
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
