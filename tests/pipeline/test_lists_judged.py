"""What is judged of a project's scorings, and what is passed over so that the others can be."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from told_months import (
    APRIL,
    MARCH,
    days,
    leavers,
    of,
    own_months,
    replaced,
    risks,
    scored_by,
    told,
)
from unchurn.errors import ArtefactError
from unchurn.pipeline.realised import realised
from unchurn.pipeline.runs import list_runs
from unchurn.project import Project

pytestmark = pytest.mark.slow


@pytest.fixture
def project(watched_months: Path, tmp_path: Path) -> Project:
    return own_months(watched_months, tmp_path / "project")


def test_days_from_before_the_end_do_not_say_who_stayed(project: Project, tmp_path: Path) -> None:
    """An old file of days and some answers are some answers; its leavings count among them."""
    gone = leavers(project, 2.0)
    realised(project, days(tmp_path / "left.csv", gone[:2]), as_of="2027-03-10")
    names = list(risks(project))
    line = next(each for each in list_runs(project).lists() if each.as_of == MARCH)
    rows = [(name, "yes" if name in gone else "no") for name in names if name not in gone[:2]]
    part = told(tmp_path / "part.csv", "churned", rows[:60])
    some = of(realised(project, part, as_of="2027-04-05", scoring=line.run).found, MARCH)
    assert (some["state"], some["known"]) == ("immature", 62), some
    assert some["completeness"] == pytest.approx(62 / some["customers"])
    whole = told(tmp_path / "whole.csv", "churned", rows)
    found = of(realised(project, whole, as_of="2027-04-06", scoring=line.run).found, MARCH)
    assert (found["state"], found["known"]) == ("matured", found["customers"])
    assert found["judged"]["left"] == len(gone)


def test_damaged_scores_are_named_and_the_others_are_judged(
    project: Project, tmp_path: Path
) -> None:
    """Another scoring of the same list stands for one that is damaged; where there is none, that month is missing."""
    data = days(tmp_path / "left.csv", leavers(project))
    march = [
        each for each in list_runs(project).lines if (each.kind, each.as_of) == ("scoring", MARCH)
    ]
    assert len(march) == 2
    for place, line in enumerate(march):
        path = project.root / "runs" / line.run / "scores" / "scores.parquet"
        body = path.read_bytes()
        path.write_bytes(body[:200] + bytes([body[200] ^ 1]) + body[201:])
        found = realised(project, data, as_of="2027-04-05").found
        assert f"The scoring {line.run} ({MARCH}) is passed over" in " ".join(found["notes"])
        listed = [each["as_of"] for each in found["scorings"]]
        assert listed == ([APRIL, MARCH], [APRIL])[place]
    with pytest.raises(ArtefactError, match="is passed over"):
        realised(project, data, as_of="2027-04-05", scoring=march[0].run)


def test_a_list_whose_model_is_damaged_is_named_and_the_others_are_judged(
    project: Project, tmp_path: Path
) -> None:
    """What its model promised cannot be read; that is no reason to say nothing of other models' lists."""
    data = days(tmp_path / "left.csv", leavers(project))
    line = next(each for each in list_runs(project).lists() if each.as_of == APRIL)
    scored_by(project, line.run, "gone", 9)
    found = realised(project, data, as_of="2027-04-05").document()
    assert [each["as_of"] for each in found["scorings"]] == [APRIL, MARCH]
    assert of(found, MARCH)["state"] == "matured"
    said = "is passed over, for what its model promised cannot be read: "
    notes = [each for each in found["notes"] if said in each]
    assert len(notes) == 1, found["notes"]
    assert notes[0].startswith("The scoring gone (")


@pytest.mark.parametrize("key", ["row_number", "account"])
def test_days_are_not_held_against_numbers_that_are_no_ids_of_theirs(
    project: Project, tmp_path: Path, key: str
) -> None:
    """Rows of a list without ids, or with other ids, are numbered as customers of another are called."""
    line = next(each for each in list_runs(project).lists() if each.as_of == MARCH)
    path = scored_by(project, line.run, "other", None)
    names = pq.read_table(path)["Phone"].cast("string")
    replaced(path, "Phone", key, names)
    data = days(tmp_path / "left.csv", leavers(project, 4.0))
    found = realised(project, data, as_of="2027-04-05").document()
    other = next(each for each in found["scorings"] if each["run"] == "other")
    assert other["known"] == 0
    assert other["state"] == ("cannot tell" if key == "row_number" else "immature"), other
    assert of(found, MARCH)["state"] == "matured"
