"""``unchurn explain``: one customer, found by the exact id, with the score of the list."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from command_line import Ran, Unchurn
from unchurn.artefacts import ROW, Column, Schema
from unchurn.artefacts.schema import Role
from unchurn.cli.explain import _find, explain_customer
from unchurn.modelling.scoring.score_rows import Scorer
from unchurn.project import Data, Decision, Project
from unchurn.tables import open_table

Trained = tuple[Path, Ran]
NOTHING: Any = None


@pytest.fixture(scope="module")
def listed(
    trained: Trained, telecom: Path, unchurn: Unchurn, tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, str]]:
    """The customer list of this month, every customer with reasons."""
    out = tmp_path_factory.mktemp("list") / "scores.csv"
    words = ("--data", telecom / "this_month.csv", "--out", out, "--reasons", "all", "--json")
    ran = unchurn("score", "--project", trained[0], *words)
    assert ran.code == 0, ran.err
    with out.open(newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.slow
def test_a_customer_is_explained_as_listed(
    trained: Trained, telecom: Path, unchurn: Unchurn, listed: list[dict[str, str]]
) -> None:
    """Probability, decile, band and reasons are those of the customer list."""
    first = listed[0]
    customer = next(iter(first.values()))
    words = ("--data", telecom / "this_month.csv", "--customer", customer, "--json")
    ran = unchurn("explain", "--project", trained[0], *words)
    assert ran.code == 0, ran.err
    row = ran.document["rows"][0]
    assert row["probability"] == float(first["probability"])
    assert (str(row["decile"]), row["band"]) == (first["decile"], first["band"])
    assert row["reasons"] == [first[f"reason_{n}"] for n in (1, 2, 3) if first[f"reason_{n}"]]
    total = row["base"] + sum(part["contribution"] for part in row["contributions"])
    assert total == pytest.approx(row["margin"], abs=1e-9)


@pytest.mark.slow
def test_people_read_a_table(
    trained: Trained, telecom: Path, unchurn: Unchurn, listed: list[dict[str, str]]
) -> None:
    """Without --json, the reasons come first and every contribution after."""
    customer = next(iter(listed[0].values()))
    words = ("--data", telecom / "this_month.csv", "--customer", customer)
    ran = unchurn("explain", "--project", trained[0], *words)
    assert ran.code == 0, ran.err
    assert "likely to leave" in ran.out and "margin" in ran.out


@pytest.mark.slow
def test_a_customer_who_is_nowhere_is_bad_data(
    trained: Trained, telecom: Path, unchurn: Unchurn
) -> None:
    """The message says where it looked and what to try."""
    words = ("--data", telecom / "this_month.csv", "--customer", "nobody")
    ran = unchurn("explain", "--project", trained[0], *words)
    assert ran.code == 3
    assert "'nobody'" in ran.err and "this_month.csv" in ran.err


@pytest.mark.slow
def test_what_customers_are_worth_may_be_a_column_that_training_lacked(
    trained: Trained, telecom: Path, tmp_path: Path
) -> None:
    """As for a list: the month's table has it."""
    with (telecom / "this_month.csv").open(newline="") as stream:
        header, first, *_ = csv.reader(stream)
    with (tmp_path / "month.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([[*header, "WORTH"], [*first, "1000"]])
    project = Project.load(trained[0])
    project = replace(project, decision=replace(project.decision, clv="worth"))
    customer = first[header.index("Phone")]
    found = explain_customer(project, customer, data=str(tmp_path / "month.csv"))
    assert found["rows"][0]["expected_value"] is not None


def test_columns_are_found_as_scoring_finds_them(tmp_path: Path) -> None:
    """By their place where neither a header nor the label is there; the day however it is spelled."""
    (tmp_path / "t.csv").write_text("a,1\nb,2\n")
    data = Data(header=False)
    roles: tuple[Role, ...] = ("target", "id", "feature")
    columns = tuple(Column(f"c{n}", "category", role) for n, role in enumerate(roles, 1))
    scorer = Scorer(NOTHING, Schema(columns), NOTHING, Decision(), (), NOTHING)
    found = _find(open_table("t.csv", data, tmp_path), scorer, "b", data)
    assert found.to_pylist() == [{ROW: 2, "c2": "b", "c3": "2"}]

    (tmp_path / "t.csv").write_text("phone,PLAN,AS OF\na,basic,2027-03-01\n")
    told = Column("Phone", "category", "id"), Column("Plan", "category")
    columns = (*told, Column("As of", "date", "snapshot"))
    scorer = Scorer(NOTHING, Schema(columns), NOTHING, Decision(), (), NOTHING)
    found = _find(open_table("t.csv", Data(), tmp_path), scorer, "a", Data())
    assert found["As of"].to_pylist() == [datetime(2027, 3, 1)]
