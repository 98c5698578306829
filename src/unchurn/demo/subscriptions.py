"""The demo's history: a subscription business that never was, as a company's systems export it.

Customers join, pay by the month or the year, log in, order, write tickets, get dearer prices, give
notice, leave, and sometimes return. Why they leave is in it: fewer logins, tickets, a price raised.
Some traps are, too: notices known before the end, rows that arrive late, a health score that was
written after the fact and dated back.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from unchurn.demo.draws import Draws, Flags, Floats
from unchurn.demo.settings import HISTORY_TOML
from unchurn.disk import replacing_all
from unchurn.project import FILE

BEGIN = dt.date(2024, 1, 1)
MONTHS = 24
TODAY = "2025-12-15"
"""A day shortly before the last that the history tells of."""
_MONTH = 30
_PRICES = {"monthly": 12.0, "yearly": 9.0}
_RAISED = 14
"""The month in which monthly prices rise for those who joined in the first half year."""
HEADERS = {
    "subscriptions": ("customer", "plan", "price", "started", "ended", "notice_given"),
    "logins": ("customer", "at", "device", "arrived"),
    "orders": ("customer", "at", "kind", "amount"),
    "tickets": ("customer", "opened", "topic"),
    "accounts": ("customer", "since", "arrived", "country", "health"),
}
Row = tuple[object, ...]


@dataclass
class _Company:
    """Everybody, month by month; `rows` are what its systems export."""

    customers: int
    seed: int
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in HEADERS})

    def __post_init__(self) -> None:
        draws = Draws((self.seed, 1), self.customers)
        self.joins = draws.whole(0, 20)
        self.day = draws.whole(0, _MONTH - 1)
        self.monthly = draws.flag(0.7)
        self.engaged = np.clip(draws.bell(0.6, 0.2), 0.05, 1.0)
        self.fading = draws.flag(0.35)
        self.country = draws.pick({"DE": 0.5, "FR": 0.3, "IT": 0.2})
        self.here = np.zeros(self.customers, bool)
        self.back = np.full(self.customers, -1)
        self.since = np.full(self.customers, -1)
        self.price = np.where(self.monthly, _PRICES["monthly"], _PRICES["yearly"])
        self.raised = np.zeros(self.customers, bool)

    def month(self, number: int) -> None:
        """Let one month pass."""
        draws = Draws((self.seed, 2, number), self.customers)
        joining = ~self.here & ((self.joins == number) | (self.back == number))
        self.since[joining] = number * _MONTH + self.day[joining]
        self.engaged[joining & (self.back == number)] = 0.6
        self.here |= joining
        self.engaged = np.where(self.fading & self.here, self.engaged * 0.88, self.engaged)
        tickets = self._use(draws, number)
        raised = self.here & self.monthly & (self.joins < 6) & (number == _RAISED)
        for each in np.flatnonzero(raised).tolist():
            self._end_period(each, number * _MONTH + int(self.day[each]), notice=None)
            self.since[each] = number * _MONTH + int(self.day[each])
        self.price = np.where(raised, self.price + 4.0, self.price)
        self.raised = self.raised | raised
        self._leave(draws, number, self._risk(tickets, number) * ~joining)

    def _use(self, draws: Draws, number: int) -> Flags:
        """Write a month of logins, orders and tickets; return who wrote a ticket."""
        logins = np.floor(self.engaged * 8 * draws.uniform() + 0.5).astype(int)
        orders = draws.flag(0.3 + 0.3 * self.engaged)
        tickets = draws.flag(0.06 + 0.12 * (1 - self.engaged))
        kind = draws.pick({"standard": 0.8, "refund": 0.2})
        topic = draws.pick({"billing": 0.4, "bug": 0.35, "how-to": 0.25})
        device = draws.pick({"web": 0.6, "app": 0.4})
        late, delay = draws.flag(0.03), draws.whole(10, 45)
        amount = np.floor(draws.uniform() * 8000) / 100
        begin = number * _MONTH
        for each in np.flatnonzero(self.here).tolist():
            name = _name(each)
            for place in range(logins[each]):
                day = max(int(self.since[each]), begin + (place * 7 + int(self.day[each])) % _MONTH)
                arrived = _date(day + int(delay[each])) if late[each] else _date(day)
                self.rows["logins"].append(
                    (name, f"{_date(day)}T{8 + place:02d}:30:00", device[each], arrived)
                )
            day = max(int(self.since[each]), begin + int(self.day[each] * 3 % _MONTH))
            if orders[each]:
                self.rows["orders"].append((name, _date(day), kind[each], f"{amount[each]:.2f}"))
            if tickets[each]:
                self.rows["tickets"].append((name, f"{_date(day)}T16:00:00+01:00", topic[each]))
        return tickets & self.here

    def _risk(self, tickets: Flags, number: int) -> Floats:
        """Return the chance to leave in the month."""
        risk = 0.005 + 0.4 * np.maximum(0.0, 0.45 - self.engaged) + 0.08 * tickets
        risk = risk + 0.15 * (self.raised & (number < _RAISED + 3))
        chance: Floats = np.where(self.monthly, risk, risk * 0.4) * self.here
        return chance

    def _leave(self, draws: Draws, number: int, risk: Floats) -> None:
        leaving, back = draws.flag(risk), draws.flag(0.15)
        ahead, away, early = draws.whole(0, 24), draws.whole(2, 5), draws.flag(0.6)
        for each in np.flatnonzero(leaving).tolist():
            end = (number + 1) * _MONTH + int(self.day[each])
            self._end_period(each, end, end - int(ahead[each]) if early[each] else end)
            self.here[each] = False
            self.back[each] = number + 1 + int(away[each]) if back[each] else -1
            dated = _date(int(self.since[each]))
            self.rows["accounts"].append(
                (_name(each), dated, _date(end + 20), self.country[each], "red")
            )

    def _end_period(self, each: int, end: int, notice: int | None) -> None:
        plan = "monthly" if self.monthly[each] else "yearly"
        told = "" if notice is None else _date(notice)
        ended = _date(end) if end >= 0 else ""
        start = _date(int(self.since[each]))
        price = f"{self.price[each]:.2f}"
        self.rows["subscriptions"].append((_name(each), plan, price, start, ended, told))

    def close(self) -> None:
        """Export what still runs, and forget what is not over yet."""
        last = _date(MONTHS * _MONTH)
        for each in np.flatnonzero(self.here).tolist():
            self._end_period(each, -1, None)
        joined = {row[0]: row[3] for row in reversed(self.rows["subscriptions"])}
        for each in range(self.customers):
            if _name(each) in joined:
                since = joined[_name(each)]
                self.rows["accounts"].append(
                    (_name(each), since, since, self.country[each], "green")
                )
        for name, times in {
            "logins": (1, 3),
            "orders": (1,),
            "tickets": (1,),
            "accounts": (2,),
        }.items():
            kept = [row for row in self.rows[name] if all(str(row[t]) < last for t in times)]
            self.rows[name] = kept
        self.rows["subscriptions"] = [_unfinished(row, last) for row in self.rows["subscriptions"]]


def _unfinished(row: Row, last: str) -> Row:
    """Return a period as it stood on the last day: an end that nobody had announced is none."""
    told = str(row[5] or row[4])
    return row if told < last else (*row[:4], "", "")


def write_history(folder: Path, seed: int = 7, customers: int = 2500) -> None:
    """Write the five tables and churn.toml into `folder`, made if missing; all or none.

    The same arguments give the same bytes everywhere. Raises `OSError` where the folder cannot be
    written.
    """
    company = _Company(customers, seed)
    for number in range(MONTHS):
        company.month(number)
    company.close()
    names = (*(f"{name}.csv" for name in HEADERS), FILE)
    with replacing_all(*(folder / name for name in names)) as (*tables, config):
        for (name, header), table in zip(HEADERS.items(), tables, strict=True):
            _write(table, header, sorted(company.rows[name], key=str))
        config.write(HISTORY_TOML.encode())


def _write(stream: BinaryIO, header: Sequence[str], rows: Sequence[Row]) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    text.detach()


def _name(number: int) -> str:
    return f"C{number:05d}"


def _date(day: int) -> str:
    return (BEGIN + dt.timedelta(days=day)).isoformat()
