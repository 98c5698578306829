"""Files of outcomes: yes and no in any spelling, blanks that say nothing, the rest refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables.outcomes import ToldOutcomes, read_outcomes


def read(tmp_path: Path, text: str, answers: tuple[str, ...] = ()) -> ToldOutcomes:
    """Write a file and read it."""
    path = tmp_path / "outcomes.csv"
    path.write_text(text)
    return read_outcomes(str(path), "Phone", answers, Data())


def test_facts_are_read(tmp_path: Path) -> None:
    """Any of the columns; leading zeros stay; the same again is counted."""
    told = read(
        tmp_path, "phone,Churned,contacted,city\n01,True.,?,Oslo\n02,no,1,\n02,No,1,\n03,NA,,\n"
    )
    assert told.facts == {
        ("01", "churned"): True,
        ("02", "churned"): False,
        ("02", "contacted"): True,
    }
    assert told.again == 2
    assert told.revenue == {}


def test_columns_are_those_that_are_spelled_so(tmp_path: Path) -> None:
    """A like header beside one holds something else; the label keeps its own."""
    told = read(tmp_path, "Phone,PHONE,churned,Churned?\n01,x,yes,no\n")
    assert told.facts == {("01", "churned"): True}
    told = read(tmp_path, "Phone,Churned,Churned?\n01,yes,no\n", ("Churned?",))
    assert told.facts == {("01", "churned"): True}
    with pytest.raises(DataError, match="'revenue' could be any of 'Revenue', 'REVENUE'"):
        read(tmp_path, "Phone,Revenue,REVENUE\n01,1,2\n")


def test_ids_that_a_spreadsheet_keeps_as_text_are_those_of_training(tmp_path: Path) -> None:
    """``="007"`` is 007."""
    told = read(tmp_path, 'Phone,churned,revenue\n"=""007""",yes,5\n,no,7\n')
    assert told.facts == {("007", "churned"): True}
    assert told.revenue == {"007": 5.0}


def test_the_label_of_training_says_who_churned(tmp_path: Path) -> None:
    """Where there is no column of that name."""
    told = read(tmp_path, "Phone,Exited\na,1\nb,0\n", ("exited",))
    assert told.facts == {("a", "churned"): True, ("b", "churned"): False}
    told = read(tmp_path, "Phone,Exited,churned\na,1,no\n", ("exited",))
    assert told.facts == {("a", "churned"): False}


def test_the_list_of_everybody_in_a_campaign_names_them_by_its_own_heading(tmp_path: Path) -> None:
    """Where there is no column of the project's ids; where there is, a column called so is none of them."""
    told = read(tmp_path, "customer,arm,churned\n01,control,yes\n")
    assert told.facts == {("01", "churned"): True}
    told = read(tmp_path, "customer,Phone,churned\nAda,01,yes\n")
    assert told.facts == {("01", "churned"): True}
    with pytest.raises(DataError, match="no column 'Phone' of ids") as refused:
        read(tmp_path, "name,churned\nAda,yes\n")
    assert "'customer'" in refused.value.hint


def test_days_of_leaving_are_not_passed_over_in_silence(tmp_path: Path) -> None:
    """Nobody would have left; beside who churned they say nothing more."""
    with pytest.raises(DataError, match="has 'Left On', days of leaving, and no 'churned'"):
        read(tmp_path, "Phone,contacted,Left On\na,yes,2027-03-05\n")
    told = read(tmp_path, "Phone,churned,left_on\na,yes,2027-03-05\n")
    assert told.facts == {("a", "churned"): True}


@pytest.mark.parametrize(
    ("text", "revenue"),
    [
        ("Phone,Revenue\n01,12.50\n02,n/a\n03,-1\n01,12.5\n", {"01": 12.5, "03": -1.0}),
        ("Phone;revenue\n01;1.234,5\n02;1.234\n", {"01": 1234.5, "02": 1234.0}),
        ("Phone;revenue\n01;1,234.5\n02;1,234\n", {"01": 1234.5, "02": 1234.0}),
        ("Phone;revenue\n01;1.234\n02;5\n", {"01": 1234.0, "02": 5.0}),
        ("Phone,revenue\n01,100\n02,0\n", {"01": 100.0, "02": 0.0}),
    ],
)
def test_amounts_are_read(tmp_path: Path, text: str, revenue: dict[str, float]) -> None:
    """In the mark that all cells can be read in; a blank says nothing, no facts are needed."""
    told = read(tmp_path, text)
    assert told.revenue == revenue
    assert told.facts == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("phone,city\n1,Oslo\n2,Rome\n", "no column 'Phone' of ids beside one of"),
        ("churned,city\nyes,Oslo\nno,Rome\n", "no column 'Phone' of ids"),
        ("phone,churned\n1,yes\n2,perhaps\n", "'perhaps'; row 2\\) is neither yes nor no"),
        ("phone,churned\n1,yes\n1,no\n", "says of '1' both yes and no: churned"),
        ("phone,revenue\n1,12\n2,a lot\n", "'a lot'\\) cannot be read as an amount"),
        ("phone,revenue\n1,12\n2,inf\n", "'inf'\\) cannot be read as an amount"),
        ("phone,revenue\n1,12\n2,1e300\n", "'1e300'\\) cannot be read as an amount"),
        ("phone,revenue\n1,1.234\n2,5\n", "two ways: '1.234' is 1.234 or 1234"),
        ("phone,revenue\n1,12\n1,13\n", "gives '1' two amounts of 'revenue': 12 and 13"),
    ],
)
def test_what_says_nothing_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """No ids, no facts, no yes or no, or both."""
    with pytest.raises(DataError, match=words):
        read(tmp_path, text)
