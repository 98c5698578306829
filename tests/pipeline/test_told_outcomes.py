"""What files told of who left: whichever came first on a day, a yes stands; who came back leaves again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from unchurn.errors import DataError
from unchurn.pipeline.told_outcomes import known_outcomes, take_in
from unchurn.progress import Silent
from unchurn.project import Project
from unchurn.tables.leaving import ANSWERS, DAYS, ToldLeaving


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "churn.toml").write_text('[churn]\ntarget = "churn"\n')
    return Project.load(tmp_path)


def told(kind: str, *rows: tuple[str, Any]) -> ToldLeaving:
    """A file that was read."""
    customers, values = zip(*rows, strict=True)
    name = "left_on" if kind == DAYS else "churned"
    return ToldLeaving(
        kind, pa.table({"customer": pa.array(customers), name: pa.array(values)}), 0, "id"
    )


def test_a_no_that_was_too_early_gives_way_to_a_yes_of_the_same_day(project: Project) -> None:
    """Whatever their files are called."""
    for name in "abcdef":
        for left in (False, True):
            about = ("2027-03-10", "list", "2027-04-01")
            take_in(project, told(ANSWERS, (name, left)), *about, Silent())
    assert (
        known_outcomes(project, "2027-03-10", "list", "id").answers["churned"].to_pylist()
        == [True] * 6
    )


def test_days_are_of_the_ids_that_they_were_told_by(project: Project) -> None:
    """Another column may have the same numbers and mean other people; files of before may be of any."""
    march = date(2027, 3, 4)
    take_in(project, told(DAYS, ("1", march)), "2027-04-01", "", "", Silent())
    assert known_outcomes(project, "2027-06-01", "", "id").days_told == ("2027-04-01",)
    for key in ("account", ""):
        known = known_outcomes(project, "2027-06-01", "", key)
        assert (known.days.num_rows, known.days_told) == (0, ())
    other = replace(told(DAYS, ("1", date(2027, 3, 1))), key="account")
    take_in(project, other, "2027-04-02", "", "", Silent())
    assert known_outcomes(project, "2027-06-01", "", "account").days["left_on"].to_pylist() == [
        date(2027, 3, 1)
    ]


def test_a_growing_export_holds_every_leaving_of_a_customer(project: Project) -> None:
    """What is known is passed over; a day between those that are known contradicts them."""
    first, second = date(2027, 3, 4), date(2027, 5, 6)
    take_in(project, told(DAYS, ("a", first)), "2027-04-01", "", "", Silent())
    growing = told(DAYS, ("a", first), ("a", second), ("b", second))
    notes = take_in(project, growing, "2027-06-01", "", "", Silent())
    assert notes == [
        "2 facts taken in, 1 known before.",
        "1 leaving is of customers who had come back.",
    ]
    assert known_outcomes(project, "2027-06-01", "", "ID").days.num_rows == 3
    with pytest.raises(DataError, match="1 outcome contradicts earlier ones: 'a'"):
        take_in(project, told(DAYS, ("a", date(2027, 4, 20))), "2027-06-02", "", "", Silent())
