"""How large a column's numbers are: what shows slips of the decimal mark, and two scales in one column.

Numbers are counted by size, four bins to each power of two, so that a column of any length costs
the same and the order of its rows cannot matter. Sizes are absolute; zeros have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

_SHIFT = 50
"""Bits of a float64 beyond its exponent and the first two of its fraction."""
_BINS = 1 << (63 - _SHIFT)
_ZERO = 0
_LEAST, _LEAST_CLASSES = 20, 50
"""Fewer numbers, or numbers of few classes, have no others to stand apart from."""
_MANY, _RARE = 500, 1e-3
"""Fewer numbers hardly have a twentieth; how rarely a tail may reach what is far beyond it."""
_FEW = 0.02
"""Share of the numbers that are slips beside the others, at most."""
FAR = 5.0
"""Times the largest of all others that are far where these have no tail."""
_WALL = 2.0
"""The others begin as at a wall where their 5th percentile is at most so many times their least."""
_SCALES = 50.0
"""Times without a number that part two scales."""
_SIDE, _SMALLER = 5, 0.01
"""Numbers on each side of them, at least, and their share."""
_TIMES, _ALIKE = (100.0, 1000.0), 0.5
"""Times that one group of numbers is as large as the other at both ends, within e to that power."""
_NONE_ABOUT_ONE = 0.05
"""Numbers from 1 to 2 to those from 1/2 to 1, at most, where fractions end at 1."""
_OCTAVES = 3
"""Powers of two below 1 that fractions are spread over, at least."""
_HUNDRED = 100.0
_YEARS, _AGES = 2048.0, 128.0
"""Ends of the bins of years that people live in, and of their ages."""
Sort = Literal["far", "near-zero", "scales", "shares", "years"]


@dataclass(frozen=True)
class Apart:
    """Numbers that stand apart: `rows` of them beyond `edge`, `others` all within `end`.

    "far" and "scales" lie above the others, "near-zero" below them; "shares" are above 1, and
    their hundredths among the others; "years" are such, beside ages.
    """

    sort: Sort
    rows: int
    edge: float
    others: int
    end: float


class Sizes:
    """Rows of numbers by size."""

    def __init__(self) -> None:
        self._rows: Counts | None = None

    @property
    def rows(self) -> Counts:
        """How many numbers there are of each size, the least first."""
        return np.zeros(_BINS, np.int64) if self._rows is None else self._rows

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sizes) and np.array_equal(self.rows, other.rows)

    __hash__ = None  # type: ignore[assignment]

    def add(self, values: Floats, counts: Counts) -> None:
        """Take in distinct finite numbers and how often each occurs."""
        self._take(_bin(values), counts)

    def copied(self) -> Sizes:
        """Return these rows, as they are by now."""
        made = Sizes()
        made._rows = None if self._rows is None else self._rows.copy()
        return made

    def __getstate__(self) -> tuple[Counts, Counts]:
        """Travel without the sizes of no number."""
        places = np.flatnonzero(self.rows)
        return places, self.rows[places]

    def __setstate__(self, state: tuple[Counts, Counts]) -> None:
        """Take them in again."""
        self._rows = None
        if len(state[0]):
            self._rows = np.zeros(_BINS, np.int64)
            self._rows[state[0]] = state[1]

    def merge(self, other: Sizes) -> None:
        """Take in another part of the column."""
        if other._rows is not None:
            self._rows = self.rows + other._rows

    def join(self, other: Sizes, factor: float) -> None:
        """Take in another column's numbers, each times `factor`."""
        if other._rows is not None:
            places = np.flatnonzero(other._rows)
            self._take(_bin(_ends(places) * factor), other._rows[places])

    def _take(self, bins: Counts, rows: Counts) -> None:
        if not len(bins):
            return
        if self._rows is None:
            self._rows = np.zeros(_BINS, np.int64)
        first = int(np.min(bins))
        found = np.bincount(bins - first, weights=rows)  # exact below 2^53 rows
        self._rows[first : first + len(found)] += found.astype(np.int64)

    def apart(self, without: dict[float, int], classes: bool, whole: bool) -> Apart | None:
        """Return numbers that stand apart from the others, `without` codes for missing.

        `classes`: a column of few different numbers, of which any may be far from the next.
        `whole`: all are whole numbers, which are no shares.
        """
        if self._rows is None:
            return None
        rows = self._rows.copy()
        for code, count in without.items():
            rows[_bin(np.array([code]))] -= count
        rows[_ZERO] = 0
        places = np.flatnonzero(rows)
        rows = rows[places]
        if rows.sum() < (_LEAST_CLASSES if classes else _LEAST) or len(places) < 2:
            return None
        found = None if classes or whole else _shares(places, rows)
        found = found or _far(places, rows) or _near_zero(places, rows)
        found = found or _hundredfold(places, rows) or (_years(places, rows) if whole else None)
        return found or (None if classes else _scales(places, rows))


def quantiles(rows: Counts, parts: Sequence[float], least: int) -> Floats | None:
    """Return the sizes up to which so large parts of the numbers reach; None for fewer than `least`."""
    places = np.flatnonzero(rows[1:]) + 1
    below = np.cumsum(rows[places])
    if not len(places) or below[-1] < least:
        return None
    return _ends(places[np.searchsorted(below, np.array(parts) * below[-1])])


