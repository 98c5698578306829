"""Dates that arrive written as training's never were, or that do not tell day from month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import comb

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column, Difference, Finding
from unchurn.artefacts.schema import Severity
from unchurn.errors import cells_of, counted
from unchurn.tables.cells import date_text
from unchurn.tables.date_columns import read_column
from unchurn.tables.date_evidence import days_of
from unchurn.tables.date_fields import Moments
from unchurn.tables.date_writing import LOCAL, NO_DAY, NO_MONTH, ZONE, ZONED, written
from unchurn.tables.dates import DateOrder, Dates
from unchurn.tables.forms import DAY

TURNED: dict[str, DateOrder] = {"dmy": "mdy", "mdy": "dmy"}
_FEWEST, _CHANCE, _MOST = 8, 1e-3, 1_000
"""Different dates that must not tell day from month, and how likely that is by chance at most."""
_UNLIKELY, _ALWAYS = 0.05, 0.9
"""Fewer are a warning from the one on; where that many of training's do not tell, none need."""
_TELL = 50
"""Different dates that tell, from which on a column does."""
_NEW = {
    NO_DAY: ("names", "name", "no day, and all of training's did", "the first"),
    NO_MONTH: ("names", "name", "no month, and all of training's did", "the first"),
    ZONE: ("carries", "carry", "a time zone, and none of training's did", "in UTC"),
    LOCAL: ("carries", "carry", "no time zone, and all of training's did", "as if in UTC"),
}
_DOTTED = r"^[0-9]{1,2} ?\. ?[0-9]{1,2} ?\."
_SETTLES = "[columns] date_order, or init --date-order, settles training's."


@dataclass
class _Days:
    """What a column's dates say on day and month.

    `told` are those that only training's order can read, `others` counts those that only the
    other can; `seen` can be read either way, on `days` in the one order and `months` in the other.
    """

    example: str = ""
    told: set[int] = field(default_factory=set)
    others: int = 0
    seen: set[int] = field(default_factory=set)
    days: set[int] = field(default_factory=set)
    months: set[int] = field(default_factory=set)

    def chance(self, share: float) -> float:
        """Return how likely so few tell, where `share` of training's do not."""
        told, dates = len(self.told), len(self.seen) + len(self.told)
        if told >= _TELL or 4 * told >= dates:
            return 1.0
        terms = (comb(dates, k) * (1 - share) ** k * share ** (dates - k) for k in range(told + 1))
        return sum(terms)


