"""Numbers far beyond all that training saw: how far is far, and what a slip of the mark makes of one.

How far an honest number may lie depends on how long training's own tail is: the largest of training
against its 95th percentile. A number that long beyond the largest again is none of that kind.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from unchurn.artefacts import Column
from unchurn.tables.forms import WHOLE
from unchurn.tables.numbers import Mask
from unchurn.tables.sizes import FAR

Floats = npt.NDArray[np.float64]
Range = tuple[float, float]
"""The least and the largest number that training saw."""
Bulk = tuple[float, float, float]
"""Training's 5th and 95th percentile, and which share of its percentiles is whole."""

_FACTORS = (10.0, 100.0, 1000.0)
_LOST = 2.0
"""Times the largest that are far where a mark may be lost; else they are `FAR` times it at least."""
_WALL = 1.4
"""Training begins as at a wall where its 5th percentile is at most so many times its least."""
_FRACTIONS = 0.1
"""Share of whole numbers up to which a column is one of fractions."""
_TEN = 10.0
"""A column of whole numbers that ends below it may be one of ranks, shares or counts of few."""


def seems_far(values: Floats, column: Column, seen: Range, bulk: Bulk) -> Mask:
    """Tell numbers that training's own tail does not explain, above or below."""
    (low, high), (small, large, whole) = seen, bulk
    lost = np.zeros(len(values), dtype=np.bool_)
    if whole <= _FRACTIONS and WHOLE not in (column.forms or ()):
        lost = values == np.floor(values)
    above = _beyond(values, high, large, lost)
    below = _beyond(-values, -low, -small, lost) if low < 0 else np.zeros_like(above)
    return above | below | _too_small(values, low, small)


def _beyond(values: Floats, most: float, usual: float, lost: Mask) -> Mask:
    """Compare with the largest, `most`, of which `usual` is the 95th percentile.

    A whole number among fractions (`lost`) may have lost its decimal mark, and need not lie as far.
    """
    if usual <= 0:
        return np.zeros(len(values), dtype=np.bool_)
    tail = most / usual
    far = np.where(lost, max(_LOST, tail), max(FAR, tail * tail))
    found: Mask = values > most * far
    return found


def _too_small(values: Floats, low: float, small: float) -> Mask:
    """Tell positive numbers far below training's least, where many are close to that.

    Where they are not, training's numbers thin out towards zero, and one may be as small as it likes.
    """
    if low <= 0 or small > _WALL * low:
        return np.zeros(len(values), dtype=np.bool_)
    found: Mask = (values > 0) & (values < low / FAR)
    return found


def seems_negative(values: Floats, seen: Range) -> Mask:
    """Tell numbers below zero where training had none."""
    found: Mask = (values < 0) & (seen[0] >= 0)
    return found


def seems_fraction(values: Floats, column: Column, seen: Range) -> Mask:
    """Tell 0.35 where training had whole numbers alone, and 35 among them."""
    if not may_hold_fractions(column, seen):
        return np.zeros(len(values), dtype=np.bool_)
    small = (values > 0) & (values < 1)
    times = np.where(small, values, 0.0) * 100
    found: Mask = small & (times >= seen[0]) & (times <= seen[1])
    return found


def may_hold_fractions(column: Column, seen: Range) -> bool:
    """Tell columns of whole numbers among which a fraction is another scale, inside the range too."""
    return WHOLE in (column.forms or ()) and seen[0] >= 0 and seen[1] >= _TEN


def factor_of(value: float, seen: Range, bulk: Bulk) -> float:
    """Return by what a number is too large (100), or too small (0.01); 1 where no power of ten fits.

    Of several that fit, the one that brings it nearest to the middle of training.
    """
    (low, high), (small, large, _) = seen, bulk
    middle = max(abs(small + large) / 2, np.finfo(np.float64).tiny)
    powers = [each for power in _FACTORS for each in (power, 1 / power)]
    fits = [each for each in powers if low <= value / each <= high and value]
    return min(fits, key=lambda each: abs(np.log(abs(value) / each / middle)), default=1.0)
