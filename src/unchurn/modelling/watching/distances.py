"""How far what arrived is from the baseline, in units that mean something."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from unchurn.modelling.watching.baseline import widths
from unchurn.modelling.watching.sketch import CategorySketch, NumberSketch

F64 = npt.NDArray[np.float64]
_FEW = 5.0
"""Categories of which fewer rows are expected are looked at together."""
_HALF_A_ROW = 0.5
"""What an empty cell of a stability index counts as: a share of 0 has no logarithm."""


class Cells(NamedTuple):
    """Rows by cell then and now, (cells,) both."""

    then: F64
    now: F64


def wasserstein(then: dict[str, Any], now: NumberSketch) -> float:
    """Return the Wasserstein-1 distance in the column's unit.

    Values beyond the outermost knots count as at them, on both sides: a single row of a million is as
    far as the baseline's far end, and no further.
    """
    return float(np.abs(_apart(then, now)) @ widths(now.knots))


def largest_gap(then: dict[str, Any], now: NumberSketch) -> float:
    """Return the largest difference of cumulative shares at a knot (Kolmogorov-Smirnov)."""
    return float(np.abs(_apart(then, now)).max(initial=0.0))


def _apart(then: dict[str, Any], now: NumberSketch) -> F64:
    counts = np.asarray(then["counts"], np.float64)
    gap: F64 = np.cumsum(now.counts[:-1]) / now.present - np.cumsum(counts[:-1]) / counts.sum()
    return gap


def median(knots: F64, counts: npt.ArrayLike) -> float:
    """Return the knot at or below which half of the cells lie, (knots + 1,) counts."""
    found = np.cumsum(counts)
    return float(knots[min(int(np.searchsorted(found, found[-1] / 2)), len(knots) - 1)])


def category_cells(then: dict[str, Any], now: CategorySketch) -> Cells:
    """Return rows by value, what is rare here or there and unseen as the last cell."""
    codes = np.asarray(then["codes"], np.int64)
    before = np.asarray(then["counts"], np.float64)
    came = now.counts[codes].astype(np.float64)
    total = before.sum() + then["known"] + then["unseen"]
    common = np.minimum(before, before / max(total, 1) * now.present) >= _FEW
    rest = total - before[common].sum(), now.present - came[common].sum()
    cells = np.append(before[common], rest[0]), np.append(came[common], rest[1])
    return Cells(*cells) if sum(rest) else Cells(before[common], came[common])


def number_cells(then: dict[str, Any], now: NumberSketch) -> Cells:
    """Return rows by tenth of the baseline, fewer where values are tied."""
    before = np.asarray(then["counts"], np.float64)
    shares = np.cumsum(before)[:-1] / before.sum()
    # the knot nearest to each tenth from below, where it parts some rows from others
    ends = np.unique(np.searchsorted(shares, np.arange(1, 10) / 10, side="left"))
    ends = ends[ends < len(shares)] + 1
    starts = np.concatenate([[0], ends])
    starts = starts[starts < len(before)]
    cells = np.add.reduceat(before, starts), np.add.reduceat(now.counts.astype(float), starts)
    kept = cells[0] + cells[1] > 0
    return Cells(cells[0][kept], cells[1][kept])


def jensen_shannon(cells: Cells) -> float:
    """Return the square root of the divergence in bits, 0 to 1; an empty cell adds nothing of its own."""
    then, now = cells.then / cells.then.sum(), cells.now / cells.now.sum()
    middle = (then + now) / 2
    halves = _bits(then, middle) + _bits(now, middle)
    return float(np.sqrt(max(0.0, halves / 2)))


def _bits(shares: F64, middle: F64) -> float:
    some = shares > 0
    return float((shares[some] * np.log2(shares[some] / middle[some])).sum())


def stability_index(cells: Cells) -> float:
    """Return the population stability index; an empty cell counts as half a row."""
    then, now = (np.maximum(each, _HALF_A_ROW) for each in cells)
    then, now = then / then.sum(), now / now.sum()
    return float(((now - then) * np.log(now / then)).sum())
