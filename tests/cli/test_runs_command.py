"""`unchurn runs`: scorings and watches as lines, shown and compared."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from command_line import Ran, Unchurn
from unchurn.errors import ArtefactError, ConfigError
from unchurn.pipeline.run_differences import compare_runs
from unchurn.pipeline.runs import Runs, list_runs
from unchurn.project import Project

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def runs(watched_months: Path) -> Runs:
    return list_runs(Project.load(watched_months))


def by_day(runs: Runs, kind: str) -> dict[str, Any]:
    return {each.as_of: each for each in runs.lines if each.kind == kind}


def test_every_scoring_and_watch_is_a_line(runs: Runs, trained: tuple[Path, Ran]) -> None:
    """Newest first, by the day that a watch names; what was scored and by what, with hashes."""
    assert [each.as_of for each in runs.lines] == ["2027-04-01"] * 3 + ["2027-03-01"] * 3
    assert runs.damaged == {}
    watch, scoring = (by_day(runs, kind)["2027-03-01"] for kind in ("watch", "scoring"))
    assert (watch.customers, scoring.customers) == (200, 200)
    assert watch.table == scoring.table
    assert len(watch.bundle) == 64
    assert watch.bundle == scoring.bundle
    assert scoring.model_run_id == trained[1].document["run_id"]
    assert watch.level in ("steady", "look", "act")
    assert (watch.level == "steady") == (watch.reasons == ())
    assert 0 < scoring.mean_score < 1
    assert scoring.contact["currency"] == "EUR"
    lists = {each.as_of: each.customers for each in runs.lists()}
    assert lists == {"2027-03-01": 200, "2027-04-01": 150}


def test_two_months_are_compared_customer_by_customer(watched_months: Path, runs: Runs) -> None:
    """What differs, deciles, who is in both; alike is said where nothing differs."""
    first, second = (by_day(runs, "watch")[day] for day in ("2027-03-01", "2027-04-01"))
    project = Project.load(watched_months)
    found = compare_runs(project, first.run, second.run)
    assert found["differs"]["customers"] == [200, 150]
    assert found["differs"]["as_of"] == ["2027-03-01", "2027-04-01"]
    assert "model_version" not in found["differs"]
    assert [sum(each) for each in found["deciles"]] == [200, 150]
    moved = found["customers"]
    assert moved["both"] + moved["only_then"] + moved["repeated"] >= 195
    assert (moved["only_now"], moved["bands"], moved["mean_absolute_change"]) == (0, [], 0.0)
    assert compare_runs(project, first.run, first.run)["differs"] == {}


def test_the_verbs_print_what_the_documents_say(
    watched_months: Path, runs: Runs, unchurn: Unchurn
) -> None:
    """list as JSON, show and compare for people."""
    ran = unchurn("runs", "list", "--project", watched_months, "--json")
    assert ran.code == 0, ran.err
    assert [each["run"] for each in ran.document["runs"]] == [each.run for each in runs.lines]
    text = unchurn("runs", "list", "--project", watched_months).out.splitlines()
    months = [line for line in text if line.startswith("2027")]
    assert [line[:10] for line in months] == ["2027-04-01", "2027-03-01"]
    assert all(by_day(runs, "watch")[line[:10]].run in line for line in months)
    watch = by_day(runs, "watch")["2027-04-01"]
    shown = unchurn("runs", "show", watch.run, "--project", watched_months)
    assert shown.out.startswith(f"Watch {watch.run} of 2027-04-01: {watch.level.upper()}")
    assert watch.table in shown.out
    other = by_day(runs, "scoring")["2027-03-01"].run
    compared = unchurn("runs", "compare", other, watch.run, "--project", watched_months)
    assert "customers: 200 → 150" in compared.out


def test_a_damaged_run_is_named_and_the_others_are_listed(
    watched_months: Path, runs: Runs, tmp_path: Path
) -> None:
    """A changed document, and scores that are gone once they are asked for."""
    folder = tmp_path / "project"
    shutil.copytree(watched_months, folder)
    project = Project.load(folder)
    watch = by_day(runs, "watch")["2027-03-01"]
    spoilt = folder / ".unchurn" / "runs" / watch.run / "watch" / "watch.json"
    spoilt.write_bytes(spoilt.read_bytes().replace(b'"level"', b'"levle"', 1))
    found = list_runs(project)
    assert "watch.json has changed since it was published" in found.damaged[watch.run]
    assert len(found.lines) == len(runs.lines) - 1
    with pytest.raises(ArtefactError):
        found.find(watch.run)
    other = by_day(runs, "watch")["2027-04-01"]
    scores = folder / ".unchurn" / "runs" / other.scoring / "scores" / "scores.parquet"
    scores.write_bytes(scores.read_bytes() + b"\0")
    with pytest.raises(ArtefactError, match="gone or have changed"):
        compare_runs(project, other.run, other.run)


def test_a_project_that_has_scored_nothing_has_no_runs(
    trained: tuple[Path, Ran], tmp_path: Path
) -> None:
    """An empty list, and no run to be shown."""
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(trained[0] / "churn.toml", folder)
    found = list_runs(Project.load(folder))
    assert (found.lines, found.damaged) == ((), {})
    with pytest.raises(ConfigError, match="no scoring or watch"):
        found.find("a")
