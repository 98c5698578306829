"""What a history says of each customer on each day, in plain Python: an independent reference.

Written from the documentation, one customer at a time, with dates; it shares no code with
`unchurn.history`, and is slow.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from histories import Row, Settings, Told

NEVER = dt.date.max
UNTIL = "days until the period ends"
UNREAD = "end or notice cannot be read"
Cells = dict[str, Any]


@dataclass
class Answer:
    """Rows by (customer, day): the label and features; and who was left out, by reason."""

    rows: dict[tuple[str, dt.date], Cells] = field(default_factory=dict)
    excluded: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Period:
    """A period of a customer; `notice` is when its end was announced, whether it is known or not.

    `unsure` where its end, then unknown, or its notice cannot be read.
    """

    start: dt.datetime
    first: dt.date
    end: dt.date
    notice: dt.date | None
    price: float
    plan: str
    unsure: bool = False


@dataclass(frozen=True)
class Event:
    """An event, or a row of attributes; it counts from the day after `known`."""

    moment: dt.datetime
    day: dt.date
    known: dt.date
    cells: tuple[str, ...]

    @property
    def times(self) -> tuple[dt.date, dt.datetime, dt.date]:
        """What rows are ordered by first; equal ones by their cells, blanks first."""
        return self.day, self.moment, self.known


@dataclass(frozen=True)
class Names:
    """What the tables and columns are called: of events, and of attributes in order of their cells."""

    events: str = "orders"
    value: str = "amount"
    attributes: tuple[str, ...] = ("segment", "score")


def by_hand(
    told: Told, settings: Settings, days: list[dt.date], names: Names | None = None
) -> Answer:
    """Answer for every customer on every one of `days`; of renewals, on their own between the outer two."""
    hand = _Hand(told, settings, names or Names())
    answer = Answer()
    for customer in hand.customers:
        renewing = settings.churn.every == "renewal"
        for day in hand.due(customer, days[0], days[-1]) if renewing else days:
            reason, cells = hand.on(customer, day)
            if reason:
                answer.excluded[reason] += 1
            else:
                answer.rows[customer, day] = cells
    return answer


class _Hand:
    def __init__(self, told: Told, settings: Settings, names: Names) -> None:
        self.settings, self.churn, self.names = settings, settings.churn, names
        self.zone = ZoneInfo(settings.churn.timezone)
        self.observed = dt.date.fromisoformat(settings.observed_until)
        last = dt.date.fromisoformat(settings.as_of) if settings.as_of else self.observed
        self.periods: dict[str, list[Period]] = {}
        for row in sorted({self._as_it_seemed(row) for row in told.subscriptions}):
            period = self._period(row)
            if period.end > period.first and period.first < last:
                self.periods.setdefault(row[0], []).append(period)
        self.orders = self._events(told.orders, last)
        self.accounts = self._events(told.accounts, last)
        subscribed = settings.churn.event == "subscription-ends"
        others = {**self.orders, **self.accounts}
        self.customers = sorted(self.periods if subscribed else others)
        self.kinds = sorted({row[3] for row in told.orders if row[3]})

    def _local(self, text: str) -> tuple[dt.datetime, dt.date]:
        """Read a time: the moment, and the local day."""
        when = dt.datetime.fromisoformat(text)
        if when.tzinfo is None:
            return when.replace(tzinfo=self.zone).astimezone(dt.UTC), when.date()
        return when.astimezone(dt.UTC), when.astimezone(self.zone).date()

    def _day(self, text: str) -> dt.date | None:
        """Return the local day of a time; None of a blank, and of what cannot be read."""
        try:
            return self._local(text)[1] if text else None
        except ValueError:
            return None

    def _as_it_seemed(self, row: Row) -> Row:
        """Return a period; one that never ran, as was told later, is over on its second day."""
        customer, start, end, notice, *rest = row
        first = self._local(start)[1]
        over, told = self._day(end), self._day(notice)
        unfit = over is not None and told is not None and over <= first < told
        if unfit and not self.settings.fixed_terms:
            end = (first + dt.timedelta(1)).isoformat()
        return (customer, start, end, notice, *rest)

    def _period(self, row: Row) -> Period:
        _, start, end, notice, price, plan = row
        moment, first = self._local(start)
        last, told = self._day(end), self._day(notice)
        unsure = bool(end and last is None) or bool(notice and told is None)
        return Period(moment, first, last or NEVER, told, float(price), plan, unsure)

    def _events(self, rows: tuple[Row, ...], last: dt.date) -> dict[str, list[Event]]:
        found: dict[
            str, dict[Event, None]
        ] = {}  # rows that read alike are one, however they are written
        for row in sorted(set(rows)):
            moment, day = self._local(row[1])
            known = max(day, self._local(row[2])[1]) if row[2] else day
            if day < last:
                found.setdefault(row[0], {})[Event(moment, day, known, row[3:])] = None
        return {customer: list(events) for customer, events in found.items()}

    def due(self, customer: str, first: dt.date, last: dt.date) -> list[dt.date]:
        """List the days a lead before the end of each term that has begun by then."""
        lead = dt.timedelta(self.churn.lead_days)
        terms = [each for each in self.periods[customer] if each.end != NEVER]
        due = {each.end - lead for each in terms if each.first < each.end - lead}
        return sorted(each for each in due if first <= each <= last)

    def on(self, customer: str, day: dt.date) -> tuple[str, Cells]:
        """Say why a customer is not looked at on a day, or what is known and what comes."""
        if self.churn.event == "subscription-ends":
            state = self._subscribed(customer, day)
        else:
            state = self._active(customer, day)
        if state is None:
            return "not yet a customer", {}
        if state["unsure"]:
            return UNREAD, {}
        if state["gone"]:
            return "no longer a customer", {}
        if state["tenure in days"] < self.churn.min_tenure_days:
            return "customer for less than min_tenure_days", {}
        attributes = self._attributes(customer, day)
        for name, values in self.churn.eligible.items():
            cell, wanted = {**attributes, **state}.get(name), [each.lower() for each in values]
            if (cell.lower() if isinstance(cell, str) else cell) not in wanted:
                return "not eligible", {}
        if state["pending"] and self.churn.pending == "leave-out":
            return "cancellation pending", {}
        reason, label = self._label(customer, day)
        if reason:
            return reason, {}
        hidden = ("gone", "pending", "unsure")
        known = {name: value for name, value in state.items() if name not in hidden}
        orders = self._orders(self.orders.get(customer, []), day)
        return "", {**label, **known, **attributes, **orders}

    def _label(self, customer: str, day: dt.date) -> tuple[str, Cells]:
        if self.settings.as_of:
            return "", {}
        churn, days = self.churn, dt.timedelta
        grace = churn.grace_days if churn.event == "subscription-ends" else 0
        if day + days(churn.lead_days + churn.horizon_days + grace) > self.observed:
            return "window reaches past the end of the data", {}
        for start, end in self._spells(customer):
            runs = end >= day if churn.event == "subscription-ends" else end > day
            if start < day and runs:
                if self._unsure_within(customer, start, end, day):
                    return UNREAD, {}
                if end < day + days(churn.lead_days):
                    return "leaves within the lead", {}
                window = day + days(churn.lead_days + churn.horizon_days)
                return "", {"churned": int(end < window)}
        return "had left, which was known later", {}

    def _unsure_within(self, customer: str, start: dt.date, end: dt.date, day: dt.date) -> bool:
        """Tell whether a period of a spell has no readable end, and begins before the window is over."""
        window = day + dt.timedelta(self.churn.lead_days + self.churn.horizon_days)
        periods = self.periods.get(customer, []) if self.churn.event != "inactivity" else []
        unsure = (each.first for each in periods if each.unsure and each.end == NEVER)
        return any(start <= first <= end and first < window for first in unsure)

    def _spells(self, customer: str) -> list[tuple[dt.date, dt.date]]:
        """Return the true times as a customer: without a gap, or a silence, that counts."""
        if self.churn.event == "subscription-ends":
            spans = sorted((each.first, each.end) for each in self.periods[customer])
            grace = self.churn.grace_days
        else:
            silence = dt.timedelta(self.churn.inactive_days)
            events = self.orders.get(customer, [])
            spans, grace = sorted({(each.day, each.day + silence) for each in events}), 0
        spells: list[tuple[dt.date, dt.date]] = []
        for start, end in spans:
            if spells and (start - spells[-1][1]).days < grace:
                spells[-1] = (spells[-1][0], max(spells[-1][1], end))
            else:
                spells.append((start, end))
        return spells

    def _subscribed(self, customer: str, day: dt.date) -> Cells | None:
        """Say what was known of a customer's periods before a day."""

        def end_known(period: Period) -> dt.date:
            told = period.notice or period.end
            return period.end if self.settings.fixed_terms or told < day else NEVER

        begun = [each for each in self.periods.get(customer, []) if each.first < day]
        begun.sort(key=lambda each: (each.start, each.price, each.plan, each.end))
        if not begun:
            return None
        spell, gaps, latest = begun[0].first, 0, end_known(begun[0])
        for each in begun[1:]:
            if each.first > latest:
                gaps += 1
                if (each.first - latest).days >= self.churn.grace_days:
                    spell = each.first
            latest = max(latest, end_known(each))
        announced = [e.end for e in begun if e.notice and e.notice < day]
        running = [place for place, each in enumerate(begun) if end_known(each) >= day]
        state: Cells = {
            "unsure": any(each.unsure and each.end >= day for each in begun),
            "gone": latest < day,
            "pending": latest >= day and latest in announced,
            "tenure in days": (day - spell).days,
            "days since first a customer": (day - begun[0].first).days,
            "periods so far": len({self._as_begun(each) for each in begun}),
            "gaps so far": gaps,
        }
        if running:
            now = begun[running[-1]]
            same = self._as_begun(now)
            earlier = [e for e in begun[: running[-1]] if self._as_begun(e) != same]
            before = earlier[-1] if earlier else None
            change = None if before is None else round(now.price - before.price, 6)
            state |= {"price now": now.price, "price change since the last period": change}
            state["plan"] = now.plan or None
        if self.settings.fixed_terms:
            state[UNTIL] = None if latest == NEVER else (latest - day).days
        return state

    def _as_begun(self, period: Period) -> tuple[Any, ...]:
        """Return what is known from the start on: periods that differ in the rest alone are one."""
        end = (period.end,) if self.settings.fixed_terms else ()
        return (period.start, period.price, period.plan, *end)

    def _active(self, customer: str, day: dt.date) -> Cells | None:
        """Say what was known of a customer's activity before a day."""
        seen = [each for each in self.orders.get(customer, []) if each.known < day]
        if not seen:
            return None
        heard = sorted({each.known for each in seen})
        spells = [heard[0]]
        for before, each in pairwise(heard):
            if (each - before).days >= self.churn.inactive_days:
                spells.append(each)
        last = max(each.day for each in seen)
        return self._period_now(customer, day) | {
            "unsure": False,
            "gone": (day - last).days >= self.churn.inactive_days,
            "pending": False,
            "tenure in days": (day - spells[-1]).days,
            "days since first a customer": (day - heard[0]).days,
            "gaps so far": len(spells) - 1,
        }

    def _period_now(self, customer: str, day: dt.date) -> Cells:
        """Say what was known before a day of the period that runs, where leaving is inactivity."""
        state = self._subscribed(customer, day) or {"periods so far": 0}
        unsure = state.get("unsure")
        names = ("price now", "price change since the last period", "plan", UNTIL)
        now = {name: None if unsure else state.get(name) for name in names}
        if now[UNTIL] is not None and now[UNTIL] < 0:
            now[UNTIL] = None
        return now | {"periods so far": state["periods so far"]}

    def _attributes(self, customer: str, day: dt.date) -> Cells:
        known = [each for each in self.accounts.get(customer, []) if each.known < day]
        if not self.accounts:
            return {}
        if not known:
            return dict.fromkeys(self.names.attributes)

        def ordered(each: Event) -> tuple[Any, ...]:
            cells = sorted(zip(self.names.attributes, each.cells, strict=True))
            return (*each.times, *((cell != "", _cell(cell)) for _, cell in cells))

        cells = max(known, key=ordered).cells
        pairs = zip(self.names.attributes, cells, strict=True)
        return {name: _cell(cell) if cell else None for name, cell in pairs}

    def _orders(self, orders: list[Event], day: dt.date) -> Cells:
        if not self.orders:
            return {}
        known = [each for each in orders if each.known < day]
        noun = self.names.events
        cells = self._of_events(noun, known, day)
        for kind in self.kinds:
            chosen = [each for each in known if each.cells[0] == kind]
            cells |= self._of_events(f"{noun} ({kind})", chosen, day)
            for window in self.settings.windows:
                total = len(_within(known, day, window))
                share = len(_within(chosen, day, window)) / total if total else None
                cells[f"share of {kind} in {noun} in the last {window} days"] = share
        return cells

    def _of_events(self, what: str, known: list[Event], day: dt.date) -> Cells:
        longest, value = max(self.settings.windows), self.names.value
        recent = _within(known, day, longest)
        since = (day - max(e.day for e in recent)).days if recent else None
        cells: Cells = {f"days since the latest {what}": since}
        paid = [each for each in recent if each.cells[1]]
        paid.sort(key=lambda each: (*each.times, each.cells[0], float(each.cells[1])))
        cells[f"{value} of the latest {what}"] = float(paid[-1].cells[1]) if paid else None
        for window in self.settings.windows:
            chosen = _within(known, day, window)
            amounts = [float(each.cells[1]) for each in chosen if each.cells[1]]
            within = f"in the last {window} days"
            cells[f"{what} {within}"] = len(chosen)
            cells[f"days with {what} {within}"] = len({each.day for each in chosen})
            cells[f"total {value} of {what} {within}"] = sum(amounts)
            mean = sum(amounts) / len(amounts) if amounts else None
            cells[f"average {value} of {what} {within}"] = mean
            cells[f"largest {value} of {what} {within}"] = max(amounts, default=None)
            if 2 * window <= longest:
                before = len(_within(known, day, 2 * window)) - len(chosen)
                name = f"change in {what}, last {window} days less the {window} before"
                cells[name] = len(chosen) - before
        return cells


def _cell(text: str) -> float | str:
    """Read a number where there is one."""
    try:
        return float(text)
    except ValueError:
        return text


def _within(events: list[Event], day: dt.date, window: int) -> list[Event]:
    first = day - dt.timedelta(window)
    return [each for each in events if first <= each.day < day]
