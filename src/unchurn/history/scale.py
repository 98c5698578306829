"""Numbers as whole ones: how many decimals a column has, decided once, so that sums are exact."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
MOST_DECIMALS = 6
LARGEST = 1e15
"""The largest scaled number: thousands of them still add up to a whole number of 64 bits."""
_CLOSE = 1e-9


class Scale:
    """Finds the decimals of a column, batch by batch, in any order."""

    def __init__(self) -> None:
        self.needed = 0
        """Decimals that are written, at most `MOST_DECIMALS`."""
        self.largest = 0.0
        """The largest number without its sign, of those that can be kept."""

    def add(self, values: Floats) -> None:
        """Look at numbers; NaN is missing."""
        known = np.abs(values[~np.isnan(values)])
        known = known[known <= LARGEST]
        if not len(known):
            return
        self.largest = max(self.largest, float(known.max()))
        while self.needed < MOST_DECIMALS and not _whole(known * 10.0**self.needed):
            self.needed += 1

    @property
    def decimals(self) -> int:
        """Decimals to keep: those that are written, fewer where numbers are very large."""
        room = [d for d in range(self.needed + 1) if self.largest * 10.0**d <= LARGEST]
        return max(room, default=0)


def scaled(values: Floats, decimals: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return values × 10^decimals as whole numbers, and which are usable (not NaN, not too large)."""
    with np.errstate(invalid="ignore"):
        whole = np.rint(values * 10.0**decimals)
        usable = np.abs(whole) <= LARGEST
    return np.where(usable, whole, 0).astype(np.int64), usable


def _whole(values: Floats) -> bool:
    near = np.abs(values - np.rint(values)) <= _CLOSE * np.maximum(1.0, values)
    return bool(near.all())
