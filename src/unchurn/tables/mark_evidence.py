"""What one column says about its decimal mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.tables.date_range import Counts
from unchurn.tables.measures import Measured
from unchurn.tables.numbers import Decimal, Numbers


@dataclass
class MarkEvidence:
    """Rows of cells that read as numbers under one mark only, or alike under neither.

    `either` counts cells like ``1.234``, a number under both marks, but not the same one;
    `example` is the least of them. `grouped` holds the marks under which
    a cell has the other one between thousands.
    """

    point: int = 0
    comma: int = 0
    either: int = 0
    example: str = ""
    grouped: set[Decimal] = field(default_factory=set)

    def add(
        self, cells: pa.Array, counts: Counts, point: Numbers | Measured, comma: Numbers | Measured
    ) -> None:
        """Take in distinct cells as they read under either mark."""
        self.point += int(counts[point.readable & ~comma.readable].sum())
        self.comma += int(counts[comma.readable & ~point.readable].sum())
        known = ~(np.isnan(point.values) | np.isnan(comma.values))
        differ = known & (point.values != comma.values)
        if differ.any():
            self.either += int(counts[differ].sum())
            least = pc.min(cells.filter(pa.array(differ))).as_py()
            self.example = min(self.example, least) if self.example else least
            # plain numbers have points alone: what a comma reads otherwise it reads as thousands
            self.grouped |= {","} if isinstance(point, Numbers) else set()
        if not isinstance(point, Numbers):
            self._add_groups(cells, ((".", point, ","), (",", comma, ".")))

    def _add_groups(
        self, cells: pa.Array, read: Sequence[tuple[Decimal, Numbers | Measured, str]]
    ) -> None:
        for mark, numbers, other in read:
            if mark not in self.grouped:
                holds = pc.match_substring(cells, other).to_numpy(zero_copy_only=False)
                self.grouped |= {mark} if (numbers.readable & holds).any() else set()

    @property
    def leaning(self) -> Decimal | None:
        """The mark that more cells need; None where no cell needs one."""
        if self.point == self.comma:
            return None
        return "," if self.comma > self.point else "."
