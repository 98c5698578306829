"""Cells read far from what training saw that look misread: said, never changed.

Cells outside the training range are looked at, one by one, in lists of any size, those below its
least also together; fractions inside it, too, where training had whole numbers alone.
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
from unchurn.tables.far_numbers import (
    Bulk,
    Range,
    factor_of,
    seem_parts,
    seem_small,
    seems_far,
    seems_fraction,
    seems_negative,
)
from unchurn.tables.forms import SHORT, WHOLE
from unchurn.tables.measures import read_numbers
from unchurn.tables.missing_codes import seems_missing
from unchurn.tables.numbers import Mask, matches

_MARKED = r"[.,\x{066b}\x{066c}][0-9]{3}"
"""A cell that both decimal marks can read, and differently, has three digits behind a mark."""
_PERCENT = "[%％﹪٪]"
_SMALLEST = 64
"""Numbers below training's least that are kept to be judged together."""
_HIGHEST, _PLAINLY = 1.0, 2.0
"""Fractions end at the one; from the other on a number is plainly none."""


def seems_odd(number: float, column: Column, seen: Range, bulk: Bulk | None = None) -> bool:
    """Tell a number that a finding may have to name: outside training's range, or a fraction."""
    if column.truth:
        return number not in (0, 1)
    values = np.array([number])
    odd = seems_percent(values, column, seen) | seems_share(values, column, seen)
    odd |= seem_parts(values, column) | seems_negative(values, seen)
    if bulk is not None:
        odd |= seems_far(values, column, seen, bulk)
        odd |= 0 < number < seen[0] and seem_small(values, 1, column, seen, bulk) > 0
    return seems_missing(number, seen) or bool(odd[0])


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


class Misread:
    """Counts of cells that look misread, by column and reason. `ranges`: see `Range`.

    `bulks` (see `Bulk`) tell what is far; without one nothing is.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        ranges: Mapping[str, Range],
        bulks: Mapping[str, Bulk] | None = None,
    ) -> None:
        self._bulks = bulks or {}
        watched = (each for each in columns if each.kind == "number" and each.role != "id")
        self._watched = [(each, ranges[each.name]) for each in watched if each.name in ranges]
        self._cells: Counter[tuple[str, str]] = Counter()
        self._example: dict[tuple[str, str], tuple[str, float]] = {}
        self._seen: Counter[str] = Counter()
        self._small: dict[str, list[tuple[float, str]]] = {}

    def look(self, written: pa.RecordBatch, typed: pa.RecordBatch) -> None:
        """Take in a batch as it was written and as it was typed."""
        for column, (low, high) in self._watched:
            cells = typed.column(column.name)
            least, most = pc.min_max(cells).as_py().values()
            if least is None:
                continue
            self._seen[column.name] += len(cells) - cells.null_count
            whole = WHOLE in (column.forms or ())
            if low <= least and most <= high and not whole:
                continue
            values = cells.to_numpy(zero_copy_only=False)
            far = np.flatnonzero((values < low) | (values > high) | seem_parts(values, column))
            if not len(far):
                continue
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
        plainly = self._plainly(column, seen, values)
        marked = np.zeros(len(values), dtype=np.bool_)
        percent = seems_percent(values, column, seen)
        if pa.types.is_string(cells.type):
            texts = present(cells, missing_spellings(()))
            marked = _in_other_mark(texts, column, seen)
            if column.forms and SHORT not in column.forms:
                marked &= plainly  # three digits behind the mark are what training had
            self._keep(column, "mark", marked, texts, values)
            percent = (percent | _percent(texts, values, column, seen)) & ~marked
        else:  # text without a % is said to lack it
            self._keep(column, "share", seems_share(values, column, seen), cells, values)
        self._keep(column, "percent", percent, cells, values)
        distinct, places = np.unique(values, return_inverse=True)
        missing = np.array([seems_missing(each, seen) for each in distinct.tolist()], np.bool_)
        left = ~marked & ~percent
        missing = missing[places] & left
        self._keep(column, "missing", missing, cells, values)
        fraction = seems_fraction(values, column, seen) | (seem_parts(values, column) & ~plainly)
        fraction &= left & ~missing
        self._keep(column, "fraction", fraction, cells, values)
        self._out_of_scale(column, seen, left & ~missing & ~fraction, cells, values)

    def _plainly(self, column: Column, seen: Range, values: npt.NDArray[np.float64]) -> Mask:
        """Tell what is far beyond all of training."""
        if (bulk := self._bulks.get(column.name)) is None:
            return np.zeros(len(values), dtype=np.bool_)
        return seems_far(values, column, seen, bulk)

    def _out_of_scale(
        self,
        column: Column,
        seen: Range,
        left: Mask,
        cells: pa.Array,
        values: npt.NDArray[np.float64],
    ) -> None:
        """Count what is none of the other reasons' but negative, or far beyond all of training."""
        negative = seems_negative(values, seen) & left
        self._keep(column, "sign", negative, cells, values)
        far = self._plainly(column, seen, values) & left & ~negative
        self._keep(column, "scale", far, cells, values)
        small = np.flatnonzero(left & ~far & (values > 0) & (values < seen[0]))
        if len(small):
            self._small.setdefault(column.name, []).extend(
                (float(values[place]), shown(cells[place])) for place in small.tolist()
            )
            self._small[column.name] = sorted(self._small[column.name])[:_SMALLEST]

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
        for column, seen in self._watched:
            if column.name != name:
                continue
            self._join_small(column, seen)
            for why in (
                "mark",
                "percent",
                "share",
                "truth",
                "missing",
                "fraction",
                "sign",
                "scale",
            ):
                if cells := self._cells[name, why]:
                    example, value = self._example[name, why]
                    where = f"far outside training's {seen[0]:.6g} to {seen[1]:.6g}"
                    said = cells_of(cells, name, "lies", "lie")
                    if why == "fraction":
                        one = "a fraction" if cells == 1 else "fractions"
                        said, where = cells_of(cells, name), f"{one}, among whole numbers"
                    factor = 1.0
                    if why == "scale":
                        factor = self._factor(name, value, seen)
                    words = (
                        f"{said} {where}, such as {example!r}, read as {value:.15g}: "
                        f"{_reason(why, column, value, seen, factor)}."
                    )
                    yield Finding(f"misread-{why}", "warning", words, name, cells)

    def _factor(self, name: str, value: float, seen: Range) -> float:
        """Return by what a number is off; 1 where others are percentages, as it may be itself."""
        if self._cells[name, "percent"] and abs(value) <= 100 * _HIGHEST:
            return 1.0
        return factor_of(value, seen, self._bulks[name])

    def _join_small(self, column: Column, seen: Range) -> None:
        """Count what is too small together with others, though none is by itself."""
        name = column.name
        small = self._small.pop(name, [])
        if name in self._bulks and small:
            values = np.array([value for value, _ in small])
            many = seem_small(values, self._seen[name], column, seen, self._bulks[name])
            if many:
                self._cells[name, "scale"] += many
                self._example.setdefault((name, "scale"), small[0][::-1])


