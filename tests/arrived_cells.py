"""Columns learnt from a small table, and a list of them that arrives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from unchurn.artefacts import Column, Difference, Finding
from unchurn.modelling.drift.numbers import ends
from unchurn.modelling.drift.profile import profile_column
from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.arrivals import Arrivals
from unchurn.tables.far_numbers import Range
from unchurn.tables.stated import UNSTATED
from unchurn.tables.summary import Survey, survey
from unchurn.tables.typing import type_batch


def surveyed(folder: Path, **columns: Sequence[str]) -> Survey:
    """Look at a table of these columns, semicolons between its cells."""
    rows = [";".join(["plan", *columns])]
    rows += [";".join(["basic", *row]) for row in zip(*columns.values(), strict=True)]
    (folder / "t.csv").write_text("\n".join(rows) + "\n")
    return survey(open_table("t.csv", Data(), folder), Data(), UNSTATED, Silent())


def trained(folder: Path, **columns: Sequence[str]) -> list[Column]:
    """Learn columns from a table of them, semicolons between its cells."""
    return [each.column for each in surveyed(folder, **columns).columns[1:]]


def ranged(columns: Sequence[Column], **cells: Sequence[str]) -> dict[str, Range]:
    """Find between which numbers or moments training's cells lie."""
    typed = type_batch(pa.record_batch(dict(cells)), columns)
    table = pa.Table.from_batches([typed])
    return {each.name: ends(profile_column(table[each.name], each)) for each in columns}


def arrived(
    columns: Sequence[Column],
    seen: Mapping[str, Range] | None = None,
    **cells: Sequence[str] | Sequence[float] | pa.Array,
) -> Arrivals:
    """Type a list of these columns; `seen` are the ranges of training."""
    arrivals = Arrivals(columns, seen or {})
    written = pa.record_batch(dict(cells))
    arrivals.look(written, type_batch(written, columns, (), arrivals.tally))
    return arrivals


def codes(found: Iterable[Difference | Finding]) -> list[tuple[str, int]]:
    """Name what was found, with its count."""
    return [(each.code, each.count) for each in found]
