"""What one column says about its decimal mark."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.tables.date_range import Counts
from unchurn.tables.measures import Measured
from unchurn.tables.numbers import Decimal, Mask, Numbers, matches

_THOUSAND = 1000
_UNPARTED = r"^[^0-9.,]*[0-9]{4}"
_SHOWN = 4


@dataclass
class MarkEvidence:
    """Rows of cells that read as numbers under one mark only, or alike under neither.

    `either` counts cells like ``1.234``, a number under both marks, but not the same one;
    `example` is the least of them; `holding` counts them by the mark they hold, and `least` are a
    few of them. `grouped` are the marks under which a cell has the other one between thousands,
    `parted` those under which one does so that is no number otherwise: ``1,234.5``. `unparted`:
    a cell has four digits or more before any mark.
    """

    point: int = 0
    comma: int = 0
    either: int = 0
    example: str = ""
    grouped: set[Decimal] = field(default_factory=set)
    parted: set[Decimal] = field(default_factory=set)
    holding: Counter[Decimal] = field(default_factory=Counter)
    least: dict[Decimal, list[str]] = field(default_factory=dict)
    unparted: bool = False

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
        if isinstance(point, Numbers):
            # plain numbers have points alone: what a comma reads otherwise it reads as thousands
            self._hold(".", cells, counts, differ)
            self.grouped |= {","} if differ.any() else set()
            return
        pairs: tuple[tuple[Decimal, Decimal, Mask], ...] = (
            (".", ",", point.readable & ~comma.readable),
            (",", ".", comma.readable & ~point.readable),
        )
        for mark, other, alone in pairs:
            holds = pc.match_substring(cells, other).to_numpy(zero_copy_only=False)
            self._hold(other, cells, counts, differ & holds)
            self.parted |= {mark} if (alone & holds).any() else set()
            self.grouped |= {mark} if ((alone | differ) & holds).any() else set()

    def add_size(
        self, cells: pa.Array, point: Numbers | Measured, comma: Numbers | Measured
    ) -> None:
        """Look for a distinct cell of a thousand or more that parts none."""
        if not self.unparted:
            large = point.values >= _THOUSAND
            if not isinstance(point, Numbers):
                large = large | (comma.values >= _THOUSAND)
            if large.any():
                self.unparted = bool(matches(cells.filter(pa.array(large)), _UNPARTED).any())

    def _hold(self, mark: Decimal, cells: pa.Array, counts: Counts, found: Mask) -> None:
        if found.any():
            self.holding[mark] += int(counts[found].sum())
            some = pc.unique(cells.filter(pa.array(found)))
            some = some.take(pc.select_k_unstable(some, _SHOWN, [("", "ascending")])).to_pylist()
            self.least[mark] = sorted({*self.least.get(mark, ()), *some})[:_SHOWN]

    def merge(self, other: MarkEvidence) -> None:
        """Take in another part of the column."""
        self.point += other.point
        self.comma += other.comma
        self.either += other.either
        self.example = min(filter(None, (self.example, other.example)), default="")
        self.grouped |= other.grouped
        self.parted |= other.parted
        self.holding.update(other.holding)
        self.unparted |= other.unparted
        for mark, some in other.least.items():
            self.least[mark] = sorted({*self.least.get(mark, ()), *some})[:_SHOWN]

    @property
    def leaning(self) -> Decimal | None:
        """The mark that more cells need; None where no cell needs one."""
        if self.point == self.comma:
            return None
        return "," if self.comma > self.point else "."
