"""The least and the largest numbers of a column, with their rows: exact in any order and batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

KEPT = 9
"""Different numbers kept at either end."""


@dataclass
class Extremes:
    """Rows by number: the `KEPT` least and the `KEPT` largest, or all numbers where there are few.

    `within`: once some are left out, the innermost of those kept at either end.
    """

    rows: dict[float, int] = field(default_factory=dict)
    within: tuple[float, float] | None = None

    def add(self, values: Floats, counts: Counts) -> None:
        """Take in finite numbers, of which several may be equal, and how often each occurs."""
        if self.within is not None:
            told = (values <= self.within[0]) | (values >= self.within[1])
            values, counts = values[told], counts[told]
        self.join(_largest(values, counts) | _largest(-values, counts, -1.0))

    def join(self, rows: Mapping[float, int]) -> None:
        """Take in numbers with their rows."""
        for value, count in rows.items():
            self.rows[value] = self.rows.get(value, 0) + count
        if len(self.rows) > 2 * KEPT:
            ranked = sorted(self.rows)
            kept = ranked[:KEPT] + ranked[-KEPT:]
            self.rows = {value: self.rows[value] for value in kept}
            self.within = ranked[KEPT - 1], ranked[-KEPT]

    def merge(self, other: Extremes) -> None:
        """Take in another part of the column: what either has left out lies within both ends of the whole."""
        some_left_out = self.within is not None or other.within is not None
        self.join(other.rows)
        if some_left_out:
            ranked = sorted(self.rows)
            self.within = ranked[KEPT - 1], ranked[-KEPT]


def _largest(values: Floats, counts: Counts, sign: float = 1.0) -> dict[float, int]:
    """Count the `KEPT` largest of `values`, each named times `sign`."""
    found: dict[float, int] = {}
    while len(values) and len(found) < KEPT:
        most = np.max(values)
        found[float(most) * sign + 0.0] = int(counts[values == most].sum())
        left = values < most
        values, counts = values[left], counts[left]
    return found
