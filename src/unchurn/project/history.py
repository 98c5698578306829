"""Keys of churn.toml about a history: tables of subscriptions, events and attributes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from unchurn.project.cells import DATE_ORDER, DECIMAL, EPOCH, EPOCHS, MARKS, ORDERS
from unchurn.project.keys import key


@dataclass(frozen=True)
class Subscriptions:
    """Periods in which customers were customers: one row a period."""

    data: str = key(
        "", "A file, a folder, a glob, s3:// or athena://; empty means there is no such table."
    )
    customer: str = key("customer", "Column that names the customer.")
    start: str = key("start", "Column with the time a period begins.")
    end: str = key("end", "Column with the time it ends; a blank is a period without an end.")
    known: str = key(
        "", "Column with the time at which the end became known: when a customer gave notice."
    )
    fixed_terms: bool = key(
        False,
        "Whether every end is known from the start: a paid term, whose coming end is no notice.",
    )
    amount: str = key("", "Column with what a period costs.")
    columns: tuple[str, ...] = key((), "Other columns worth knowing, such as the plan.")
    decimal: str | dict[str, str] = key("", DECIMAL, choices=MARKS)
    date_order: str | dict[str, str] = key("", DATE_ORDER, choices=ORDERS)
    epoch: dict[str, str] = key({}, EPOCH, choices=EPOCHS)


@dataclass(frozen=True)
class Events:
    """What customers did and what happened to them: one row an event."""

    data: str = key("", "A file, a folder, a glob, s3:// or athena://.")
    customer: str = key("customer", "Column that names the customer.")
    time: str = key("time", "Column with the time of the event.")
    known: str = key("", "Column with the time at which the row arrived; it counts from then on.")
    kind: str = key("", "Column that says what kind of event it is.")
    values: tuple[str, ...] = key((), "Columns of numbers to add up.")
    decimal: str | dict[str, str] = key("", DECIMAL, choices=MARKS)
    date_order: str | dict[str, str] = key("", DATE_ORDER, choices=ORDERS)
    epoch: dict[str, str] = key({}, EPOCH, choices=EPOCHS)


@dataclass(frozen=True)
class Attributes:
    """What was true of a customer, and from when on."""

    data: str = key("", "A file, a folder, a glob, s3:// or athena://.")
    customer: str = key("customer", "Column that names the customer.")
    time: str = key(
        "", "Column with the time from which a row is true; without it, columns are constants."
    )
    known: str = key("", "Column with the time at which the row arrived; it counts from then on.")
    columns: tuple[str, ...] = key((), "Columns to use; empty means all others.")
    decimal: str | dict[str, str] = key("", DECIMAL, choices=MARKS)
    date_order: str | dict[str, str] = key("", DATE_ORDER, choices=ORDERS)
    epoch: dict[str, str] = key({}, EPOCH, choices=EPOCHS)


Section = Subscriptions | Events | Attributes
_Section = TypeVar("_Section", Subscriptions, Events, Attributes)
Move = Callable[[str, str], str]
"""From a table's name and where it lies to where it lies now."""


@dataclass(frozen=True)
class History:
    """Tables from which customers are observed day by day, where [churn] event is no label."""

    observed_until: str = key(
        "", "Day until which the tables are complete (2026-11-01); empty means their newest day."
    )
    windows: tuple[int, ...] = key(
        (7, 30, 90, 365),
        "Days before the snapshot over which events are added up.",
        at_least=1,
        at_most=3_650,
    )
    max_features: int = key(
        200,
        "Most features made of the history, those of most customers first.",
        at_least=1,
        at_most=5_000,
    )
    min_customers: int = key(
        20,
        "Customers who must have a kind of event for it to become features.",
        at_least=1,
        at_most=1_000_000,
    )
    subscriptions: Subscriptions = field(default_factory=Subscriptions)
    events: dict[str, Events] = field(default_factory=dict)
    attributes: dict[str, Attributes] = field(default_factory=dict)

    @property
    def tables(self) -> dict[str, Section]:
        """Every table, by its section's name behind ``history.``, as ``events.orders``."""
        found: dict[str, Section] = {}
        if self.subscriptions.data:
            found["subscriptions"] = self.subscriptions
        found |= {f"events.{name}": each for name, each in sorted(self.events.items())}
        return found | {
            f"attributes.{name}": each for name, each in sorted(self.attributes.items())
        }

    def moved(self, move: Move) -> History:
        """Return the section with every table that it names where `move` says."""
        events = {name: _moved(f"events.{name}", each, move) for name, each in self.events.items()}
        attributes = {
            name: _moved(f"attributes.{name}", each, move) for name, each in self.attributes.items()
        }
        subscriptions = _moved("subscriptions", self.subscriptions, move)
        return replace(self, subscriptions=subscriptions, events=events, attributes=attributes)


def _moved(name: str, section: _Section, move: Move) -> _Section:
    return replace(section, data=move(name, section.data)) if section.data else section