class NewDates:
    """Counts by (column, form) of dates written anew, and what dates say on day and month."""

    def __init__(self) -> None:
        self._cells: Counter[tuple[str, str]] = Counter()
        self._example: dict[tuple[str, str], tuple[str, np.datetime64]] = {}
        self._days: dict[str, _Days] = {}

    def take_in(self, cells: pa.Array, column: Column, read: Dates, indices: pa.Array) -> None:
        """Take in distinct trimmed cells of a column of dates; `indices` say where each stands."""
        zoned = ZONE in (column.forms or ()) and LOCAL not in (column.forms or ())
        if column.forms is None or (read.plain and not zoned):
            return
        if not column.epoch:
            self._written(cells, column, read, indices)
        if column.date_order in TURNED and not read.plain:
            self._order(cells, column, read)

    def _written(self, cells: pa.Array, column: Column, read: Dates, indices: pa.Array) -> None:
        had = {*(column.forms or ())}
        had |= {ZONED} if ZONE in had else {ZONED, LOCAL}
        for form, found in written(cells, ~np.isnat(read.values)):
            if found.any() and form not in had:
                key, place = (column.name, form), int(np.argmax(found))
                self._cells[key] += int(pc.sum(pa.array(found).take(indices)).as_py() or 0)
                self._example.setdefault(key, (cells[place].as_py()[:60], read.values[place]))

    def _order(self, cells: pa.Array, column: Column, read: Dates) -> None:
        state = self._days.setdefault(column.name, _Days())
        if len(state.told) >= _TELL:
            return
        turned = read_column(cells, replace(column, date_order=TURNED[column.date_order]))
        state.others += int((turned.readable & ~read.readable).sum())
        state.told |= _numbered(read.values[read.readable & ~turned.readable])
        differ = ~np.isnat(read.values) & ~np.isnat(turned.values) & (read.values != turned.values)
        dotted = pc.fill_null(pc.match_substring_regex(cells, _DOTTED), False)
        differ &= ~dotted.to_numpy(zero_copy_only=False)
        if differ.any() and len(state.seen) < _MOST:
            state.example = state.example or cells[int(np.argmax(differ))].as_py()
            state.seen |= _numbered(read.values[differ])
            state.days |= set(days_of(read.values[differ]))
            state.months |= set(days_of(turned.values[differ]))

    def findings(self, column: Column) -> Iterator[Finding]:
        """Yield what is new around the dates of one column."""
        name = column.name
        for form, (verb, many, lacks, read_as) in _NEW.items():
            if (cells := self._cells[name, form]) and not (
                form == NO_MONTH and self._cells[name, NO_DAY]
            ):
                text, moment = self._example[name, form]
                words = (
                    f"{cells_of(cells, name, verb, many)} {lacks}, such as {text!r}; read as "
                    f"{date_text(moment)}, {read_as}."
                )
                yield Finding(f"written-{form}", "warning", words, name, cells)
        state = self._days.get(name, _Days())
        if state.seen and not [*self.doubts(column)] and not state.told:
            # many first days of one month are a list made early in it
            early = len(state.months) == 1 and len(state.seen) > 2
            if column.either < _ALWAYS and not early:
                severity: Severity = (
                    "note" if state.chance(column.either) > _UNLIKELY else "warning"
                )
                words = _either(column, state, "")
                yield Finding("either-date-order", severity, words, name, len(state.seen))

    def doubts(self, column: Column) -> Iterator[Difference]:
        """Yield what may have been read with day and month exchanged."""
        state, name, share = self._days.get(column.name, _Days()), column.name, column.either
        if not state.seen:
            return
        there = _orders(column)[1]
        if state.others and not state.told:
            brief = f"the dates of {name!r} seem to be {there} first"
            words = _either(column, state, f"all that tell are {there} first")
            yield Difference("either-date-order", brief, words, name, True, len(state.seen))
            return
        usual = next((int(e[len(DAY) :]) for e in column.forms or () if e.startswith(DAY)), 0)
        # the first days of one month are a list made early in it; those of all months are none
        by_chance = state.chance(share) > _CHANCE or len(state.months) == 1
        turned = usual and state.months == {usual} and state.days != {usual}
        if len(state.seen) < _FEWEST or (by_chance and not turned):
            return
        brief = f"the dates of {name!r} hardly tell day from month"
        why = f"training's are all of day {usual}" if turned else f"in training {1 - share:.0%} did"
        words = _either(column, state, why)
        yield Difference("either-date-order", brief, words, name, False, len(state.seen))


def _either(column: Column, state: _Days, why: str) -> str:
    here, there = _orders(column)
    dates = counted(len(state.seen), "different date")
    told = (
        f"only {counted(len(state.told), 'other tells', 'others tell')}"
        if state.told
        else "none tells"
    )
    told = f"{told}; {why}" if why and not state.others else why or told
    return (
        f"{dates} of {column.name!r} could be day first or month first, such as {state.example!r}, and "
        f"{told}. Read {here} first, as in training; if they are {there} first, write them as "
        f"2024-12-31. {_SETTLES}"
    )


def _orders(column: Column) -> tuple[str, str]:
    return ("day", "month") if column.date_order == "dmy" else ("month", "day")


def _numbered(moments: Moments) -> set[int]:
    days = moments[~np.isnat(moments)].astype("datetime64[D]")
    return set(days.astype(np.int64).tolist())
