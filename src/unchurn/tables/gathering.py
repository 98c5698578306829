"""Gathering what a table's cells say: in one pass over it, or in parts that are merged in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from unchurn.tables.evidence import Evidence
from unchurn.tables.table import Reject, Table

Ends = list[pa.RecordBatch]
"""The first row of a table and its last, in this order; empty without rows."""


class Gather(Protocol):
    """Reads a table once."""

    def __call__(
        self,
        table: Table,
        found: Mapping[str, Evidence],
        reject: Reject,
        ended: Callable[[Path], None],
        advance: Callable[[int], None],
    ) -> Ends:
        """Take every row into the fresh evidence `found`, by column; return the table's ends.

        `ended` is told each file once all of its rows are taken in, `advance` how many rows were.
        """


def gather_here(
    table: Table,
    found: Mapping[str, Evidence],
    reject: Reject,
    ended: Callable[[Path], None],
    advance: Callable[[int], None],
) -> Ends:
    """Read a table in this process: see `Gather`."""
    return taken(table.batches(reject, ended=ended), found, advance)


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
