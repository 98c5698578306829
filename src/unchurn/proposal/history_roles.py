"""What a table of a history is, by its columns: periods, events or attributes, and which is which.

Columns are known by their names (`history_names`) and their cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from unchurn.artefacts import ColumnSummary
from unchurn.proposal.history_names import (
    AMOUNT,
    ARRIVED,
    CUSTOMER,
    EMAILS,
    END,
    KIND,
    MADE,
    NOTICE,
    ORDER,
    PLAN,
    START,
    TERMS,
    TIME,
    VALID,
    VALUE,
)
from unchurn.tables.matching import fold

Role = Literal["subscriptions", "events", "attributes"]

_MOST_VALUES = 8
_MOST_KINDS = 50


@dataclass(frozen=True)
class Guess:
    """A role, the keys of its section of churn.toml, and why in words."""

    role: Role
    keys: Mapping[str, Any]
    reason: str


@dataclass(frozen=True)
class Look:
    """A table's columns as one look found them."""

    columns: Sequence[ColumnSummary]
    rows: int
    by_name: dict[str, ColumnSummary] = field(init=False)

    def __post_init__(self) -> None:
        named = ((fold(c.column.name), c) for c in self.columns)
        # a zone that a header tells of is no part of its name: Created (UTC)
        by_name = {name.removesuffix("utc") or name: each for name, each in named}
        object.__setattr__(self, "by_name", by_name)

    def first(self, names: Sequence[str], *, not_in: Sequence[str] = ()) -> str:
        """Return the header of the first of `names` that is there, "" for none."""
        found = (self.by_name[name].column.name for name in names if name in self.by_name)
        return next((each for each in found if each not in not_in), "")

    def named(self, header: str) -> ColumnSummary:
        """Return the column of a header."""
        return next(each for each in self.columns if each.column.name == header)

    def customers(self) -> list[str]:
        """List what the columns are called that may name the customer, the surest first."""
        return [name for name in CUSTOMER if name in self.by_name]

    def dates(self) -> list[str]:
        """Return the headers of dates."""
        return [each.column.name for each in self.columns if each.column.kind == "date"]

    def repeats(self, header: str) -> bool:
        """Tell whether values of a column come more than once, as customers in events do."""
        found = self.named(header)
        return found.distinct < found.rows - found.missing


def shared_customer(looks: Sequence[Look]) -> str:
    """Return what most tables call the customer, "" where there is no such column."""
    counted = Counter(name for look in looks for name in look.customers())
    return max(CUSTOMER, key=lambda name: counted[name]) if counted else ""


def guess(look: Look, shared: str = "") -> Guess | str:
    """Say what a table is, or in words why that cannot be told.

    `shared` is what the tables beside it call the customer: one name for all where they have it.
    """
    customer = _customer(look, shared)
    if not customer:
        return "no column is called like a customer (customer_id, user_id, account_code, email, …)"
    return _periods(look, customer) or _attributes(look, customer) or _events(look, customer)


def _customer(look: Look, shared: str) -> str:
    if shared in look.by_name:
        return look.by_name[shared].column.name
    own = look.customers()
    unique = look.by_name.get("id")
    # a table of customers calls their number id, and has their addresses besides
    by_number = not own or (shared not in EMAILS and EMAILS.issuperset(own))
    if unique and by_number and not look.repeats(unique.column.name):
        return unique.column.name
    return look.first(CUSTOMER)


def _periods(look: Look, customer: str) -> Guess | None:
    end = look.first(END)
    start = look.first(START, not_in=(end,))
    if not start or not end:
        return None
    if _plain(start) in MADE and ORDER & set(look.by_name):
        return None
    keys: dict[str, Any] = {"customer": customer, "start": start, "end": end}
    if notice := look.first(NOTICE, not_in=(end,)):
        keys["known"] = notice
    if _plain(end) in TERMS:
        keys["fixed_terms"] = True
    amount = look.first(AMOUNT)
    if amount and look.named(amount).column.kind == "number":
        keys["amount"] = amount
    plans = [look.by_name[name].column.name for name in PLAN if name in look.by_name]
    if plans := [each for each in plans if look.named(each).distinct <= _MOST_KINDS]:
        keys["columns"] = tuple(plans[:3])
    return Guess("subscriptions", keys, f"{start!r} and {end!r} begin and end something")


def _attributes(look: Look, customer: str) -> Guess | None:
    time, arrived = look.first(VALID), look.first(ARRIVED)
    if look.repeats(customer) and not time:
        return None
    if not time and _only_events(look, customer):
        return None
    keys: dict[str, Any] = {"customer": customer}
    keys |= {"time": time} if time else {}
    keys |= {"known": arrived} if arrived else {}
    keys["columns"] = tuple(
        each.column.name
        for each in look.columns
        if each.column.name not in (customer, time, arrived) and _tells(each)
    )
    if not keys["columns"]:
        return None
    undated = "one row a customer without a time: it cannot be known to have been true then"
    words = f"{time!r} says from when on" if time else undated
    return Guess("attributes", keys, words)


def _only_events(look: Look, customer: str) -> bool:
    """Tell a table of events in which nobody happens to come twice."""
    return bool(look.first(VALUE) and look.first(TIME)) and look.first(CUSTOMER) == customer


def _plain(header: str) -> str:
    return fold(header).removesuffix("utc")


def _tells(each: ColumnSummary) -> bool:
    """Tell whether a column may be an attribute: neither a name, an address, a code nor a date."""
    if each.column.kind == "number":
        return not fold(each.column.name).endswith("id")
    few = min(_MOST_KINDS, each.rows // 2)
    return each.column.kind == "category" and 1 < each.distinct <= few


def _events(look: Look, customer: str) -> Guess | str:
    dates = look.dates()
    named = [n for n in TIME if n in look.by_name and look.by_name[n].column.name in dates]
    arrived = look.first(ARRIVED)
    others = [each for each in dates if each != arrived]
    time = look.by_name[named[0]].column.name if named else others[0] if len(others) == 1 else ""
    if not time:
        return (
            f"it has {len(others)} columns of times ({', '.join(others[:4]) or 'none'}), and none "
            "is called like the time of an event"
        )
    keys: dict[str, Any] = {"customer": customer, "time": time}
    keys |= {"known": arrived} if arrived else {}
    kind = look.first(KIND)
    if kind and 2 <= look.named(kind).distinct <= _MOST_KINDS:
        keys["kind"] = kind
    numbers = [
        each.column.name
        for each in look.columns
        if each.column.kind == "number"
        and (fold(each.column.name) in VALUE or fold(each.column.name).startswith("num"))
    ]
    if numbers:
        keys["values"] = tuple(numbers[:_MOST_VALUES])
    return Guess("events", keys, f"{time!r} says when, and customers come again")
