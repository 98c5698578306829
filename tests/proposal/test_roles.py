"""Who the customer is in tables of many trades and languages."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from role_cells import cells

from unchurn.artefacts import Schema
from unchurn.errors import ConfigError
from unchurn.modelling.columns.selection import by_summary
from unchurn.progress import Silent
from unchurn.project import Columns, Data
from unchurn.proposal import Proposal, Wanted, propose
from unchurn.tables import Table, open_table

N = 240


def looked_at(folder: Path, **cells: Any) -> Proposal:
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
    assert set(made.drop) == {"order_id"}
    assert [(f.code, f.words) for f in made.findings] == [
        ("id-panel", "'customer': 80 customers in 240 rows.")
    ]


def test_counts_and_places_beside_an_id_are_features(tmp_path: Path) -> None:
    """How many employees, a postcode and a long income say more than who a customer is."""
    draw = np.random.default_rng(3)
    made = looked_at(
        tmp_path,
        **{"company id": [f"K{i:05d}" for i in range(N)]},
        employees=draw.permutation(7 * np.arange(3, N + 3)),
        postcode=[f"{n:05d}" for n in draw.permutation(np.arange(1, 98_000, 400))[:N]],
        income=draw.permutation(np.arange(1_000_003, 9_900_000, 37_003))[:N],
        ledger=draw.permutation(np.arange(1_000_003, 9_900_000, 37_007))[:N],
    )
    assert (made.id, made.drop) == ("company id", {})


def test_a_second_candidate_is_said(tmp_path: Path) -> None:
    """Two columns could name the customer: the better name is taken, the other named."""
    made = looked_at(
        tmp_path,
        account_no=[f"A{i:05d}" for i in range(N)],
        customer_id=[f"K{i % 120:05d}" for i in range(N)],
    )
    assert made.id == "customer_id"
    assert "'account_no' could name the customer too" in made.findings[-1].words


def test_without_an_id_nothing_that_is_measured_is_taken(tmp_path: Path) -> None:
    """Amounts, moments and durations without repeats name nobody, and that is said."""
    made = looked_at(
        tmp_path,
        balance=[f" ${1_000 + 37 * i:,}.{i % 100:02d}" for i in range(N)],
        signup_ms=[1_538_000_000_000 + 86_412_345 * i for i in range(N)],
        length=[f"{i // 60 + 1}:{i % 60:02d}:07" for i in range(N)],
        revenue=[1_000_003 + 33_013 * i for i in range(N)],
        figure=[1_000_003 + 33_019 * i for i in range(N)],
    )
    assert (made.id, made.drop) == ("", {})
    assert "row_number" in made.id_reason
    assert {f.column for f in made.findings if f.code == "perhaps-id"} == {"figure"}


def test_ids_of_nineteen_digits_keep_every_one(tmp_path: Path) -> None:
    """Neighbours that float64 cannot tell apart are different customers."""
    made = looked_at(tmp_path, customer_id=[7_000_000_000_000_000_001 + i for i in range(N)])
    found = next(s for s in made.summaries if s.column.name == "customer_id")
    assert (made.id, found.distinct, found.column.kind) == ("customer_id", N, "text")


def test_ids_that_a_spreadsheet_cut_are_no_ids(tmp_path: Path) -> None:
    """1.23457E+18 stands for many customers, and that is said."""
    made = looked_at(tmp_path, customer_id=[f"1.2{i % 60:02d}57E+18" for i in range(N)])
    assert made.id == ""
    assert "id-damaged" in {finding.code for finding in made.findings}


ROWS = range(N)
DOUBTFUL: list[tuple[str, dict[str, Any], str]] = [
    ("kinds of customers", {"customer": [f"Type{i % 8}" for i in ROWS]}, ""),
    ("how many", {"users": [3 * i for i in ROWS], "contracts": [i % 60 for i in ROWS]}, ""),
    ("days under an id's name", {"customer_id": [f"2023{1 + i % 12:02d}{1 + i % 28:02d}" for i in ROWS]}, ""),
    ("fractions under an id's name", {"customer_id": [f"{i}.37" for i in ROWS]}, ""),
    ("digits cut, decimal comma", {"Kundennummer": [f"1,{20000 + i % 90}E+18" for i in ROWS]}, ""),
    ("a better one is half blank", {
        "customer_id": [f"C{i}" if i % 2 else "" for i in ROWS],
        "account_id": [f"A{i}" for i in ROWS]}, "account_id"),
    ("a constant one", {"customer_id": ["C1"] * N, "uid": [f"U{i}" for i in ROWS]}, "uid"),
    ("numbers as pandas leaves them", {"customer_id": [f"{10_000 + 3 * i}.0" for i in ROWS]}, "customer_id"),
    ("a formula", {"Client #": [f'="{i:07d}"' for i in ROWS]}, "Client #"),
    ("codes of devices", {"serial_no": [f"SN-{17 * i}" for i in ROWS]}, "serial_no"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "id"), [each[1:] for each in DOUBTFUL],
                         ids=[each[0] for each in DOUBTFUL])  # fmt: skip
def test_a_name_and_its_cells_must_agree(tmp_path: Path, columns: dict[str, Any], id: str) -> None:
    """An id's name over other cells makes no id, and an id need not look like one."""
    assert looked_at(tmp_path, **columns).id == id


