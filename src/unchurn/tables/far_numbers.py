"""Numbers far beyond all that training saw: how far is far, and what a slip of the mark makes of one.

How far an honest number may lie depends on how long training's own tail is: the largest of training
against its 95th percentile. A number that long beyond the largest again is none of that kind.
"""

from __future__ import annotations

from math import lgamma

import numpy as np
import numpy.typing as npt

from unchurn.artefacts import Column
from unchurn.tables.forms import WHOLE
from unchurn.tables.numbers import Mask
from unchurn.tables.sizes import FAR

Floats = npt.NDArray[np.float64]
Range = tuple[float, float]
"""The least and the largest number that training saw."""
Bulk = tuple[float, float, float, float, int]
"""Training's 5th and 95th percentile, which share of its percentiles is whole, median, numbers."""

_FACTORS = (10.0, 100.0, 1000.0)
_LOST = 2.0
"""Times the largest that are far where a mark may be lost; else they are `FAR` times it at least."""
_WALL = 1.4
"""Training begins as at a wall where its 5th percentile is at most so many times its least."""
_MANY, _LEAST, _RARE = 500, 4, 1e-4
"""Fewer numbers hardly have a twentieth; fewer say nothing; how rarely their tail may reach that far."""
_TAIL, _POWER, _TOGETHER = 200, 2.0, 1e-5
"""Numbers that have a lower tail; as which power of their size it thins out, at most; and how rarely
so many lie so far below it by chance."""
_FRACTIONS = 0.1
"""Share of whole numbers up to which a column is one of fractions."""
_TEN = 10.0
"""A column of whole numbers that ends below it may be one of ranks, shares or counts of few."""


def seems_far(values: Floats, column: Column, seen: Range, bulk: Bulk) -> Mask:
    """Tell numbers that training's own tail does not explain, above or below."""
    (low, high), (small, large, whole, middle, rows) = seen, bulk
    lost = np.zeros(len(values), dtype=np.bool_)
    if whole <= _FRACTIONS and WHOLE not in (column.forms or ()):
        lost = values == np.floor(values)
    above = _beyond(values, high, large, lost, _few_tail(high, middle, large, rows))
    below = np.zeros_like(above)
    if low < 0:
        below = _beyond(-values, -low, -small, lost, _few_tail(-low, -middle, -small, rows))
    thin = _few_tail(1 / low, 1 / middle, 1 / small, rows) if low > 0 else 0.0
    return above | below | _too_small(values, low, small, thin)


def _few_tail(most: float, middle: float, usual: float, rows: int) -> float:
    """Return how far beyond `most` the tail of few numbers may reach, by the half above the `middle`.

    Where that is zero, by the twentieth above `usual`.
    """
    if rows >= _MANY:
        return 0.0
    usual, above = (middle, rows / 2) if middle > 0 else (usual, rows / 20)
    if usual <= 0 or above < _LEAST:
        return np.inf
    return float((most / usual) ** (np.log(1 / _RARE) / np.log(above)))


def _beyond(values: Floats, most: float, usual: float, lost: Mask, thin: float) -> Mask:
    """Compare with the largest, `most`, of which `usual` is the 95th percentile.

    Never nearer than `thin` times.

    A whole number among fractions (`lost`) may have lost its decimal mark, and need not lie as far.
    """
    if usual <= 0:
        return np.zeros(len(values), dtype=np.bool_)
    tail = most / usual
    far = np.maximum(thin, np.where(lost, max(_LOST, tail), max(FAR, tail * tail)))
    found: Mask = values > most * far
    return found


def _too_small(values: Floats, low: float, small: float, thin: float) -> Mask:
    """Tell positive numbers far below training's least, where many are close to that.

    Where they are not, training's numbers thin out towards zero, and one may be as small as it likes.
    """
    if low <= 0 or small > _WALL * low:
        return np.zeros(len(values), dtype=np.bool_)
    found: Mask = (values > 0) & (values < low / max(FAR, thin))
    return found


def seem_small(values: Floats, cells: int, column: Column, seen: Range, bulk: Bulk) -> int:
    """Count the numbers below training's least that its lower tail does not explain together.

    `values` are positive numbers below that least, the least first, of a column of `cells`. The
    tail thins out as a power of their size, which training's 5th percentile and median tell.
    """
    low, (small, _, _, middle, rows) = seen[0], bulk
    if low <= 0 or rows < _TAIL or not len(values) or WHOLE in (column.forms or ()):
        return 0
    ends = ((0.05, small), (0.5, middle))
    powers = (np.log(share * rows) / np.log(max(end / low, 1.01)) for share, end in ends)
    power = min(_POWER, *powers)
    many = np.arange(1, len(values) + 1)
    with np.errstate(divide="ignore", over="ignore"):  # infinitely smaller is smaller, too
        times = low / values
    expected = np.log(cells / rows) - power * np.log(times)
    chance = many * expected - np.array([lgamma(each + 1) for each in many])
    told = np.flatnonzero((chance < np.log(_TOGETHER)) & (times >= FAR))
    return int(told[-1]) + 1 if len(told) else 0


def seem_parts(values: Floats, column: Column) -> Mask:
    """Tell fractions in a column whose training had whole numbers alone: 4.8 years for 58 months."""
    if column.truth or WHOLE not in (column.forms or ()):
        return np.zeros(len(values), dtype=np.bool_)
    found: Mask = np.mod(values, 1.0) > 0
    return found


def seems_negative(values: Floats, seen: Range) -> Mask:
    """Tell numbers below zero where training had none."""
    found: Mask = (values < 0) & (seen[0] >= 0)
    return found


def seems_fraction(values: Floats, column: Column, seen: Range) -> Mask:
    """Tell 0.35 where training had whole numbers alone, and 35 among them."""
    if WHOLE not in (column.forms or ()) or seen[0] < 0 or seen[1] < _TEN:
        return np.zeros(len(values), dtype=np.bool_)
    small = (values > 0) & (values < 1)
    times = np.where(small, values, 0.0) * 100
    found: Mask = small & (times >= seen[0]) & (times <= seen[1])
    return found


def factor_of(value: float, seen: Range, bulk: Bulk) -> float:
    """Return by what a number is too large (100), or too small (0.01); 1 where no power of ten fits.

    Of several that fit, the one that brings it nearest to the middle of training.
    """
    (low, high), (small, large, *_) = seen, bulk
    middle = max(abs(small + large) / 2, np.finfo(np.float64).tiny)
    powers = [each for power in _FACTORS for each in (power, 1 / power)]
    fits = [each for each in powers if low <= value / each <= high and value]
    return min(fits, key=lambda each: abs(np.log(abs(value) / each / middle)), default=1.0)
