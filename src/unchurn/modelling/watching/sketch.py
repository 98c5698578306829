"""What has arrived in one column, counted between the baseline's knots: one pass, flat, mergeable."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.modelling.columns.leakage import as_floats
from unchurn.modelling.encoding.encoded_column import LARGEST, Coded, EncodedColumn

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Read = F64 | Coded
"""A column's cells as they are counted: numbers with NaN for blanks, or a category's codes."""
_MOST_NEW, _LONGEST = 1_000, 120
"""Values that the model does not tell apart are counted by name up to so many, so far."""


def finite(cells: F64) -> F64:
    """Return the numbers among `cells`, drawn in to where the encoder cuts off: squares stay finite."""
    values: F64 = cells[np.isfinite(cells)]
    return np.clip(values, -LARGEST, LARGEST)


@dataclass
class Moments:
    """Count, mean and sum of squared deviations of values, merged as Chan, Golub and LeVeque do."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, values: F64) -> None:
        """Take in values (n,)."""
        if len(values):
            mean = float(values.mean())
            self.merge(Moments(len(values), mean, float(np.square(values - mean).sum())))

    def merge(self, other: Moments) -> None:
        """Take in what another part has counted."""
        both = self.count + other.count
        if both:
            apart = other.mean - self.mean
            self.squares += other.squares + apart * apart * self.count * other.count / both
            self.mean += apart * other.count / both
            self.count = both


@dataclass
class NumberSketch:
    """Numbers, or dates in microseconds since 1970, of a column with `knots`.

    `counts` (knots + 1,): up to each knot and beyond the one before, the last those above all.
    `below` and `above`: cells beyond the baseline's ends.
    """

    knots: F64
    low: float
    high: float
    rows: int = 0
    below: int = 0
    above: int = 0
    whole: int = 0
    least: float = float("inf")
    most: float = float("-inf")
    moments: Moments = field(default_factory=Moments)
    counts: I64 = field(init=False)

    def __post_init__(self) -> None:
        self.counts = np.zeros(len(self.knots) + 1, np.int64)

    @classmethod
    def of(cls, then: dict[str, Any]) -> Self:
        """Begin an empty one for a column of a baseline."""
        ends = then.get("low", -np.inf), then.get("high", np.inf)
        return cls(np.asarray(then["knots"], np.float64), *ends)

    @property
    def present(self) -> int:
        """Cells that are not blank."""
        return int(self.counts.sum())

    def add(self, cells: pa.Array) -> F64:
        """Take in typed cells, and return them as they were read."""
        numbers = as_floats(pa.chunked_array([cells]))
        self.add_numbers(numbers)
        return numbers

    def add_numbers(self, cells: F64) -> None:
        """Take in numbers (n,), blanks as NaN."""
        self.rows += len(cells)
        values = finite(cells)
        if not len(values):
            return
        # sorted once, a few hundred knots are looked up among the values, not each value among the knots
        values.sort()
        upto = np.searchsorted(values, self.knots, side="right")
        self.counts += np.diff(upto, prepend=0, append=len(values))
        self.below += int(np.searchsorted(values, self.low, side="left"))
        self.above += len(values) - int(np.searchsorted(values, self.high, side="right"))
        self.least, self.most = min(self.least, float(values[0])), max(self.most, float(values[-1]))
        self.whole += int(np.count_nonzero(values == np.floor(values)))
        self.moments.add(values)

    def merge(self, other: NumberSketch) -> None:
        """Take in what another part of the table has counted."""
        self.counts += other.counts
        for name in ("rows", "below", "above", "whole"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.least, self.most = min(self.least, other.least), max(self.most, other.most)
        self.moments.merge(other.moments)


@dataclass
class CategorySketch:
    """Cells of a category by the encoder's codes: `counts` (values + 1,), the first of them unseen.

    `new` counts unseen cells by value, of the first thousand values.
    """

    part: EncodedColumn
    rows: int = 0
    new: Counter[str] = field(default_factory=Counter)
    counts: I64 = field(init=False)

    def __post_init__(self) -> None:
        self.counts = np.zeros(len(self.part.values) + 1, np.int64)

    @property
    def present(self) -> int:
        """Cells that are not blank."""
        return int(self.counts.sum())

    def add(self, cells: pa.Array) -> Coded:
        """Take in typed cells, and return them as they were read."""
        self.rows += len(cells)
        read = self.part.coded(cells)
        codes, absent, _ = read
        known = codes[~absent] if cells.null_count else codes
        counted = np.bincount(known, minlength=len(self.counts))
        self.counts += counted
        if counted[0]:
            odd = pc.cast(cells.filter(pa.array(~absent & (codes == 0))), pa.string())
            for each in pc.value_counts(odd).to_pylist():
                self._count_new(each["values"][:_LONGEST], each["counts"])
        return read

    def _count_new(self, value: str, rows: int) -> None:
        if value in self.new or len(self.new) < _MOST_NEW:
            self.new[value] += rows

    def merge(self, other: CategorySketch) -> None:
        """Take in what another part of the table has counted."""
        self.counts += other.counts
        self.rows += other.rows
        for value, rows in sorted(other.new.items()):
            self._count_new(value, rows)


Sketch = NumberSketch | CategorySketch


def empty_sketch(then: dict[str, Any], part: EncodedColumn | None) -> Sketch:
    """Begin the sketch that a column of a baseline is compared with."""
    if "codes" in then and part is not None:
        return CategorySketch(part)
    return NumberSketch.of(then)
