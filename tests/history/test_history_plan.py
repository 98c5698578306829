"""Which features are made of a history, and how they are called."""

from __future__ import annotations

import json

import pytest

from unchurn.artefacts import Column
from unchurn.errors import ConfigError
from unchurn.history.columns import Roles
from unchurn.history.plan import (
    Feature,
    Plan,
    Support,
    attribute_features,
    check_names,
    event_features,
    kept_kinds,
    state_features,
    within_budget,
)

CUSTOMER, TIME = Column("who", "text", "id"), Column("at", "date")
ORDERS = Roles(CUSTOMER, (TIME, None), (Column("amount", "number"),), kind=Column("k", "category"))
ACCOUNTS = Roles(CUSTOMER, (None, None), attributes=(Column("country", "category"),))


def test_names_are_read_as_a_person_would_say_them() -> None:
    """What, of what kind, over which days."""
    lines = event_features("events.orders", "orders", ORDERS, ["refund"], [30, 90])
    names = [each.name for each in lines]
    assert len(names) == len(set(names))
    for name in (
        "orders in the last 30 days",
        "days with orders in the last 90 days",
        "days since the latest orders",
        "change in orders, last 30 days less the 30 before",
        "share of refund in orders in the last 30 days",
        "total amount of orders (refund) in the last 90 days",
        "amount of the latest orders",
    ):
        assert name in names
    assert "change in orders, last 90 days less the 90 before" not in names


def test_kinds_are_kept_by_the_customers_who_have_them() -> None:
    """The commonest first, ties by name."""
    support = Support(100, {"b": 30, "a": 30, "c": 50, "rare": 3})
    assert kept_kinds(support, 20) == ("c", "a", "b")


def test_the_budget_goes_to_what_most_customers_have() -> None:
    """What is certain first; the plan keeps its order, and names what is left out."""
    certain = state_features(None, fixed_terms=False)
    lines = {
        name: list(event_features(f"events.{name}", name, ORDERS, [], [30]))
        for name in ("orders", "tickets")
    }
    others = {f"events.{name}": each for name, each in lines.items()}
    support = {"events.orders": Support(5, {}), "events.tickets": Support(9, {})}
    size = len(certain) + len(lines["tickets"])
    kept, dropped = within_budget(certain, others, support, size)
    assert kept == (*certain, *lines["tickets"])
    assert dropped == tuple(each.name for each in lines["orders"])


def test_two_columns_of_one_name_are_refused() -> None:
    """With both sections."""
    twice = [
        *attribute_features("attributes.a", ACCOUNTS),
        *attribute_features("subscriptions", ACCOUNTS),
    ]
    with pytest.raises(ConfigError, match=r"'country' of \[history.subscriptions\].*attributes.a"):
        check_names(twice, ())
    with pytest.raises(ConfigError, match="the snapshots themselves"):
        check_names([Feature("churned", "attributes.a", "attribute", "churned")], ("churned",))


def test_a_plan_survives_its_file() -> None:
    """plan.json reads back as the same plan."""
    lines = tuple(event_features("events.orders", "orders", ORDERS, ["x"], [7]))
    plan = Plan(
        {"events.orders": ORDERS}, {"events.orders": (2,)}, lines, {"events.orders": ("x",)}, ("y",)
    )
    assert Plan.from_plain(json.loads(json.dumps(plan.to_plain()))) == plan
