"""A last row that counts or sums the others is said, and stays a customer."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from unchurn.artefacts import Finding
from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.stated import UNSTATED
from unchurn.tables.summary import survey

Row = list[object]
_N = 240


def _customers(name: Callable[[int], str] = lambda n: str(10_001 + n)) -> list[Row]:
    draw = random.Random(3)
    return [
        [name(n), draw.randint(1, 60), draw.choice([1, 2]), draw.randint(1000, 9900) / 100, "a"]
        for n in range(_N)
    ]


def _told(folder: Path, rows: list[Row], code: str) -> list[Finding]:
    lines = ["id,tenure,group,charge,plan", *(",".join(map(str, row)) for row in rows)]
    (folder / "t.csv").write_text("\n".join(lines) + "\n")
    seen = survey(open_table("t.csv", Data(), folder), Data(), UNSTATED, Silent())
    assert seen.read == len(rows)
    return [each for each in seen.findings if each.code == code]


@pytest.mark.parametrize("last", ["99999,240,0,0,a", "10241,240,0,0,", "0,0,240,,a"])
def test_a_last_row_that_counts_the_others_is_said(tmp_path: Path, last: str) -> None:
    """The number of rows, far beyond what stands above it, beside nothing else."""
    (said,) = _told(tmp_path, [*_customers(), last.split(",")], "trailer-row")
    assert "(241)" in said.words and last[:6] in said.words and "take it out" in said.words


def test_a_last_row_that_sums_the_others_is_said(tmp_path: Path) -> None:
    """Whatever its id: no customer has been with anybody for all others' months."""
    rows = _customers()
    total = [sum(int(str(row[1])) for row in rows), 2, 50]
    (said,) = _told(tmp_path, [*rows, ["10241", *total, "a"]], "trailer-row")
    assert "'tenure'" in said.words and "the sum of all others" in said.words


@pytest.mark.parametrize(
    "last",
    ["10241,60,2,99,a", "10241,0,0,0,a", "10241,240,1,50,a", "10241,7000,1,50,a", "99999,5,1,50,a"],
)
def test_a_customer_who_comes_last_is_none_of_these(tmp_path: Path, last: str) -> None:
    """Zeros, an outlier, or as many months as there are rows beside usual cells tell nothing."""
    assert _told(tmp_path, [*_customers(), last.split(",")], "trailer-row") == []


def test_short_tables_tell_nothing(tmp_path: Path) -> None:
    """Of two rows every last one may be the sum of the others."""
    assert _told(tmp_path, [["a", 1, 1, 1, "a"], ["b", 1, 1, 1, "a"]], "trailer-row") == []


def test_a_lone_0_among_classes_from_1_is_said(tmp_path: Path) -> None:
    """A stray code is asked about; two of them, or a count's rare end, are not."""
    rows = _customers()
    rows[7][2] = 0
    (said,) = _told(tmp_path, rows, "lone-code")
    assert (said.column, said.count) == ("group", 1)
    assert "'0', and all others are 1 to 2" in said.words
    rows[9][2] = 0
    assert _told(tmp_path, rows, "lone-code") == []
    rows = _customers()
    rows[7][2] = 3
    assert _told(tmp_path, rows, "lone-code") == []


def test_the_greatest_numbers_overflow_nothing(tmp_path: Path) -> None:
    """What is compared with twice a figure near the end of all numbers is halved."""
    rows = _customers()
    rows[0][3] = 1.7e308
    assert _told(tmp_path, rows, "trailer-row") == []
