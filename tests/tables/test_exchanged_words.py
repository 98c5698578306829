"""Columns of yes and no that hold each other's spellings are exchanged; one written anew is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from arrived_cells import arrived, codes, trained

WAYS = {
    "paid": ["Yes", "No"],
    "paper": ["True", "False"],
    "flag": ["1", "0"],
    "partner": ["Yes", "No"],
}


def cells(*orders: str, rows: int = 12) -> list[list[str]]:
    return [[WAYS[each][(n * n) % 3 % 2] for n in range(rows)] for each in orders]


def listed(folder: Path, swapped: tuple[str, str], rows: int = 12) -> list[tuple[str, int]]:
    columns = trained(folder, **dict(zip(WAYS, cells(*WAYS), strict=True)))
    there = {each: each for each in WAYS} | dict(zip(swapped, swapped[::-1], strict=True))
    found = arrived(columns, **dict(zip(WAYS, cells(*there.values(), rows=rows), strict=True)))
    said = [each for each in found.findings() if each.code == "other-spelling"]
    return codes([*found.doubts(), *said])


@pytest.mark.parametrize("swapped", [("paid", "paper"), ("paper", "flag"), ("flag", "partner")])
def test_two_columns_in_each_others_words_are_said_once(
    tmp_path: Path, swapped: tuple[str, str]
) -> None:
    """And gravely: the list is not to be trusted."""
    assert listed(tmp_path, swapped) == [("arrived-exchanged", 12)]


def test_two_customers_are_no_evidence(tmp_path: Path) -> None:
    """Each column is said to be written otherwise."""
    assert listed(tmp_path, ("paid", "paper"), rows=2) == [("other-spelling", 2)] * 2


def test_a_column_that_is_written_anew_is_exchanged_with_none(tmp_path: Path) -> None:
    """Nor are all of a table that another program wrote."""
    assert listed(tmp_path, ("paid", "paid")) == []
    columns = trained(tmp_path, **dict(zip(WAYS, cells(*WAYS), strict=True)))
    found = arrived(columns, **dict(zip(WAYS, cells(*["paper"] * 4), strict=True)))
    assert found.doubts() == []