TABLES = tomllib.loads(Path(__file__).with_name("role_tables.toml").read_text("utf-8"))["table"]
RIGHT = 57 / 60
"""Share of the tables that init must read as a person would."""


def written(folder: Path, table: dict[str, Any], seed: int) -> Table:
    """Write a table's header over invented cells, and open it."""
    draw = np.random.default_rng(seed)
    headers = [each.rpartition(":")[::2] for each in table["columns"].split(" | ")]
    path = folder / f"{seed}.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow([header for header, _ in headers])
        writer.writerows(zip(*(cells(what, draw) for _, what in headers), strict=True))
    return open_table(str(path), Data(), folder)


def judged(table: dict[str, Any], opened: Table) -> tuple[str, str]:
    """Return what init asks about a table, and what of its ids, target and dates is wrong.

    What it asks is then answered.
    """
    asked, wanted = "", Wanted()
    try:
        made = propose(opened, Data(), Columns(), wanted, Silent())
    except ConfigError as error:
        asked = error.message
        wanted = Wanted(target=table["target"], positive=table.get("positive", ""))
        made = propose(opened, Data(), Columns(), wanted, Silent())
    found = {"target": made.target, "id": made.id, "dates": sorted(made.dates)}
    right = {**table, "dates": sorted(table.get("dates", ()))}
    wrong = [f"{name} {each!r}" for name, each in found.items() if each != right[name]]
    if differ := set(made.drop) ^ trained_without(made):
        wrong.append(f"training differs from init in {sorted(differ)}")
    return asked, ", ".join(wrong)


def trained_without(made: Proposal) -> set[str]:
    """Columns that training leaves out unasked, by what init found."""
    roles = {made.target: "target", made.id: "id"}
    columns = (replace(s.column, role=roles.get(s.column.name, "feature")) for s in made.summaries)
    chosen = by_summary(Schema(tuple(columns)), made.summaries, ())
    return {c.name for c in chosen.schema.columns if c.role == "dropped"} - set(made.empty)


@pytest.mark.slow
def test_roles_are_what_a_person_would_say(tmp_path: Path) -> None:
    """Of tables of many trades nearly all are read right without a flag, and none wrong.

    Where a name says nothing of leaving (``ask``), a question is the right answer.
    """
    asked, wrong = {}, {}
    for seed, table in enumerate(TABLES):
        question, mistake = judged(table, written(tmp_path, table, seed))
        if bool(question) != table.get("ask", False):
            asked[table["of"]] = question
        if mistake:
            wrong[table["of"]] = mistake
    assert not wrong
    assert len(TABLES) - len(asked) >= RIGHT * len(TABLES), asked
    assert len(TABLES) >= 60
