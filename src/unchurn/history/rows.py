"""Batches of a source → rows in which every time is a day, what cannot be used counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column
from unchurn.history.calendar import ALWAYS, FOREVER
from unchurn.history.clock import Clock, Micros
from unchurn.history.columns import Roles
from unchurn.history.scale import Scale
from unchurn.history.times import Mask, Times, read_times
from unchurn.tables.cells import Missing, as_text
from unchurn.tables.typing import Tally, arrow_type, type_cells

NO_CUSTOMER = "no customer"
NO_TIME = "no time"
BAD_TIME = "unreadable time"
BACKWARDS = "ends before it starts"
NO_LENGTH = "begins and ends on one day"
PERIOD_TIMES = ("start_day", "start_moment", "end_day", "end_moment", "notice", "unsure")
EVENT_TIMES = ("day", "moment", "known")
NEVER = np.iinfo(np.int64).max
"""The moment at which a period ends that has no end."""
_STRAYS, _ENOUGH, _YEAR = 1_000, 10, 366
"""One row in so many may stray; fewer rows than this tell nothing; days from all others."""
_DAY = 86_400_000_000
_JOIN, _NULL = "\x1f", "\x00"


def layout(roles: Roles, periods: bool) -> pa.Schema:
    """Name the columns of typed rows.

    Periods have `start_day`, `start_moment`, `end_day`, `end_moment`, `notice` and `unsure` (1 where the end
    or the notice cannot be read, else 0); others `day`, `moment`, `known` and `kind`. Days are local, moments microseconds UTC. `v0`… are values, `a0`…
    attributes, and `rest` is whatever else tells rows apart.
    """
    times = PERIOD_TIMES if periods else EVENT_TIMES
    fields = [pa.field("customer", pa.string()), *(pa.field(name, pa.int64()) for name in times)]
    if not periods:
        fields.append(pa.field("kind", pa.string()))
    fields += [pa.field(f"v{n}", pa.float64()) for n in range(len(roles.values))]
    fields += [pa.field(f"a{n}", arrow_type(each)) for n, each in enumerate(roles.attributes)]
    return pa.schema([*fields, pa.field("rest", pa.string())])


@dataclass
class Counted:
    """What was met while typing.

    `dropped`: rows by reason. `days`: how often something began, happened or became known on
    each. `twice`, `never`: local times that a clock leaves in doubt. `scales` of values.
    `late`: rows that arrived after the day they tell of, by at most `longest` days.
    """

    scales: list[Scale]
    dropped: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    twice: int = 0
    never: int = 0
    late: int = 0
    longest: int = 0

    def span(self, days: npt.NDArray[np.int64]) -> None:
        """Take in days of rows that are kept."""
        found, rows = np.unique(days[days != ALWAYS], return_counts=True)
        self.days.update(dict(zip(found.tolist(), rows.tolist(), strict=True)))

    def ends(self) -> tuple[int, int] | None:
        """Return the oldest and the newest day, None where there is none.

        A few rows more than a year from all others (a mistyped 2099) are no end of a history.
        """
        days = sorted(self.days)
        if not days:
            return None
        few = max(1, self.days.total() // _STRAYS) if self.days.total() >= _ENOUGH else 0
        first = _past_strays(days, self.days, few)
        last = _past_strays(days[::-1], self.days, few)
        return (first, last) if first <= last else (days[0], days[-1])


@dataclass(frozen=True)
class RowTyper:
    """Types batches by `roles`; `headers` are the table's own, `zoned` those stored in UTC.

    Ends of periods are known from the beginning where `fixed`.
    """

    roles: Roles
    periods: bool
    headers: Mapping[str, str]
    zoned: frozenset[str]
    rest: Sequence[str]
    clock: Clock
    missing: Missing
    counted: Counted
    fixed: bool = False

    def typed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the usable rows of a batch, laid out as `layout` says."""
        customer = self._cells(batch, self.roles.customer)
        times = [self._times(batch, each) for each in self.roles.times]
        fit = self._fit(customer.is_valid().to_numpy(zero_copy_only=False), times)
        days = self._periods(times, fit) if self.periods else self._events(times, fit)
        if not self.periods:
            kind = self.roles.kind
            days.append(self._cells(batch, kind) if kind else pa.nulls(len(fit), pa.string()))
        values = [self._cells(batch, each) for each in self.roles.values]
        for scale, each in zip(self.counted.scales, values, strict=True):
            scale.add(each.filter(pa.array(fit)).to_numpy(zero_copy_only=False))
        others = [self._cells(batch, each) for each in self.roles.attributes]
        arrays = [customer, *days, *values, *others, self._rest(batch)]
        schema = layout(self.roles, self.periods)
        return pa.RecordBatch.from_arrays(arrays, schema=schema).filter(pa.array(fit))

    def _cells(self, batch: pa.RecordBatch, column: Column) -> pa.Array:
        cells = batch.column(self.headers[column.name])
        return type_cells(cells, column, self.missing, Tally())

    def _times(self, batch: pa.RecordBatch, column: Column | None) -> Times:
        if column is None:
            none = np.zeros(batch.num_rows, np.int64)
            return Times(none, none, none != 0, none != 0)
        header = self.headers[column.name]
        cells, zoned = batch.column(header), header in self.zoned
        found = read_times(cells, column, self.clock, self.missing, zoned)
        self.counted.twice += found.twice
        self.counted.never += found.never
        return found

    def _fit(self, named: Mask, times: Sequence[Times]) -> Mask:
        """Tell which rows can be used, counting the others under their first reason."""
        first, end = times[0], times[1]
        # a period without its end is kept: it says from when on nothing is sure of its customer
        needed = times[:1] if self.periods else times
        reasons = [(NO_CUSTOMER, ~named), (BAD_TIME, np.any([t.unread for t in needed], axis=0))]
        if self.roles.times[0]:
            reasons.append((NO_TIME, ~first.known))
        if self.periods:
            never = end.known & ~self._ran(times)
            reasons += [
                (BACKWARDS, never & (end.day < first.day)),
                (NO_LENGTH, never & (end.day == first.day)),
            ]
        fit = np.ones(len(named), dtype=np.bool_)
        for reason, bad in reasons:
            if count := int((fit & bad).sum()):
                self.counted.dropped[reason] += count
                fit &= ~bad
        return fit

    def _ran(self, times: Sequence[Times]) -> Mask:
        """Tell which periods ran for all that was known on some day: these cannot be left out of it."""
        start, end, notice = times
        ran: Mask = end.day > start.day
        return ran if self.fixed else ran | (notice.known & (notice.day > start.day))

    def _periods(self, times: Sequence[Times], fit: Mask) -> list[pa.Array]:
        start, end, notice = times
        # What turned out never to have run is over on its second day, which was known from the notice on.
        over = end.day <= start.day
        last = np.where(over, start.day + 1, end.day)
        moment = np.where(over, start.moment + _DAY, end.moment)
        self.counted.span(start.day[fit])
        self.counted.span(notice.day[fit & notice.known])
        return [
            *_arrays(start.day, start.moment),
            *_arrays(np.where(end.known, last, FOREVER), np.where(end.known, moment, NEVER)),
            pa.array(notice.day, pa.int64(), mask=~notice.known),
            pa.array((end.unread | notice.unread).astype(np.int64)),
        ]

    def _events(self, times: Sequence[Times], fit: Mask) -> list[pa.Array]:
        time, arrival = times
        day = time.day if self.roles.times[0] else np.full(len(fit), ALWAYS, np.int64)
        known = np.where(arrival.known, np.maximum(day, arrival.day), day)
        self.counted.span(day[fit])
        lag = (known - day)[fit]
        self.counted.span(known[fit][lag > 0])
        if self.roles.times[0] and lag.any():
            self.counted.late += int(np.count_nonzero(lag))
            self.counted.longest = max(self.counted.longest, int(np.max(lag)))
        return _arrays(day, time.moment, known)

    def _rest(self, batch: pa.RecordBatch) -> pa.Array:
        """Join every other cell of a row: rows that are equal otherwise may differ there."""
        texts = [as_text(batch.column(name)) for name in self.rest]
        if not texts:
            return pa.nulls(batch.num_rows, pa.string())
        return pc.binary_join_element_wise(
            *texts, _JOIN, null_handling="replace", null_replacement=_NULL
        )


def _past_strays(days: Sequence[int], rows: Counter[int], few: int) -> int:
    """Return the first of `days` that does not lie before a gap of a year with few rows before it."""
    seen, found = 0, days[0]
    for here, there in pairwise(days):
        seen += rows[here]
        if seen > few:
            break
        if abs(there - here) > _YEAR:
            found = there
    return found


def _arrays(*values: Micros) -> list[pa.Array]:
    return [pa.array(each, pa.int64()) for each in values]
