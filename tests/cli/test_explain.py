"""``unchurn explain``: one customer, found by the exact id, with the score of the list."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from command_line import Ran, Unchurn

Trained = tuple[Path, Ran]


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
