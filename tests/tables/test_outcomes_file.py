"""Files of outcomes: yes and no in any spelling, blanks that say nothing, the rest refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables.outcomes import read_outcomes


def read(tmp_path: Path, text: str) -> tuple[dict[tuple[str, str], bool], int]:
    """Write a file and read it."""
    path = tmp_path / "outcomes.csv"
    path.write_text(text)
    return read_outcomes(str(path), "Phone", Data())


def test_facts_are_read(tmp_path: Path) -> None:
    """Any of the columns; leading zeros stay; the same again is counted."""
    found, again = read(
        tmp_path, "phone,Churned,contacted,city\n01,True.,,Oslo\n02,no,1,\n02,No,1,\n"
    )
    assert found == {
        ("01", "churned"): True,
        ("02", "churned"): False,
        ("02", "contacted"): True,
    }
    assert again == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("phone,city\n1,Oslo\n2,Rome\n", "no column 'Phone' of ids beside one of"),
        ("churned,city\nyes,Oslo\nno,Rome\n", "no column 'Phone' of ids"),
        ("phone,churned\n1,yes\n2,perhaps\n", "'perhaps'; row 2\\) is neither yes nor no"),
        ("phone,churned\n1,yes\n1,no\n", "says of '1' both yes and no: churned"),
    ],
)
def test_what_says_nothing_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """No ids, no facts, no yes or no, or both."""
    with pytest.raises(DataError, match=words):
        read(tmp_path, text)
