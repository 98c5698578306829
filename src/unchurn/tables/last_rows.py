"""The last rows of a file that is no text (Parquet, Arrow, JSON), where totals may stand.

The last batch is held back until the file's end is known; a total is judged by the rows above it,
as below a CSV file. Nothing is read twice.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.artefacts import Finding
from unchurn.errors import counted
from unchurn.tables.cells import as_text
from unchurn.tables.footer_rows import (
    ABOVE,
    MOST,
    footer_finding,
    is_remark,
    is_total,
    says_total,
)


@dataclass
class Below:
    """What a pass over a file found at its end: `remarks` are the texts that were left out.

    `rows` are the file's without them.
    """

    rows: int = 0
    remarks: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)


Numbered = tuple[npt.NDArray[np.int64], pa.RecordBatch]
Batches = Generator[Numbered, None, int]
_SEVERAL = 2
"""Fewer rows above than this tell nothing: one customer is what was asked about."""


def without_totals(stream: Batches, name: str, below: Below) -> Batches:
    """Yield batches without the totals and remarks that end a file; return what `stream` does.

    `below` says at the end what was left out; `name` is the file's among several.
    """
    below.remarks, below.findings = (), []
    held: Numbered | None = None
    above: list[pa.RecordBatch] = []
    while True:
        try:
            following = next(stream)
        except StopIteration as end:
            if held is not None:
                yield from _kept(held, above, name, below)
            below.rows = int(end.value) - len(below.remarks)
            return int(end.value)
        if held is not None:
            above = _enough([*above, held[1]])
            yield held
        held = following


def _enough(batches: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """Keep as many of the last batches as hold the rows that tell what is usual."""
    while sum(each.num_rows for each in batches[1:]) >= ABOVE:
        batches = batches[1:]
    return batches


def _kept(
    held: Numbered, above: Sequence[pa.RecordBatch], name: str, below: Below
) -> list[Numbered]:
    numbers, cells = held
    rows = [row for batch in (*above, cells) for row in _rows(batch, ABOVE + MOST)]
    left = left_out(rows, min(cells.num_rows, MOST))
    if not left:
        return [held]
    below.remarks = tuple(" ".join(filter(None, cells)) for cells in reversed(left))
    shown = ", ".join(filter(None, left[-1]))[:60]
    where = f" of {name}" if name else ""
    words = f"{counted(len(left), 'row')} below the last customer{where} left out: {shown!r}"
    totals = any(sum(map(bool, cells)) > 1 or says_total(cells) for cells in left)
    below.findings.append(footer_finding(words, below.remarks, totals))
    kept = cells.num_rows - len(left)
    return [(numbers[:kept], cells.slice(0, kept))] if kept else []


def left_out(rows: Sequence[Sequence[str]], most: int) -> list[Sequence[str]]:
    """Return those of the last rows that are no customers, last first.

    Cells are trimmed text, "" where missing. An empty row is none where a total stands above it.
    """
    left: list[Sequence[str]] = []
    empty: list[Sequence[str]] = []
    while len(left) + len(empty) < most:
        end = len(rows) - len(left) - len(empty) - 1
        cells, before = rows[end], rows[max(0, end - ABOVE) : end]
        if len(before) < _SEVERAL or len(cells) < _SEVERAL:
            break
        if not any(cells):
            empty.append(cells)
        elif _is_none(cells, before):
            left += [*empty, cells]
            empty = []
        else:
            break
    return left


def _is_none(cells: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Tell whether a last row is a remark or a total."""
    return is_remark(cells, lambda: above) or is_total(cells, len(cells), lambda: above)


def _rows(cells: pa.RecordBatch, most: int) -> list[list[str]]:
    """Spell the last rows of a batch, a missing cell as an empty text."""
    last = cells.slice(max(0, cells.num_rows - most))
    columns = [as_text(column).fill_null("").to_pylist() for column in last.columns]
    return [[cell.strip() for cell in row] for row in zip(*columns, strict=True)]
