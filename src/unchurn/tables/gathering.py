"""Gathering what a table's cells say: in one pass over it, or in parts that are merged in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from unchurn.tables.evidence import Evidence
from unchurn.tables.table import Reject, Table

Ends = list[pa.RecordBatch]
"""The first row of a table and its last, in this order; empty without rows."""


@dataclass(frozen=True)
class Callbacks:
    """What hears of a table while it is read.

    `reject` of each row that cannot be read, `ended` of each file once all of its rows are taken in,
    `advance` of how many rows were.
    """

    reject: Reject
    ended: Callable[[Path], None]
    advance: Callable[[int], None]


Gather = Callable[[Table, Mapping[str, Evidence], Callbacks], Ends]
"""Reads a table once: takes every row into the fresh evidence, by column, and returns the table's ends."""


def gather_here(table: Table, found: Mapping[str, Evidence], hears: Callbacks) -> Ends:
    """Read a table in this process: see `Gather`."""
    return taken(table.batches(hears.reject, ended=hears.ended), found, hears.advance)


def taken(
    batches: Iterable[pa.RecordBatch],
    found: Mapping[str, Evidence],
    advance: Callable[[int], None] = lambda rows: None,
) -> Ends:
    """Take batches into evidence; return the first row and the last."""
    ends: Ends = []
    for batch in batches:
        for name, evidence in found.items():
            evidence.add(batch.column(name))
        if batch.num_rows:
            ends = joined_ends(ends, [batch.slice(0, 1), batch.slice(batch.num_rows - 1)])
        advance(batch.num_rows)
    return ends


def joined_ends(before: Ends, after: Ends) -> Ends:
    """Keep the first row of what came before and the last of what comes after."""
    return [*(before or after)[:1], *(after or before)[-1:]]
