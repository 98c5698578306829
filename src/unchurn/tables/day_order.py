"""Day first or month first: decided for a whole table, or asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa

from unchurn.artefacts import Column, ColumnSummary, Finding
from unchurn.tables.date_evidence import ORDERS, DateEvidence
from unchurn.tables.dates import DateOrder, read_dates
from unchurn.tables.numbers import READABLE
from unchurn.tables.stated import Stated

_LOCAL: tuple[DateOrder, ...] = ("dmy", "mdy")
_OTHER: dict[str, str] = {"dmy": "mdy", "mdy": "dmy"}
Why = Literal["given", "only", "mixed", "file", "asked"]


@dataclass(frozen=True)
class DayOrder:
    """How a column's days and months stand, and why; `by` names the columns that decided."""

    order: DateOrder
    why: Why
    by: tuple[str, ...] = ()


def day_orders(
    seen: Mapping[str, DateEvidence], known: Mapping[str, int], given: str | Mapping[str, str] = ""
) -> dict[str, DayOrder]:
    """Decide for every column; `known` counts its rows with a cell, `given` is the user's word.

    A column that cannot tell is read as those are that can, where these agree, and otherwise
    day first, as a question.
    """
    alone = {name: own_order(each) for name, each in seen.items()}
    voters = {
        name: each.order
        for name, each in alone.items()
        if each.why == "only"
        and each.order in ("dmy", "mdy")
        and seen[name].readable >= READABLE * max(1, known[name])
    }
    agreed = set(voters.values())
    made = {}
    for name, each in alone.items():
        said = _said(name, each, given)
        if said:
            made[name] = DayOrder(said, "given")  # type: ignore[arg-type]
        elif each.why == "asked" and len(agreed) == 1:
            made[name] = DayOrder(next(iter(agreed)), "file", tuple(voters))
        else:
            made[name] = each
    return made


def _said(name: str, own: DayOrder, given: str | Mapping[str, str]) -> str:
    """Return the user's word on a column; one word for all of them is for those that need it."""
    if not isinstance(given, str):
        return given.get(name, "")
    needed = own.why in ("asked", "mixed") or own.order == "ymd"
    return given if needed else ""


def own_order(seen: DateEvidence) -> DayOrder:
    """Decide from a column's own cells. Dates with dots between are day first wherever they are."""
    day, month = seen.only["dmy"], seen.only["mdy"]
    if seen.year_first:
        return DayOrder("yymd", "only")
    if day and month:
        return DayOrder("dmy" if day >= month else "mdy", "mixed")
    if day or month:
        return DayOrder("dmy" if day else "mdy", "only")
    if seen.either:
        return DayOrder("dmy", "only" if seen.dotted == seen.either else "asked")
    rows = {order: seen.seen(order).readable for order in ORDERS}
    best = max(rows.values())
    return DayOrder(next(order for order in rows if rows[order] == best), "only")


def order_findings(
    columns: Sequence[ColumnSummary],
    seen: Mapping[str, DateEvidence],
    orders: Mapping[str, DayOrder],
    stated: Stated,
) -> Iterator[Finding]:
    """Yield what a person should know about the order of day and month, in column order."""
    for each in columns:
        name = each.column.name
        if each.column.kind == "date" and (
            found := _finding(each.column, seen[name], orders[name], stated)
        ):
            yield found


def _finding(column: Column, seen: DateEvidence, order: DayOrder, stated: Stated) -> Finding | None:
    name = column.name
    first = "day first" if order.order == "dmy" else "month first"
    if order.why == "asked":
        return Finding("date-order", "warning", _question(column, seen, stated), name, seen.either)
    if order.why == "file":
        by = ", ".join(repr(each) for each in order.by[:3])
        words = (
            f"The dates of {name!r} could be day first or month first; read as {first}, as {by}."
        )
        return Finding("date-order-shared", "note", words, name, seen.either)
    if order.why == "mixed":
        day, month = seen.only["dmy"], seen.only["mdy"]
        words = (
            f"{name!r} mixes orders: {day:,} cells can only be day first, {month:,} only month "
            f"first. All are read as {first}: {min(day, month):,} are missing for it, and some of "
            f"the {seen.either:,} that could be either may be wrong. Write them as 2024-12-31, or "
            f'settle the order with {stated.key("date_order")} = {{ "{name}" = "{order.order}" }} (or '
            f'"{_OTHER[order.order]}").'
        )
        return Finding("date-order-mixed", "warning", words, name, min(day, month))
    return None


def _question(column: Column, seen: DateEvidence, stated: Stated) -> str:
    cell = pa.array([seen.example])
    read = (read_dates(cell, order, pivot=column.pivot) for order in _LOCAL)
    day, month = (_spelled(each.values[0]) for each in read)
    return (
        f"Is {seen.example} in {column.name!r} {day} or {month}? Nothing in the table tells; read as {day} "
        f'meanwhile. Say so with {stated.key("date_order")} = "dmy" or "mdy" in churn.toml'
        f"{stated.with_flag(', or with --date-order at init')}."
    )


def _spelled(moment: np.datetime64) -> str:
    day = moment.astype("datetime64[D]").item()
    return f"{day.day} {_NAMES[day.month - 1]} {day.year}"


_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
