"""Scorings and watches as months: which of them are a list, and which are nobody's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from unchurn.pipeline.monitoring import monitor
from unchurn.pipeline.runs import SCORING, WATCH, list_runs
from unchurn.pipeline.scoring import score
from unchurn.project import Project

pytestmark = pytest.mark.slow


def test_a_table_sent_again_leaves_its_own_month_as_it_was(
    watched_months: Path, tmp_path: Path
) -> None:
    """The second month asks to act and is nobody's; the list is that of the first, on its own day."""
    shutil.copytree(watched_months, tmp_path / "project")
    project, table = Project.load(tmp_path / "project"), watched_months.parent / "2027-03-01.csv"
    score(project, str(table), as_of="2027-05-01")
    again = monitor(project, str(table), as_of="2027-05-01").made.watch
    assert again["level"] == "act"
    runs = list_runs(project)
    broken = {(each.kind, each.as_of): each.broken for each in runs.lines}
    assert broken[WATCH, "2027-05-01"] and broken[SCORING, "2027-05-01"]
    assert not broken[WATCH, "2027-03-01"] and not broken[SCORING, "2027-03-01"]
    assert [each.as_of for each in runs.lists()] == ["2027-04-01", "2027-03-01"]


def test_a_list_has_the_day_that_any_scoring_of_it_named(
    watched_months: Path, tmp_path: Path
) -> None:
    """A table that was scored without a day, and then with one, is of that day."""
    shutil.copytree(watched_months, tmp_path / "project")
    project, table = Project.load(tmp_path / "project"), tmp_path / "june.csv"
    month = (watched_months.parent / "2027-03-01.csv").read_text("utf-8")
    table.write_text("".join(month.splitlines(keepends=True)[:60]), "utf-8")
    score(project, str(table))
    assert "" in {each.as_of for each in list_runs(project).lists()}
    score(project, str(table), as_of="2027-06-01")
    days = [each.as_of for each in list_runs(project).lists()]
    assert days == ["2027-06-01", "2027-04-01", "2027-03-01"]
