"""How many cells a rule was asked of, how many broke it, and the first rows that did."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SHOWN = 5
"""Rows named of those that break a rule."""


@dataclass
class Tally:
    """Counts of cells; `first` are the least row numbers, from 1 below the header, that broke."""

    judged: int = 0
    broken: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, held: pa.Array, rows: pa.Array) -> None:
        """Take in what was found of rows: True, False, or null where there was nothing to judge."""
        judged = len(held) - held.null_count
        broken = judged - held.true_count
        self.judged += judged
        if broken:
            self.broken += broken
            where = rows.filter(pc.fill_null(pc.invert(held), False)).to_numpy()
            least = where if len(where) <= SHOWN else np.partition(where, SHOWN)[:SHOWN]
            self.first = sorted([*self.first, *least.tolist()])[:SHOWN]

    @property
    def share(self) -> float:
        """Share of the judged cells that hold; 1 where none was judged."""
        return (self.judged - self.broken) / self.judged if self.judged else 1.0
