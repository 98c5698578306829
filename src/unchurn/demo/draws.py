"""Random draws whose every bit is the same on every platform and NumPy.

Only `Generator.random` is asked of NumPy; its stream has been stable since 1.17. Shapes are
made from it by sums, products and comparisons, which IEEE 754 fixes, and never by the C
library's logarithms, whose last digits differ between machines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.str_]


class Draws:
    """A seeded source of columns of `rows` values each."""

    def __init__(self, seed: Sequence[int], rows: int) -> None:
        self._generator = np.random.default_rng(seed)
        self.rows = rows

    def uniform(self) -> Floats:
        """Draw from [0, 1)."""
        return self._generator.random(self.rows)

    def bell(self, mean: float, spread: float) -> Floats:
        """Draw from nearly a normal distribution: the sum of twelve uniforms (Irwin–Hall)."""
        total = np.zeros(self.rows)
        for _ in range(12):
            total += self.uniform()
        return mean + spread * (total - 6.0)

    def flag(self, share: float | Floats) -> Flags:
        """Draw true in a share of rows (one share for all, or one a row)."""
        return np.asarray(self.uniform() < share)

    def pick(self, shares: dict[Any, float]) -> NDArray[Any]:
        """Draw keys of `shares` in proportion to its values."""
        edges = np.cumsum(list(shares.values()))
        places = np.searchsorted(edges, self.uniform() * edges[-1], side="right")
        drawn: NDArray[Any] = np.array(list(shares))[places]
        return drawn

    def whole(self, low: int, high: int) -> Whole:
        """Draw whole numbers from `low` to `high`, both included."""
        return low + np.floor(self.uniform() * (high - low + 1)).astype(np.int64)

    def order(self) -> Whole:
        """Draw an order of the rows."""
        places: Whole = np.argsort(self.uniform(), kind="stable")
        return places