_REASONS = {
    "percent": "their hundredths would be fractions as training's are; write them so",
    "share": "their hundredfold would lie inside; write them as percentages, as in training",
    "sign": "none of training's was below zero; check the sign",
    "truth": "training held yes and no alone",
}


def _reason(why: str, column: Column, value: float, seen: Range, factor: float) -> str:
    if why == "mark":
        here, there = ("comma", "point") if column.decimal == "," else ("point", "comma")
        return (
            f"with a decimal {there} they would lie inside; write them with a decimal {here}, as "
            "in training"
        )
    if why == "fraction" and not seems_fraction(np.array([value]), column, seen)[0]:
        return "check its unit (years for months?), or whether an average was written"
    if why == "fraction":
        meant = f"{100 * value:.12g}".replace(".", column.decimal)
        return f"its hundredfold would lie inside; if training counts in percent, write {meant}"
    if why == "scale":
        return _slip(column, value, factor)
    return _REASONS.get(why, f"if it stands for missing, add {f'{value:.15g}'!r} to [data] missing")


def _slip(column: Column, value: float, factor: float) -> str:
    """Say what a number would be without the slip that its `factor` tells of."""
    parts = {10: "tenth", 100: "hundredth", 1000: "thousandth"}
    times = {10: "tenfold", 100: "hundredfold", 1000: "thousandfold"}
    if factor == 1:
        return "check its digits and its unit"
    part = parts[round(factor)] if factor > 1 else times[round(1 / factor)]
    meant = f"{value / factor:.12g}".replace(".", column.decimal)
    return (
        f"its {part} would lie inside; if a decimal mark was lost or the unit is another, write "
        f"{meant}"
    )


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


def _percent(texts: pa.Array, values: npt.NDArray[np.float64], column: Column, seen: Range) -> Mask:
    """Tell which cells are percentages of which training had fractions, up to 100% where it wrote no %."""
    if not -1 <= seen[0] <= seen[1] <= 1:
        return np.zeros(len(texts), dtype=np.bool_)
    new = "percent" not in (column.forms or ())
    most = _HIGHEST if new and seen[1] > 0 else seen[1]
    inside = (values / 100 >= seen[0]) & (values / 100 <= most)
    found: Mask = inside & matches(texts, _PERCENT)
    return found
