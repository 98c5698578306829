"""Files of one table of which some write cents are said by their names; others are no other scale."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from unchurn.artefacts import Finding
from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.stated import UNSTATED
from unchurn.tables.summary import survey

DRAWS = np.random.default_rng(3)


def said(folder: Path, **files: list[str]) -> list[Finding]:
    for name, cells in files.items():
        rows = "".join(f"{name}{place};{cell};k\n" for place, cell in enumerate(cells))
        (folder / f"{name}.csv").write_text(f"id;x;y\n{rows}")
    found = survey(open_table(".", Data(), folder), Data(), UNSTATED, Silent()).findings
    return [each for each in found if each.code == "mixed-scales"]


def amounts(times: float, sigma: float = 1.0, mark: str = ".") -> list[str]:
    cells = [
        f"{times * each:.{2 if times == 1 else 0}f}" for each in DRAWS.lognormal(4, sigma, 200)
    ]
    return [cell.replace(".", mark) for cell in cells]


@pytest.mark.parametrize("sigma", [0.2, 1.0, 1.5])
@pytest.mark.parametrize("mark", [".", ","])
@pytest.mark.parametrize(
    ("times", "words"), [(100, "about 100 times"), (1000, "about 1,000 times")]
)
def test_a_file_in_cents_is_named(
    tmp_path: Path, times: int, words: str, mark: str, sigma: float
) -> None:
    """However the scales overlap; once, with both medians."""
    files = {"a": amounts(1, sigma, mark), "b": amounts(times, sigma), "c": amounts(1, sigma, mark)}
    (found,) = said(tmp_path, **files)
    assert (found.column, found.severity) == ("x", "warning")
    assert f"{words} as large in 'b.csv' as in 'a.csv', 'c.csv' (median about " in found.words


@pytest.mark.parametrize(
    "files",
    [
        {name: amounts(1, 1.5) for name in "abc"},
        {"a": amounts(1), "b": amounts(10)},
        {"a": amounts(1, 0.3), "b": amounts(100, 1.5)},
        {"a": amounts(1), "b": amounts(100)[:15]},
        {"a": amounts(1), "b": ["0"] * 200},
    ],
)
def test_files_of_other_customers_are_on_no_other_scale(
    tmp_path: Path, files: dict[str, list[str]]
) -> None:
    """Another shape, ten times, and too few numbers are no cents."""
    assert said(tmp_path, **files) == []
