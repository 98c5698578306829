"""Columns of a report with groups: a value in the first row of each group, and blanks below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.errors import counted
from unchurn.tables.cells import as_text
from unchurn.tables.evidence import Evidence

_RARE = 5
"""Times as many rows as values there are, at least: a group of one needs no heading."""
_SENTENCE = 5
"""Words from which on cells are remarks."""


def grouped_rows(
    first: pa.RecordBatch, columns: Sequence[ColumnSummary], found: Mapping[str, Evidence]
) -> Iterator[Finding]:
    """Yield columns of words that begin in a table's `first` row, and say each a single time."""
    for each in columns:
        name, evidence = each.column.name, found[each.column.name]
        cells, rows = evidence.distinct.items()
        once = 1 < len(cells) == int(rows.sum()) and _RARE * len(cells) <= each.rows
        if each.column.kind not in ("category", "text") or evidence.distinct.beyond or not once:
            continue
        begun = as_text(first.column(name))[0].as_py() or ""
        words = sum(len(cell.split()) for cell in as_text(cells).to_pylist()) / len(cells)
        if begun.strip() and words < _SENTENCE:
            said = (
                f"{name!r} has {counted(len(cells), 'value')} in {each.rows:,} rows, each once, from the first "
                f"row on ({begun.strip()[:40]!r}): if each holds for the rows below it, as in a report with "
                "groups, fill it down; read as blank."
            )
            yield Finding("grouped-rows", "warning", said, name, len(cells))
