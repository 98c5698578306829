"""What files told of who left: whichever came first on a day, a yes stands; who came back leaves again."""

from __future__ import annotations

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
    return ToldLeaving(kind, pa.table({"customer": pa.array(customers), name: pa.array(values)}), 0)


def test_a_no_that_was_too_early_gives_way_to_a_yes_of_the_same_day(project: Project) -> None:
    """Whatever their files are called."""
    for name in "abcdef":
        for left in (False, True):
            about = ("2027-03-10", "list", "2027-04-01")
            take_in(project, told(ANSWERS, (name, left)), *about, Silent())
    assert (
        known_outcomes(project, "2027-03-10", "list").answers["churned"].to_pylist() == [True] * 6
    )


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
    assert known_outcomes(project, "2027-06-01").days.num_rows == 3
    with pytest.raises(DataError, match="1 outcome contradicts earlier ones: 'a'"):
        take_in(project, told(DAYS, ("a", date(2027, 4, 20))), "2027-06-02", "", "", Silent())