def _bin(values: Floats) -> Counts:
    bits: Counts = np.abs(values).view(np.int64)
    bits -= bits > 0  # a power of two ends its bin; zero shares the one of the least numbers
    bits >>= _SHIFT
    return bits


def _ends(places: Counts) -> Floats:
    """Return the largest number of each bin; that of the one before is just below its least."""
    ends: Floats = ((places + 1) << _SHIFT).view(np.float64)
    return ends


def _gaps(places: Counts) -> Floats:
    """Return by what each bin's least number is larger than the largest of the one below."""
    gaps: Floats = _ends(places[1:] - 1) / _ends(places[:-1])
    return gaps


def _far(places: Counts, rows: Counts) -> Apart | None:
    """Look for a few numbers that the tail of the others does not explain.

    The longer the tail (the others' largest to their usual), the further they must be.
    """
    gaps, ends, below = _gaps(places), _ends(places), np.cumsum(rows)
    for place in range(len(gaps)):
        above = int(below[-1] - below[place])
        if above > max(1, _FEW * below[-1]) or gaps[place] < FAR:
            continue
        if gaps[place] >= _tail(ends, below, place):
            edge = float(_ends(places[place + 1 : place + 2] - 1)[0])
            return Apart("far", above, edge, int(below[place]), float(ends[place]))
    return None


def _tail(ends: Floats, below: Counts, place: int) -> float:
    """Return by what a number must be larger than all up to `place`, which their tail explains.

    Of few numbers only the half beyond the median says how they thin out.
    """
    most, rows = ends[place], int(below[place])
    usual, middle = (ends[np.searchsorted(below, share * rows)] for share in (0.95, 0.5))
    if rows >= _MANY:
        return float((most / usual) ** 2)
    return float((most / middle) ** (np.log(1 / _RARE) / np.log(rows / 2)))


def _near_zero(places: Counts, rows: Counts) -> Apart | None:
    """Look for a few numbers far below all others, which begin as at a wall."""
    gaps, ends, below = _gaps(places), _ends(places), np.cumsum(rows)
    for place in range(len(gaps) - 1, -1, -1):
        few, others = int(below[place]), int(below[-1] - below[place])
        if few > max(1, _FEW * below[-1]) or gaps[place] < FAR:
            continue
        small = ends[np.searchsorted(below, below[place] + max(0.05 * others, _SIDE))]
        least = float(_ends(places[place + 1 : place + 2] - 1)[0])
        quarter = ends[np.searchsorted(below, below[place] + others / 4)]
        thins_out = (quarter / least) ** (np.log(1 / _RARE) / np.log(max(others, _LEAST) / 4))
        if small <= _WALL * least and gaps[place] >= thins_out:
            return Apart("near-zero", few, float(ends[place]), others, least)
    return None


def _scales(places: Counts, rows: Counts) -> Apart | None:
    """Look for two groups of numbers with nothing between them for long; probabilities may be so."""
    if _ends(places)[-1] <= 1:
        return None
    gaps, below = _gaps(places), np.cumsum(rows)
    place = int(np.argmax(gaps))
    above = int(below[-1] - below[place])
    if gaps[place] < _SCALES or min(above, below[place]) < max(_SIDE, _SMALLER * below[-1]):
        return None
    edge = float(_ends(places[place + 1 : place + 2] - 1)[0])
    return Apart(
        "scales", above, edge, int(below[place]), float(_ends(places[place : place + 1])[0])
    )


def _years(places: Counts, rows: Counts) -> Apart | None:
    """Look for years beside ages or lengths: numbers up to a hundred or so, and of 1,792 to 2,048."""
    ends, below = _ends(places), np.cumsum(rows)
    above = int(rows[-1])
    few = max(_SIDE, _SMALLER * below[-1])
    if ends[-1] != _YEARS or ends[-2] > _AGES or min(above, below[-2]) < few:
        return None
    return Apart("years", above, float(ends[-1]), int(below[-2]), float(ends[-2]))


def _hundredfold(places: Counts, rows: Counts) -> Apart | None:
    """Look for numbers that lie as others do, a hundred or a thousand times as large: cents."""
    ends, gaps, below = _ends(places), _gaps(places), np.cumsum(rows)
    place = int(np.argmax(gaps))
    above = int(below[-1] - below[place])
    least, edge = (float(each) for each in _ends(places[[0, place + 1]] - 1))
    if (
        gaps[place] < FAR
        or min(above, below[place]) < max(_SIDE, _SMALLER * below[-1])
        or not least
    ):
        return None
    times = np.array([edge / least, ends[-1] / ends[place]])
    if not any(np.all(np.abs(np.log(times / each)) <= _ALIKE) for each in _TIMES):
        return None
    return Apart("scales", above, edge, int(below[place]), float(ends[place]))


def _shares(places: Counts, rows: Counts) -> Apart | None:
    """Look for fractions that end at 1, and percentages beside them that mean the same."""
    ends = _ends(places)
    within = ends <= 1
    octaves = np.unique(np.ceil(np.log2(ends[within])))
    half = int(rows[within & (ends > 0.5)].sum())
    beyond = int(rows[(ends > 1) & (ends <= 2)].sum())
    above = int(rows[~within].sum())
    if len(octaves) < _OCTAVES or half < _SIDE or above < _SIDE or above == beyond:
        return None
    if beyond > _NONE_ABOUT_ONE * half or beyond > above - beyond or ends[-2] > _HUNDRED:
        return None
    return Apart("shares", above, 1.0, int(rows[within].sum()), 1.0)
