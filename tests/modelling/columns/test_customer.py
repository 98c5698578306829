"""Which column names the customer, of all columns together."""

from __future__ import annotations

import pytest

from unchurn.artefacts import Column, ColumnSummary
from unchurn.modelling.columns.customer import find_identities

N = 1000


def column(name: str, kind: str = "text", distinct: int = N, **figures: object) -> ColumnSummary:
    """A column of codes, or of long whole numbers of their own."""
    usual = {"integers": kind == "number", "minimum": "1000003", "maximum": "9900001"}
    usual |= {"examples": ("K17", "K18")} if kind != "number" else {}
    return ColumnSummary(Column(name, kind), N, distinct=distinct, **{**usual, **figures})  # type: ignore[arg-type]


def test_the_better_name_wins_over_more_values() -> None:
    """A panel's customer is its id, though every row has an order of its own."""
    found = find_identities([column("order_id"), column("customer", distinct=250)])
    assert found.id == "customer"
    assert [(f.code, f.count) for f in found.findings] == [("id-panel", 250)]
    assert set(found.found) == {"order_id", "customer"}


def test_a_proper_id_makes_other_numbers_features() -> None:
    """Revenue in seven digits is no identity, with an id beside it or without."""
    revenue = column("annual_revenue", "number")
    assert set(find_identities([revenue, column("cust_no")]).found) == {"cust_no"}
    assert find_identities([revenue]).found == {}


def test_a_barred_column_is_no_id() -> None:
    """What a person drops or keeps as a feature cannot name the customer."""
    both = [column("customer_id"), column("account_no")]
    assert find_identities(both, barred=("customer_id",)).id == "account_no"
    assert find_identities(both, named="account_no").id == "account_no"


@pytest.mark.parametrize("left", [4, 40])
def test_ids_that_a_spreadsheet_cut_are_refused_with_a_code(left: int) -> None:
    """1.23457E+18 stands for many customers, however few values are left of them."""
    cut = column("customer_id", "number", left, damaged=990, minimum="7e18", maximum="8e18")
    found = find_identities([cut])
    assert found.id == ""
    assert [(f.code, f.count) for f in found.findings] == [("id-damaged", 990)]


@pytest.mark.parametrize("agent", ["employee_id", "Staff No", "Mitarbeiternummer"])
@pytest.mark.parametrize("own", ["policy_number", "Vertragsnummer", "account_no"])
def test_an_agent_who_recurs_is_not_the_customer(agent: str, own: str) -> None:
    """Every row has a contract of its own; whoever sold it is a feature."""
    found = find_identities([column(agent, distinct=25), column(own)])
    assert found.id == own
    assert agent not in found.found
    assert [each.code for each in found.findings] == ["other-ids"]


def test_employees_are_who_leaves_where_nothing_else_is_each_rows_own() -> None:
    """A table of people at work, one row each or many."""
    alone = find_identities([column("employee_id"), column("contract_no")])
    assert alone.id == "employee_id"
    panel = find_identities(
        [column("employee_id", distinct=250), column("contract_no", distinct=9)]
    )
    assert panel.id == "employee_id"
