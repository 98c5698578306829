"""What a table of a history is, by its columns: periods, events or attributes, and which is which.

The names are those of the usual exports (Stripe, Chargebee, Recurly, Shopify, WooCommerce, KKBox)
and of what people call such columns themselves, spelled without case and punctuation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from unchurn.artefacts import ColumnSummary
from unchurn.tables.matching import fold

Role = Literal["subscriptions", "events", "attributes"]

CUSTOMER = [
    "customerid",
    "customer",
    "subscriptionscustomerid",
    "customersid",
    "accountcode",
    "msno",
    "userid",
    "user",
    "clientid",
    "client",
    "memberid",
    "subscriberid",
    "accountid",
    "customeruser",
    "custid",
    "contactid",
    "customeremail",
    "email",
]
START = [
    "startdate",
    "startedat",
    "start",
    "started",
    "starteddate",
    "subscriptionstart",
    "subscriptionsstartedat",
    "activatedat",
    "subscriptionsactivatedat",
    "transactiondate",
    "begin",
    "beginn",
    "createdat",
    "created",
]
END = [
    "endedat",
    "enddate",
    "end",
    "ended",
    "subscriptionend",
    "expiresat",
    "membershipexpiredate",
    "termend",
    "periodend",
    "paiduntil",
    "expirydate",
    "cancelledat",
    "subscriptionscancelledat",
    "canceledat",
]
"""From what surely is the end to what is it where nothing else is: a cancellation."""
TERMS = frozenset(("membershipexpiredate", "termend", "periodend", "paiduntil"))
"""Ends that are known from the start: a paid term."""
NOTICE = [
    "noticegiven",
    "notice",
    "canceledat",
    "cancelledat",
    "subscriptionscancelledat",
    "cancelrequestedat",
    "cancelschedulecreatedat",
]
AMOUNT = [
    "price",
    "amount",
    "unitamount",
    "planamount",
    "planunitprice",
    "mrr",
    "subscriptionsmrr",
    "actualamountpaid",
    "planlistprice",
    "total",
]
PLAN = [
    "plan",
    "planid",
    "plancode",
    "planname",
    "subscriptionsplanid",
    "product",
    "interval",
    "billingperiod",
    "tier",
]
TIME = [
    "time",
    "timestamp",
    "at",
    "eventtime",
    "occurredat",
    "orderdate",
    "datecreated",
    "createdat",
    "created",
    "processedat",
    "openedat",
    "opened",
    "loggedat",
    "loggedinat",
    "date",
    "day",
    "ts",
]
VALID = ["since", "validfrom", "effectivefrom", "changedat", "asof"]
ARRIVED = [
    "arrived",
    "arrivedat",
    "ingestedat",
    "receivedat",
    "loadedat",
    "recordedat",
    "insertedat",
]
KIND = [
    "kind",
    "type",
    "eventtype",
    "event",
    "topic",
    "category",
    "device",
    "channel",
    "financialstatus",
    "status",
]
VALUE = [
    "amount",
    "total",
    "totalprice",
    "ordertotal",
    "ordertotalamount",
    "value",
    "price",
    "revenue",
    "quantity",
    "duration",
    "seconds",
    "totalsecs",
    "numunq",
    "minutes",
]
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
        object.__setattr__(self, "by_name", {fold(c.column.name): c for c in self.columns})

    def first(self, names: Sequence[str], *, not_in: Sequence[str] = ()) -> str:
        """Return the header of the first of `names` that is there, "" for none."""
        found = (self.by_name[name].column.name for name in names if name in self.by_name)
        return next((each for each in found if each not in not_in), "")

    def dates(self) -> list[str]:
        """Return the headers of dates."""
        return [each.column.name for each in self.columns if each.column.kind == "date"]

    def repeats(self, header: str) -> bool:
        """Tell whether values of a column come more than once, as customers in events do."""
        found = self.by_name[fold(header)]
        return found.distinct < found.rows - found.missing


def guess(look: Look) -> Guess | str:
    """Say what a table is, or in words why that cannot be told."""
    customer = look.first(CUSTOMER)
    if not customer and "id" in look.by_name and not look.repeats("id"):
        customer = look.by_name["id"].column.name
    if not customer:
        return "no column is called like a customer (customer_id, user_id, account_code, email, …)"
    return _periods(look, customer) or _attributes(look, customer) or _events(look, customer)


def _periods(look: Look, customer: str) -> Guess | None:
    end = look.first(END)
    start = look.first(START, not_in=(end,))
    if not start or not end:
        return None
    keys: dict[str, Any] = {"customer": customer, "start": start, "end": end}
    if notice := look.first(NOTICE, not_in=(end,)):
        keys["known"] = notice
    if fold(end) in TERMS:
        keys["fixed_terms"] = True
    amount = look.first(AMOUNT)
    if amount and look.by_name[fold(amount)].column.kind == "number":
        keys["amount"] = amount
    plans = [look.by_name[name].column.name for name in PLAN if name in look.by_name]
    if plans := [each for each in plans if look.by_name[fold(each)].distinct <= _MOST_KINDS]:
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
    if kind and 2 <= look.by_name[fold(kind)].distinct <= _MOST_KINDS:
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
