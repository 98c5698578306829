"""Dates that arrive written as training's never were, or that do not tell day from month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column, Difference, Finding
from unchurn.errors import cells_of
from unchurn.tables.cells import date_text
from unchurn.tables.date_columns import read_column
from unchurn.tables.date_evidence import days_of
from unchurn.tables.date_writing import NO_DAY, ZONE, written
from unchurn.tables.dates import DateOrder, Dates
from unchurn.tables.forms import DAY

TURNED: dict[str, DateOrder] = {"dmy": "mdy", "mdy": "dmy"}
_FEWEST, _CHANCE, _MOST = 8, 1e-3, 1_000
"""Different dates that must not tell day from month, and how likely that is by chance at most."""
_DOTTED = r"^[0-9]{1,2} ?\. ?[0-9]{1,2} ?\."


@dataclass
class _Days:
    """What a column's dates say on day and month: `tell` once one can be read one way only."""

    tell: bool = False
    example: str = ""
    seen: set[int] = field(default_factory=set)
    days: set[int] = field(default_factory=set)
    months: set[int] = field(default_factory=set)


class NewDates:
    """Counts by (column, form) of dates written anew, and what dates say on day and month."""

    def __init__(self) -> None:
        self._cells: Counter[tuple[str, str]] = Counter()
        self._example: dict[tuple[str, str], tuple[str, np.datetime64]] = {}
        self._days: dict[str, _Days] = {}

    def take_in(self, cells: pa.Array, column: Column, read: Dates, indices: pa.Array) -> None:
        """Take in distinct trimmed cells of a column of dates; `indices` say where each stands."""
        if read.plain or column.forms is None:
            return
        if not column.epoch:
            self._written(cells, column, read, indices)
        if column.date_order in TURNED:
            self._order(cells, column, read)

    def _written(self, cells: pa.Array, column: Column, read: Dates, indices: pa.Array) -> None:
        for form, found in written(cells, ~np.isnat(read.values)):
            if found.any() and form not in (column.forms or ()):
                key, place = (column.name, form), int(np.argmax(found))
                self._cells[key] += int(pc.sum(pa.array(found).take(indices)).as_py() or 0)
                self._example.setdefault(key, (cells[place].as_py()[:60], read.values[place]))

    def _order(self, cells: pa.Array, column: Column, read: Dates) -> None:
        state = self._days.setdefault(column.name, _Days())
        if state.tell:
            return
        turned = read_column(cells, replace(column, date_order=TURNED[column.date_order]))
        if (read.readable != turned.readable).any():
            state.tell = True
            return
        differ = ~np.isnat(read.values) & (read.values != turned.values)
        dotted = pc.fill_null(pc.match_substring_regex(cells, _DOTTED), False)
        differ &= ~dotted.to_numpy(zero_copy_only=False)
        if differ.any() and len(state.seen) < _MOST:
            state.example = state.example or cells[int(np.argmax(differ))].as_py()
            state.seen |= set(read.values[differ].astype("datetime64[D]").astype(np.int64).tolist())
            state.days |= set(days_of(read.values[differ]))
            state.months |= set(days_of(turned.values[differ]))

    def findings(self, column: Column) -> Iterator[Finding]:
        """Yield what is new around the dates of one column."""
        name = column.name
        if cells := self._cells[name, NO_DAY]:
            text, moment = self._example[name, NO_DAY]
            verb = cells_of(cells, name, "names", "name")
            words = (
                f"{verb} no day, such as {text!r}, and all of training's did; read as "
                f"{date_text(moment)}, the first."
            )
            yield Finding("written-no-day", "warning", words, name, cells)
        if cells := self._cells[name, ZONE]:
            text, moment = self._example[name, ZONE]
            verb = cells_of(cells, name, "carries", "carry")
            words = (
                f"{verb} a time zone, such as {text!r}, and none of training's did; read as "
                f"{date_text(moment)}, in UTC."
            )
            yield Finding("written-zone", "warning", words, name, cells)

    def doubts(self, column: Column) -> Iterator[Difference]:
        """Yield what may have been read with day and month exchanged."""
        state = self._days.get(column.name, _Days())
        if state.tell or len(state.seen) < _FEWEST:
            return
        name, share = column.name, column.either
        usual = next(
            (int(each[len(DAY) :]) for each in column.forms or () if each.startswith(DAY)), 0
        )
        # the first days of one month are a list made early in it; those of all months are none
        by_chance = share ** len(state.seen) > _CHANCE or len(state.months) == 1
        turned = usual and state.months == {usual} and state.days != {usual}
        if by_chance and not turned:
            return
        here, there = ("day", "month") if column.date_order == "dmy" else ("month", "day")
        brief = f"the dates of {name!r} do not tell day from month"
        before = (
            f"training's are all of day {usual}" if turned else f"in training {1 - share:.0%} did"
        )
        words = (
            f"The {len(state.seen):,} different dates of {name!r} could be day first or month first, "
            f"such as {state.example!r}, and none tells; {before}. Read {here} first, as in training; "
            f"if they are {there} first, write them as 2024-12-31."
        )
        yield Difference("either-date-order", brief, words, name, False, len(state.seen))
