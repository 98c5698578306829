"""Who left, read from a file: answers or days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from unchurn.errors import DataError
from unchurn.project import Churn, Data
from unchurn.tables.leaving import ToldLeaving, own_label, read_leaving


def read(folder: Path, text: str, answers: tuple[str, ...] = ()) -> ToldLeaving:
    path = folder / "told.csv"
    path.write_text(text, encoding="utf-8")
    return read_leaving(str(path), "Phone", answers, Data())


def test_answers_are_read_one_a_customer(tmp_path: Path) -> None:
    """Yes and no however they are written; a blank, and a row without an id, say nothing."""
    told = read(tmp_path, "phone,Churned\n b ,yes\na,No\nb,True.\nc,\n,yes\nd,?\n")
    assert (told.kind, told.again) == ("answers", 1)
    assert told.rows.to_pydict() == {"customer": ["a", "b"], "churned": [False, True]}


def test_columns_are_those_that_are_spelled_so(tmp_path: Path) -> None:
    """A like header beside one holds something else."""
    told = read(tmp_path, "Phone,PHONE,churned,Churned?\n01,x,yes,no\n")
    assert told.rows.to_pylist() == [{"customer": "01", "churned": True}]
    with pytest.raises(DataError, match="'left_on' could be any of 'Left on', 'LEFT ON'"):
        read(tmp_path, "Phone,Left on,LEFT ON\n01,2027-03-01,\n")


def test_ids_that_a_spreadsheet_keeps_as_text_are_those_of_training(tmp_path: Path) -> None:
    """``="007"`` is 007."""
    told = read(tmp_path, 'Phone,churned\n"=""007""",yes\n,no\n')
    assert told.rows.to_pylist() == [{"customer": "007", "churned": True}]


def test_the_label_of_training_answers_too(tmp_path: Path) -> None:
    """A column named as the target, where there is none named churned."""
    told = read(tmp_path, "Phone,Exited\na,1\nb,0\n", ("Exited",))
    assert told.rows["churned"].to_pylist() == [True, False]


@pytest.mark.parametrize(
    ("churn", "named"),
    [
        (Churn(), ()),
        (Churn(target="Exited"), ("Exited",)),
        (Churn(target="Exited", positive="Yes", negative=("no",)), ("Exited",)),
        (Churn(target="Churn?", positive="True."), ("Churn?",)),
        (Churn(target="Exited", positive="1", negative=("", "*")), ("Exited",)),
        (Churn(target="Status", positive=("canceled", "expired")), ()),
        (Churn(target="Status", positive="yes", negative=("live",)), ()),
        (Churn(target="LeftOn", positive="*", negative=("",)), ()),
        (Churn(target="Active", positive="0"), ()),
        (Churn(target="Active", negative=("TRUE",)), ()),
    ],
)
def test_a_label_says_who_left_where_its_words_are_yes_and_no(
    churn: Churn, named: tuple[str, ...]
) -> None:
    assert own_label(churn) == named


def test_days_of_leaving_are_read(tmp_path: Path) -> None:
    """ISO days, with a time or without; whoever has none has not left."""
    told = read(tmp_path, "Phone,left_on\nb,2027-03-05T10:00:00\na,2027-03-04\nc,\n")
    assert told.kind == "days"
    assert told.rows["left_on"].to_pylist() == [date(2027, 3, 4), date(2027, 3, 5)]


def test_who_came_back_may_leave_again(tmp_path: Path) -> None:
    """A growing export holds both days; a row that says the same once more is counted."""
    told = read(tmp_path, "Phone,left_on\na,2027-05-06\nb,2027-03-01\na,2027-03-04\nb,2027-03-01\n")
    assert told.rows["customer"].to_pylist() == ["a", "a", "b"]
    days = [date(2027, 3, 4), date(2027, 5, 6), date(2027, 3, 1)]
    assert (told.rows["left_on"].to_pylist(), told.again) == (days, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Phone,note\na,hello\n", "has no column 'Phone' of ids beside 'churned' or 'left_on'"),
        ("id,churned\na,yes\n", "has no column 'Phone' of ids"),
        ("Phone,churned\na,perhaps\n", "neither yes nor no ('perhaps'; row 1)"),
        ("Phone,left_on\na,2027-02-31\n", "no day ('2027-02-31'; row 1)"),
        ("Phone,left_on\na,05.03.2027\n", "no day ('05.03.2027'; row 1)"),
        ("Phone,churned\na,yes\na,no\n", "contradicts itself about 1 customer; of 'a'"),
        ("Phone,left_on\na,\n", "says of nobody who left or stayed"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """With what was seen and where."""
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)
