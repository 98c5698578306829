"""Cells read far from what training saw that look misread: said, never changed.

Only cells outside the training range are looked at, one by one, in lists of any size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column, Finding
from unchurn.errors import cells_of
from unchurn.tables.cells import missing_spellings, present, shown
from unchurn.tables.forms import WHOLE
from unchurn.tables.measures import read_numbers
from unchurn.tables.numbers import Mask, matches

Range = tuple[float, float]
"""The least and the largest number that training saw."""

_MARKED = r"[.,\x{066b}\x{066c}][0-9]{3}"
"""A cell that both decimal marks can read, and differently, has three digits behind a mark."""
_PERCENT = "[%％﹪٪]"
_HIGHEST, _PLAINLY = 1.0, 2.0
"""Fractions end at the one; from the other on a number is plainly none."""


def seems_odd(number: float, column: Column, seen: Range) -> bool:
    """Tell a number outside training's range that a finding may have to name."""
    if column.truth:
        return number not in (0, 1)
    values = np.array([number])
    percent, share = seems_percent(values, column, seen), seems_share(values, column, seen)
    return seems_missing(number, seen) or bool(percent[0] or share[0])


def seems_percent(values: npt.NDArray[np.float64], column: Column, seen: Range) -> Mask:
    """Tell numbers whose hundredths would lie inside a range of fractions: 45 for 0.45."""
    known = column.forms is not None and WHOLE not in column.forms
    if not known or not -_HIGHEST <= seen[0] <= seen[1] <= _HIGHEST:
        return np.zeros(len(values), dtype=np.bool_)
    found: Mask = (np.abs(values) >= _PLAINLY) & _inside(values / 100, seen)
    return found


def seems_share(values: npt.NDArray[np.float64], column: Column, seen: Range) -> Mask:
    """Tell fractions whose hundredfold would lie inside, where all of training carried a ``%``."""
    if "bare" in (column.forms or ("bare",)) or "percent" not in (column.forms or ()):
        return np.zeros(len(values), dtype=np.bool_)
    found: Mask = (np.abs(values) <= _HIGHEST) & (values != 0) & _inside(values * 100, seen)
    return found


def _inside(values: npt.NDArray[np.float64], seen: Range) -> Mask:
    found: Mask = (values >= seen[0]) & (values <= seen[1])
    return found


def seems_missing(number: float, seen: Range) -> bool:
    """Tell -1 and numbers of nines only (-999, 9999) that are far from all that training saw.

    Far is below zero where training never was, or further away than its range is wide.
    """
    low, high = seen
    if low <= number <= high or (number != -1 and not _nines(number)):
        return False
    return number < 0 <= low or max(low - number, number - high) > high - low


def _nines(number: float) -> bool:
    size = abs(number)
    return 99 <= size < 1e15 and size.is_integer() and set(str(int(size))) == {"9"}


class Misread:
    """Counts of cells that look misread, by column and reason. `ranges`: see `Range`."""

    def __init__(self, columns: Sequence[Column], ranges: Mapping[str, Range]) -> None:
        watched = (each for each in columns if each.kind == "number" and each.role != "id")
        self._watched = [(each, ranges[each.name]) for each in watched if each.name in ranges]
        self._cells: Counter[tuple[str, str]] = Counter()
        self._example: dict[tuple[str, str], tuple[str, float]] = {}

    def look(self, written: pa.RecordBatch, typed: pa.RecordBatch) -> None:
        """Take in a batch as it was written and as it was typed."""
        for column, (low, high) in self._watched:
            cells = typed.column(column.name)
            least, most = pc.min_max(cells).as_py().values()
            if least is None or (low <= least and most <= high):
                continue
            values = cells.to_numpy(zero_copy_only=False)
            far = np.flatnonzero((values < low) | (values > high))
            self._far(column, (low, high), written.column(column.name), far, values[far])

    def _far(
        self,
        column: Column,
        seen: Range,
        written: pa.Array,
        far: npt.NDArray[np.int64],
        values: npt.NDArray[np.float64],
    ) -> None:
        cells = written.take(pa.array(far))
        if column.truth:
            self._keep(column, "truth", ~np.isin(values, (0, 1)), cells, values)
            return
        marked = np.zeros(len(values), dtype=np.bool_)
        percent = seems_percent(values, column, seen)
        if pa.types.is_string(cells.type):
            texts = present(cells, missing_spellings(()))
            marked = _in_other_mark(texts, column, seen)
            self._keep(column, "mark", marked, texts, values)
            percent = (percent | _percent(texts, values, seen)) & ~marked
        else:  # text without a % is said to lack it
            self._keep(column, "share", seems_share(values, column, seen), cells, values)
        self._keep(column, "percent", percent, cells, values)
        left = ~marked & ~percent
        distinct, places = np.unique(values, return_inverse=True)
        missing = np.array([seems_missing(each, seen) for each in distinct.tolist()])[places]
        self._keep(column, "missing", missing & left, cells, values)

    def _keep(
        self,
        column: Column,
        why: str,
        found: Mask,
        cells: pa.Array,
        values: npt.NDArray[np.float64],
    ) -> None:
        if found.any():
            place, key = int(np.argmax(found)), (column.name, why)
            self._cells[key] += int(found.sum())
            self._example.setdefault(key, (shown(cells[place]), float(values[place])))

    def findings(self, name: str) -> Iterator[Finding]:
        """Yield what a person should know of one column."""
        for column, (low, high) in self._watched:
            if column.name != name:
                continue
            for why in ("mark", "percent", "share", "truth", "missing"):
                if cells := self._cells[name, why]:
                    example, value = self._example[name, why]
                    words = (
                        f"{cells_of(cells, name, 'lies', 'lie')} far outside training's {low:.6g} to "
                        f"{high:.6g}, such as {example!r}, read as {value:.15g}: "
                        f"{_reason(why, column, value)}."
                    )
                    yield Finding(f"misread-{why}", "warning", words, name, cells)


def _reason(why: str, column: Column, value: float) -> str:
    if why == "mark":
        here, there = ("comma", "point") if column.decimal == "," else ("point", "comma")
        return (
            f"with a decimal {there} they would lie inside; write them with a decimal {here}, as "
            "in training"
        )
    if why == "percent":
        return "their hundredths would lie inside; write them as fractions, as in training"
    if why == "share":
        return "their hundredfold would lie inside; write them as percentages, as in training"
    if why == "truth":
        return "training held yes and no alone"
    return f"if it stands for missing, add {f'{value:.15g}'!r} to [data] missing"


def _in_other_mark(texts: pa.Array, column: Column, seen: Range) -> Mask:
    """Tell which cells would lie inside the range under the other decimal mark."""
    inside = np.zeros(len(texts), dtype=np.bool_)
    places = np.flatnonzero(matches(texts, _MARKED))
    if len(places):
        other = read_numbers(
            texts.take(pa.array(places)), "." if column.decimal == "," else ",", column.unit
        )
        inside[places] = (other.values >= seen[0]) & (other.values <= seen[1])
    return inside


def _percent(texts: pa.Array, values: npt.NDArray[np.float64], seen: Range) -> Mask:
    """Tell which cells are percentages whose hundredth lies inside a range of fractions."""
    if not -1 <= seen[0] <= seen[1] <= 1:
        return np.zeros(len(texts), dtype=np.bool_)
    inside = (values / 100 >= seen[0]) & (values / 100 <= seen[1])
    found: Mask = inside & matches(texts, _PERCENT)
    return found
