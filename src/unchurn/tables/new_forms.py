"""Cells that arrive written as training's never were: counted, said, and never read otherwise.

A cell means what the schema says, whatever stands beside it. That it is the first of its form
(``9.091`` where thousands were never parted, ``5k`` among bare numbers, dates of which none tells
day from month) is for a person to know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column, Difference, Finding
from unchurn.errors import cells_of
from unchurn.tables.cells import shown
from unchurn.tables.dates import Dates
from unchurn.tables.forms import GROUPED, SHORT, WHOLE
from unchurn.tables.measures import forms, in_unit, measured_both
from unchurn.tables.new_dates import NewDates
from unchurn.tables.numbers import Mask, Numbers, read_plain, with_comma
from unchurn.tables.units import SCALE

_CARRIED = {"money": "a currency", "percent": "a %", "unit": "a unit"}
_NEW = {
    **_CARRIED,
    "brackets": "brackets",
    "behind": "a minus behind it",
    "about": "a mark like > or +",
}
THIRDS = "thirds"
"""Three digits behind the decimal mark, and nothing that shows that it is one: 9.091."""
_TELLS = 0.02
"""Share of the cells that could be meant both ways which the decisive ones must reach."""


@dataclass
class NewForms:
    """Counts by (column, form) of cells written anew.

    By column, `own` counts cells that only its decimal mark can read, `other` those that only
    the other can. `parted` names those of which one of the former has thousands parted: ``1.234,5``.
    """

    cells: Counter[tuple[str, str]] = field(default_factory=Counter)
    example: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)
    own: Counter[str] = field(default_factory=Counter)
    parted: set[str] = field(default_factory=set)
    other: Counter[str] = field(default_factory=Counter)
    dates: NewDates = field(default_factory=NewDates)

    def plain(self, cells: pa.Array, column: Column, point: Numbers, read: Numbers) -> None:
        """Take in cells that are all plain: `point` as they are parsed, `read` as the column reads."""
        if column.forms is None or column.truth:
            return
        if bare_is_new(column):
            self._keep(column, "bare", read.readable & (read.values != 0), cells, read, None)
        if column.decimal == ".":
            short = SHORT in column.forms
            comma = with_comma(cells, point) if short or not self.own[column.name] else point
            if comma is not point:
                self.own[column.name] += int((point.readable & ~comma.readable).sum())
                thirds = comma.readable & np.isfinite(point.values) & (comma.values != point.values)
                self._keep(column, THIRDS, thirds & short, cells, read, None)
        elif GROUPED not in column.forms and read is not point:
            known = np.isfinite(read.values) & (read.values != point.values)
            self._keep(column, GROUPED, known, cells, read, None)

    def numbers(self, cells: pa.Array, column: Column, indices: pa.Array) -> None:
        """Take in distinct trimmed cells; `indices` say where each stands."""
        known = column.forms
        if known is None or column.truth or not len(cells):
            return
        point = read_plain(cells)
        if point is not None:
            read = point if column.decimal == "." else with_comma(cells, point)
            if read.readable.sum() == point.readable.sum():
                self.plain(
                    cells.take(indices), column, *(_taken(e, indices) for e in (point, read))
                )
                return
        both = measured_both(cells)
        own, other = both if column.decimal == "." else both[::-1]
        read = in_unit(own, column.unit)
        for form, mask in forms(own):
            if form not in known and (form != "bare" or bare_is_new(column)):
                self._keep(column, form, mask & read.readable, cells, read, indices)
        only = own.readable & ~other.readable
        self.own[column.name] += _hits(only, indices)
        self.other[column.name] += _hits(other.readable & ~own.readable, indices)
        mark = "." if column.decimal == "," else ","
        holds = pc.fill_null(pc.match_substring(cells, mark), False).to_numpy(zero_copy_only=False)
        told = own.readable & other.readable & np.isfinite(own.values)
        differ = told & (own.values != other.values)
        if SHORT in known:
            thousands = (own.unit > 0) & (column.unit == SCALE)  # 3.674k: no mark parts these
            self._keep(column, THIRDS, differ & ~holds & ~thousands, cells, read, indices)
        if GROUPED not in known:
            if (only & holds).any():
                self.parted.add(column.name)
            self._keep(column, GROUPED, differ & holds, cells, read, indices)

    def days(self, cells: pa.Array, column: Column, read: Dates, indices: pa.Array) -> None:
        """Take in distinct trimmed cells of a column of dates."""
        self.dates.take_in(cells, column, read, indices)

    def _keep(
        self,
        column: Column,
        form: str,
        found: Mask,
        cells: pa.Array,
        read: Numbers,
        indices: pa.Array | None,
    ) -> None:
        if found.any():
            place, key = int(np.argmax(found)), (column.name, form)
            self.cells[key] += _hits(found, indices)
            self.example.setdefault(key, (shown(cells[place]), float(read.values[place])))

    def findings(self, column: Column) -> Iterator[Finding]:
        """Yield what is new around the numbers of one column."""
        name = column.name
        for form, carried in _NEW.items():
            if cells := self.cells[name, form]:
                text, value = self.example[name, form]
                as_is = ", not converted" if form == "money" else ""
                verb = cells_of(cells, name, "carries", "carry")
                words = (
                    f"{verb} {carried}, such as {text!r}, which training's never did; read as "
                    f"{value:.15g}{as_is}."
                )
                yield Finding(f"written-{form}", "warning", words, name, cells)
        if cells := self.cells[name, "bare"]:
            text, value = self.example[name, "bare"]
            lacked = " or ".join(
                _CARRIED[each] for each in _CARRIED if each in (column.forms or ())
            )
            verb = cells_of(cells, name, "does", "do")
            words = (
                f"{verb} not carry {lacked}, such as {text!r}, which all of training's did; read "
                f"as {value:.15g}, as if with it."
            )
            yield Finding("written-bare", "warning", words, name, cells)
        yield from self.dates.findings(column)

    def doubts(self, columns: Sequence[Column]) -> Iterator[Difference]:
        """Yield what may have been read quite wrongly, in column order."""
        told = {each.decimal for each in columns if self.own[each.name]}
        told -= {each.decimal for each in columns if self.other[each.name]}
        for column in columns:
            if cells := self.cells[column.name, GROUPED]:
                yield from self._grouped(column, cells, column.decimal in told)
            if cells := self.cells[column.name, THIRDS]:
                yield self._thirds(column, cells, column.decimal in told)
            yield from self.dates.doubts(column)

    def _grouped(self, column: Column, cells: int, told: bool) -> Iterator[Difference]:
        name, whole = column.name, WHOLE in (column.forms or ())
        if self.parted or (whole and told):
            return
        # said all the same: beside cells that show the mark, one may still come from elsewhere
        settled = told or self.own[name] >= max(1, _TELLS * cells)
        text, value = self.example[name, GROUPED]
        here, there = ("comma", "point") if column.decimal == "," else ("point", "comma")
        brief = f"{name!r} may be read a thousand times too large"
        verb = cells_of(cells, name, "has", "have")
        words = (
            f"{verb} a {there} before three digits, such as {text!r}, read as {value:.15g}: "
            f"training never parted thousands. If it is a decimal {there}, write a decimal {here} "
            f"as in training; if not, write {value:.15g}."
        )
        yield Difference("misread-thousands", brief, words, name, not (whole or settled), cells)

    def _thirds(self, column: Column, cells: int, told: bool) -> Difference:
        name, (text, value) = column.name, self.example[column.name, THIRDS]
        settled = told or self.own[name] >= max(1, _TELLS * cells)
        here = "comma" if column.decimal == "," else "point"
        brief = f"{name!r} may be read a thousand times too small"
        verb = cells_of(cells, name, "has", "have")
        words = (
            f"{verb} three digits behind a {here}, such as {text!r}, read as {value:.15g}: training "
            f"had two at most. If the {here} parts thousands, write {1000 * value:.15g}."
        )
        return Difference("misread-decimals", brief, words, name, not settled, cells)


def bare_is_new(column: Column) -> bool:
    """Tell whether all of training's numbers carried a currency, a % or a unit."""
    found = set(column.forms or ())
    return "bare" not in found and bool(found & _CARRIED.keys())


def _taken(numbers: Numbers, indices: pa.Array) -> Numbers:
    known = indices.is_valid().to_numpy(zero_copy_only=False)
    places = pc.fill_null(indices, 0).to_numpy(zero_copy_only=False)
    readable = numbers.readable[places] & known
    return Numbers(numbers.values[places], readable, numbers.infinite[places] & known)


def _hits(found: Mask, indices: pa.Array | None) -> int:
    if indices is None:
        return int(found.sum())
    return int(pc.sum(pa.array(found).take(indices)).as_py() or 0)
