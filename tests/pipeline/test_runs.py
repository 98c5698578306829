"""Scorings and watches as months: which of them are a list, and which are nobody's."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from told_months import scored_by, signed
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


def test_models_without_a_version_that_scored_one_table_have_a_list_each(
    watched_months: Path, tmp_path: Path
) -> None:
    """It is called the same before and after a watch, so that what was told of it stays its own."""
    shutil.copytree(watched_months, tmp_path / "project")
    project, table = Project.load(tmp_path / "project"), watched_months.parent / "2027-03-01.csv"
    runs = project.root / "runs"
    trained = next(path.parent.parent for path in runs.glob("*/verdict/manifest.json"))
    for name in ("twin", "other"):
        shutil.copytree(trained, runs / name)
        profile = runs / name / "model" / "profile.json"
        profile.write_text(json.dumps({**json.loads(profile.read_text()), "made": name}))
        signed(profile)
        score(project, str(table), training_run=name, as_of="2027-07-01")
    before = {each.model_run_id: each.list_id for each in list_runs(project).lists()}
    assert {"other", "twin"} <= set(before)
    assert before["other"] != before["twin"]
    monitor(project, str(table), training_run="twin", as_of="2027-07-01")
    after = {each.model_run_id: each.list_id for each in list_runs(project).lists()}
    assert after["twin"] == before["twin"]


def test_of_a_day_the_champions_list_comes_first_and_then_the_largest(
    watched_months: Path, tmp_path: Path
) -> None:
    """However their runs are called: a trial on a few, or by another model, is not the month."""
    shutil.copytree(watched_months, tmp_path / "project")
    project = Project.load(tmp_path / "project")
    rows = (watched_months.parent / "2027-03-01.csv").read_text("utf-8").splitlines(keepends=True)
    for kept in (61, 101, 81):
        table = tmp_path / f"{kept}.csv"
        table.write_text("".join(rows[:kept]), "utf-8")
        score(project, str(table), as_of="2027-07-01")
    whole = next(each for each in list_runs(project).lists() if each.as_of == "2027-03-01")
    path = scored_by(project, whole.run, "0", None).with_name("counts.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), "as_of": "2027-07-01"}))
    signed(path)
    july = [each for each in list_runs(project).lists() if each.as_of == "2027-07-01"]
    assert [(each.model_version, each.customers) for each in july] == [
        (1, 100), (1, 80), (1, 60), (None, whole.customers)
    ]  # fmt: skip
