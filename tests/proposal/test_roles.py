"""Who the customer is in tables of many trades and languages."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from unchurn.progress import Silent
from unchurn.project import Columns, Data
from unchurn.proposal import Proposal, Wanted, propose
from unchurn.tables import open_table

N = 240


def looked_at(folder: Path, **cells: list[object]) -> Proposal:
    """Write columns beside a plan and a label, and look at them."""
    draw = np.random.default_rng(4)
    every = {
        **cells,
        "plan": draw.choice(["A", "B", "C"], N),
        "churn": draw.choice(["Yes", "No"], N),
    }
    path = folder / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(every)
        writer.writerows(zip(*every.values(), strict=True))
    return propose(open_table(str(path), Data(), folder), Data(), Columns(), Wanted(), Silent())


@pytest.mark.parametrize(
    "name",
    ["CustomerID", "Kundennummer", "id_cliente", "Numéro client", "顧客ID", "EmployeeNumber"],
)
def test_a_customer_number_beside_an_amount_is_the_id(tmp_path: Path, name: str) -> None:
    """The number that counts is the id; seven-digit revenue stays a feature."""
    revenue = [1_000_003 + 33_013 * i for i in range(N)]
    made = looked_at(tmp_path, **{name: list(range(1, N + 1)), "annual_revenue": list(revenue)})
    assert made.id == name
    assert not made.drop


def test_a_customer_with_several_rows_is_a_panel(tmp_path: Path) -> None:
    """The customer is named by `customer`, although each order has a number of its own."""
    made = looked_at(
        tmp_path, customer=[f"C{i % 80}" for i in range(N)], order_id=list(range(5000, 5000 + N))
    )
    assert made.id == "customer"
    assert {"id-panel", "other-ids"} <= {finding.code for finding in made.findings}


def test_ids_of_nineteen_digits_keep_every_one(tmp_path: Path) -> None:
    """Neighbours that float64 cannot tell apart are different customers."""
    made = looked_at(tmp_path, customer_id=[7_000_000_000_000_000_001 + i for i in range(N)])
    found = next(s for s in made.summaries if s.column.name == "customer_id")
    assert (made.id, found.distinct, found.column.kind) == ("customer_id", N, "text")


def test_ids_that_a_spreadsheet_cut_are_no_ids(tmp_path: Path) -> None:
    """1.23457E+18 stands for many customers, and that is said."""
    made = looked_at(tmp_path, customer_id=[f"1.2{i % 60:02d}57E+18" for i in range(N)])
    assert made.id == ""
    assert "id-doubt" in {finding.code for finding in made.findings}
