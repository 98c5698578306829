"""Histories for tests: rows of three tables, written as CSV files and observed."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from unchurn.history.observing import Asking, Observed, observe_history
from unchurn.history.plan import Plan
from unchurn.history.question import Question
from unchurn.history.sources import open_sources
from unchurn.progress import Silent
from unchurn.project import (
    Attributes,
    Churn,
    Data,
    Engine,
    Events,
    History,
    Subscriptions,
)

COLUMNS = {
    "subscriptions": ("customer", "start", "end", "notice", "price", "plan"),
    "orders": ("customer", "time", "arrived", "kind", "amount"),
    "accounts": ("customer", "since", "arrived", "segment", "score"),
}
Row = tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """Rows of the three tables, every cell as text."""

    subscriptions: tuple[Row, ...]
    orders: tuple[Row, ...]
    accounts: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Settings:
    """How a history is asked: [churn], [history] without its tables, and one day or all."""

    churn: Churn
    windows: tuple[int, ...] = (7, 30, 90)
    observed_until: str = "2024-12-01"
    fixed_terms: bool = False
    as_of: str = ""
    plan: Plan | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


def write_tables(told: Told, folder: Path, parts: int = 1) -> None:
    """Write each table as a folder of CSV files that share its rows."""
    for name, header in COLUMNS.items():
        rows: Sequence[Row] = getattr(told, name)
        (folder / name).mkdir(parents=True, exist_ok=True)
        for part in range(parts):
            with (folder / name / f"part-{part}.csv").open("w", newline="") as stream:
                csv.writer(stream).writerows([header, *rows[part::parts]])


def sections(told: Told, settings: Settings) -> History:
    """Return [history] for the tables that have rows."""
    subscriptions = Subscriptions(
        data="subscriptions" if told.subscriptions else "",
        known="notice",
        amount="price",
        columns=("plan",),
        fixed_terms=settings.fixed_terms,
    )
    orders = Events(data="orders", known="arrived", kind="kind", values=("amount",))
    accounts = Attributes(
        data="accounts", time="since", known="arrived", columns=("segment", "score")
    )
    return History(
        observed_until=settings.observed_until,
        windows=settings.windows,
        min_customers=1,
        max_features=5_000,
        subscriptions=subscriptions,
        events={"orders": orders} if told.orders else {},
        attributes={"accounts": accounts} if told.accounts else {},
        **settings.extra,
    )


def observe(
    told: Told, settings: Settings, folder: Path, parts: int = 1, engine: str = "duckdb"
) -> Observed:
    """Write the tables into `folder` and observe them; every labelled day is trained on."""
    write_tables(told, folder, parts)
    question = Question.of(settings.churn)
    history = sections(told, settings)
    sources = open_sources(history, question, Data(), folder)
    asking = Asking(
        question, history, lambda rows: (min(rows), max(rows)), settings.as_of, settings.plan
    )
    work = folder / "work"
    work.mkdir(exist_ok=True)
    return observe_history(sources, asking, Engine(kind=engine, memory_mb=700), work, Silent())


def snapshots(observed: Observed) -> pa.Table:
    """Read the table."""
    return pq.read_table(observed.table)


def as_of(settings: Settings, day: str, plan: Mapping[str, Any]) -> Settings:
    """Ask the same for one day, by a plan that was made before."""
    return replace(settings, as_of=day, plan=Plan.from_plain(plan))


def _date(day: int) -> str:
    return (dt.date(2024, 1, 1) + dt.timedelta(days=day)).isoformat()


# Made once: making a strategy takes longer than drawing from it.
_DAYS = st.sampled_from(
    range(331)
)  # not integers, which hang on what numbers stand in modules loaded
_CLOCKS = st.sampled_from(
    ["", "T00:00:00", "T02:30:00", "T23:59:59", "T22:30:00Z", "T01:00:00+02:00"]
)
_CUSTOMER = st.sampled_from(["ada", "bob", "cyd", "dot", "007"])
_AMOUNT = st.sampled_from(["", "1", "2.5", "0.1", "0.2", "-3.25", "1e3", "19.99"])
_PERIOD = st.tuples(
    _CUSTOMER,
    _DAYS,
    st.sampled_from(["", "T10:00:00", "T23:30:00Z"]),
    st.sampled_from([-5, 0, 1, 20, 30, 60, 120, None]),
    st.sampled_from([None, -40, -5, 0, 7, 40]),
    st.sampled_from(["5", "7.5", "9.99"]),
    st.sampled_from("XY"),
)
_KINDS = st.sampled_from(["", "web", "shop"])
_ORDER = st.tuples(
    _CUSTOMER, _DAYS, _CLOCKS, st.sampled_from([None, 0, 1, 10, 45, -3]), _KINDS, _AMOUNT
)
_SEGMENTS = st.sampled_from(["", "S1", "S2"])
_ACCOUNT = st.tuples(_CUSTOMER, _DAYS, _CLOCKS, st.sampled_from([None, 20, 45]), _SEGMENTS, _AMOUNT)


def told_histories(subscribed: bool = True) -> st.SearchStrategy[Told]:
    """Histories with renewals, overlaps, returns, notices, late rows, repeats and blank cells."""
    periods = st.lists(_PERIOD, min_size=1, max_size=9) if subscribed else st.just([])
    orders = st.lists(_ORDER, min_size=0 if subscribed else 1, max_size=25)
    return st.builds(_told, periods, orders, st.lists(_ACCOUNT, max_size=8))


def _told(periods: list[Any], orders: list[Any], accounts: list[Any]) -> Told:
    return Told(
        tuple(_period(*each) for each in periods),
        tuple(_happened(*each) for each in orders),
        tuple(_happened(*each) for each in accounts),
    )


def _period(
    customer: str,
    start: int,
    clock: str,
    length: int | None,
    notice: int | None,
    price: str,
    plan: str,
) -> Row:
    end = "" if length is None else _date(start + length)
    # some give notice and have no end yet
    over = start + (60 if length is None else length)
    told = "" if notice is None else _date(max(0, over + notice))
    return (customer, f"{_date(start)}{clock}", end, told, price, plan)


def _happened(customer: str, day: int, clock: str, late: int | None, *cells: str) -> Row:
    """Write a day, naive time or time with an offset, and when it became known."""
    arrived = "" if late is None else _date(max(0, day + late))
    return (customer, f"{_date(day)}{clock}", arrived, *cells)


def with_anchors(told: Told, subscribed: bool = True) -> Told:
    """Add customers who leave and who stay, so that no history is refused for having neither."""
    days = range(0, 330, 15)
    subscriptions = [
        (f"leaves {day}", _date(0), _date(day), _date(day - 20) if day > 200 else "", "5", "X")
        for day in range(40, 300, 20)
    ]
    subscriptions.append(("stays", _date(0), "", "", "6", "X"))
    orders = [("stays", _date(day), "", "web", "3.5") for day in days]
    orders += [(f"leaves {day}", _date(day), "", "shop", "1") for day in range(0, 250, 25)]
    accounts = [(row[0], _date(0), "", "S1", "1") for row in subscriptions]
    return Told(
        (*told.subscriptions, *subscriptions) if subscribed else (),
        (*told.orders, *orders),
        (*told.accounts, *accounts) if subscribed else told.accounts,
    )


def _before(day: dt.date, settings: Settings) -> Callable[[str], bool]:
    zone = ZoneInfo(settings.churn.timezone)

    def before(text: str) -> bool:
        when = dt.datetime.fromisoformat(text)
        return (when if when.tzinfo is None else when.astimezone(zone)).date() < day

    return before


def as_it_was(told: Told, day: dt.date, settings: Settings) -> Told:
    """Return what had happened and was known before a day began."""
    before = _before(day, settings)
    subscriptions = []
    for customer, start, end, notice, *rest in told.subscriptions:
        if before(start):
            seen = end and (settings.fixed_terms or before(notice or end))
            announced = notice if notice and before(notice) else ""
            subscriptions.append((customer, start, end if seen else "", announced, *rest))

    def arrived(row: Row) -> bool:
        return before(row[1]) and (not row[2] or before(row[2]))

    orders = (row for row in told.orders if arrived(row))
    accounts = (row for row in told.accounts if arrived(row))
    return Told(tuple(subscriptions), tuple(orders), tuple(accounts))


def as_it_happened(told: Told, day: dt.date, settings: Settings) -> Told:
    """Return what had happened before a day began, whenever it arrived, and what was announced."""
    before = _before(day, settings)
    subscriptions = []
    for customer, start, end, notice, *rest in told.subscriptions:
        if before(start):
            told_of = end and (settings.fixed_terms or before(end) or (notice and before(notice)))
            announced = notice if told_of or (notice and before(notice)) else ""
            subscriptions.append((customer, start, end if told_of else "", announced, *rest))
    orders = (row for row in told.orders if before(row[1]))
    accounts = (row for row in told.accounts if before(row[1]))
    return Told(tuple(subscriptions), tuple(orders), tuple(accounts))


def with_future(
    then: Told, more: Told, day: dt.date, longer: Sequence[int | None], settings: Settings
) -> Told:
    """Give what was known before a day another future.

    Periods that run, without notice of an end, end so many days later (None: do not), and all of
    `more` is added that happens, or becomes known, on the day or later.
    """
    before = _before(day, settings)
    running = []
    for place, row in enumerate(then.subscriptions):
        days = longer[place % len(longer)]
        ended = row[2:4]
        if not row[2] and not row[3] and days is not None:
            ended = (
                (day + dt.timedelta(days)).isoformat(),
                day.isoformat() if days % 2 else "",
            )
        running.append((*row[:2], *ended, *row[4:]))
    begun = (row for row in more.subscriptions if not before(row[1]))

    def comes(row: Row) -> bool:
        return not before(row[1]) or bool(row[2] and not before(row[2]))

    orders = (row for row in more.orders if comes(row))
    accounts = (row for row in more.accounts if comes(row))
    return Told((*running, *begun), (*then.orders, *orders), (*then.accounts, *accounts))


def pairs(first: Told, second: Told) -> list[tuple[tuple[Row, ...], tuple[Row, ...]]]:
    """Return the rows of two histories, table by table."""
    return list(zip(vars(first).values(), vars(second).values(), strict=True))


def shifted(rows: tuple[Row, ...], days: int) -> tuple[Row, ...]:
    """Return rows with every time later by some days."""

    def later(text: str) -> str:
        try:
            return (dt.datetime.fromisoformat(text) + dt.timedelta(days)).isoformat()
        except ValueError:
            return text

    return tuple((row[0], *(later(each) for each in row[1:4]), *row[4:]) for row in rows)
