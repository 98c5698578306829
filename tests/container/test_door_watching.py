"""The job that watches a month: as this machine does, by what the bucket holds, in numbers that alarms hear."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from door_runs import Local, written

from captured_records import captured
from captured_records import written as written_line
from csv_rows import Row, an_hour_more, changed_rows, read_rows
from job_trees import Job, archive
from unchurn.artefacts import dump_json
from unchurn.container.captured import run_captured
from unchurn.container.folders import Folders
from unchurn.container.watching import run_monitor
from unchurn.errors import DataError
from unchurn.pipeline.monitoring import FILES, monitor
from unchurn.pipeline.scoring import score
from unchurn.project import Project
from unchurn.registry import open_registry

pytestmark = pytest.mark.slow

APRIL, MAY = "2027-04-01", "2027-05-01"


@pytest.fixture(scope="module")
def champion(tmp_path_factory: pytest.TempPathFactory, local: Local) -> Path:
    """What the champion function hands over."""
    folder = tmp_path_factory.mktemp("champion")
    entry = open_registry(local.project / ".unchurn").get(1).entry
    told = {"version": 1, "run_id": entry.run_id, "bundle": entry.bundle_sha256}
    written(folder / "champion.json", told)
    return archive(local.training / "model", folder / "model.tar.gz").parent


def a_watch(folder: Path, local: Local, champion: Path, scoring: Path) -> Job:
    """Lay out the job for a scoring of this machine; no watch came before."""
    job = Job(folder).give("project", local.project / "churn.toml").give("champion", champion)
    job.give("batch", scoring / "batch").give("scores", scoring / "scores")
    return job.give("earlier", written(folder / "none" / "constraints.json", {}))


def told_of(job: Job) -> dict[str, float]:
    """Return what the machine is told: numbers by name, and whether the table is broken."""
    plain = json.loads((job.made("watched") / "metrics.json").read_text())
    found = {each["MetricName"]: each["Value"] for each in plain["metrics"]}
    return {**found, "broken": plain["broken"]}


def later(folder: Path, local: Local, change: Callable[[int, Row], Row]) -> Path:
    """Score this month's table, each row changed; return the run."""
    table = changed_rows(local.customers, folder / "later.csv", change)
    return score(Project.load(local.project), table).scores.parent.parent


def test_the_watch_is_that_of_this_machine_but_for_the_run(
    tmp_path: Path, local: Local, champion: Path
) -> None:
    """Every file that Model Monitor knows to the byte; a quiet month, in numbers."""
    job = a_watch(tmp_path / "job", local, champion, local.scoring)
    job.succeed("step", "monitor", "--run-id", "score-1", "--as-of", APRIL)
    ours = monitor(Project.load(local.project), local.customers, tmp_path / "ours", as_of=APRIL)
    for name in FILES[2:]:
        assert (job.made("watch") / name).read_bytes() == (ours.folder / name).read_bytes()
    theirs = json.loads((job.made("watched") / "watch.json").read_text())
    assert theirs == json.loads((job.made("watch") / "watch.json").read_text())
    assert (theirs["run_id"], theirs["model_version"]) == ("score-1", 1)
    assert {**theirs, "run_id": ""} == {**ours.made.watch, "run_id": ""}
    assert theirs["level"] == "steady", theirs["reasons"]
    told = told_of(job)
    assert (told["Level"], told["Changed"], told["Customers"]) == (0, 0, 200)
    assert told["broken"] is False
    assert told["MeanScore"] == theirs["score"]["mean"]


def test_customers_who_have_changed_are_told_apart_from_the_same_table_again(
    tmp_path: Path, local: Local, champion: Path
) -> None:
    """A training may learn from the one, and from the other nothing."""
    shifted = later(tmp_path, local, an_hour_more)
    job = watched(a_watch(tmp_path / "changed", local, champion, shifted), tmp_path, MAY)
    told = told_of(job)
    assert (told["Level"], told["Changed"], told["broken"]) == (2, 1, False)
    assert told["ColumnsApart"] >= 1
    again = a_watch(tmp_path / "again", local, champion, shifted)
    again.give("earlier/score-0", watch_of(job, APRIL, tmp_path))
    told = told_of(watched(again, tmp_path, MAY))
    assert (told["Level"], told["Changed"], told["broken"]) == (2, 0, True)


def test_constraints_that_the_team_has_edited_are_kept_to(
    tmp_path: Path, local: Local, champion: Path
) -> None:
    first = watched(a_watch(tmp_path / "first", local, champion, local.scoring), tmp_path, APRIL)
    edited = json.loads((first.made("watch") / "constraints.json").read_text())
    named = {each["name"]: each for each in edited["features"]}
    named["Contract"]["string_constraints"] = {"domains": ["two year"]}
    job = a_watch(tmp_path / "edited", local, champion, local.scoring)
    job.give("earlier", written(tmp_path / "own" / "constraints.json", edited))
    told = told_of(watched(job, tmp_path, APRIL))
    assert (told["Level"], told["Changed"], told["broken"]) == (2, 0, True), (
        "a rule that does not hold is the table's"
    )
    made = json.loads((job.made("watch") / "constraints.json").read_text())
    assert made == edited


def test_constraints_that_cannot_be_used_end_the_job_with_a_sentence(
    tmp_path: Path, local: Local, champion: Path
) -> None:
    job = a_watch(tmp_path, local, champion, local.scoring)
    job.give("earlier", written(tmp_path / "own" / "constraints.json", {"features": 1}))
    assert job.run("step", "monitor", "--run-id", "r", "--as-of", APRIL).returncode == 2
    assert "no list of features" in job.failure
    assert not job.made("watched").exists()


def requests(folder: Path, local: Local, champion: Path, *lines: str) -> Job:
    """Lay out the job for what the endpoint was asked at three o'clock."""
    written_line(folder / "capture", "03/00-01", *lines)
    job = Job(folder / "job").give("project", local.project / "churn.toml")
    job.give("champion", champion).give("captured", folder / "capture")
    return job.give("earlier", written(folder / "none" / "constraints.json", {}))


def test_the_watch_of_requests_is_that_of_a_table_of_their_customers(
    tmp_path: Path, local: Local, champion: Path
) -> None:
    """The same columns and scores, each customer once; in numbers on which the same alarms ring."""
    header, *rows = local.customers.read_text().splitlines()
    parts = ["\n".join([header, *rows[start : start + 50]]) for start in range(0, len(rows), 50)]
    lines = [captured(each.encode(), "text/csv") for each in parts]
    job = requests(tmp_path, local, champion, *lines, captured(b"<a/>", "text/xml"))
    job.succeed("step", "captured", "--run-id", "asked-1", "--as-of", f"{APRIL}T05:00:00Z")
    last = {row["Phone"]: place for place, row in enumerate(read_rows(local.customers))}
    once = changed_rows(
        local.customers,
        tmp_path / "once.csv",
        lambda place, row: row if last[row["Phone"]] == place else None,
    )
    ours = monitor(Project.load(local.project), once, as_of=APRIL).made.watch
    theirs = json.loads((job.made("watched") / "watch.json").read_text())
    assert (theirs["columns"], theirs["customers"]) == (ours["columns"], len(last))
    assert (theirs["as_of"], theirs["run_id"], theirs["level"]) == (APRIL, "asked-1", "steady")
    assert theirs["score"]["mean"] == pytest.approx(ours["score"]["mean"], rel=1e-12)
    assert {path.name for path in job.made("watch").iterdir()} >= set(FILES)
    told = told_of(job)
    assert (told["Level"], told["CapturedChanged"], told["broken"]) == (0, 0, False)
    assert not told.keys() & {"Customers", "Changed"}, (
        "of scorings alone: callers start no training"
    )
    assert (told["CapturedCustomers"], told["CapturedUnread"]) == (len(last), 1)
    unread, again = (each for each in theirs["notes"] if each["code"].startswith("captured-"))
    assert "'text/xml' cannot be read" in unread["words"]
    assert again["count"] == len(rows) - len(last)


def test_a_few_requests_are_not_judged_and_most_that_cannot_be_read_ask_to_act(
    tmp_path: Path, local: Local, champion: Path
) -> None:
    """Then the fault is the requests'. Who asks about the same customer again delivers no stale table."""
    header, row, *_ = local.customers.read_text().splitlines()
    line = captured(f"{header}\n{row}".encode(), "text/csv")
    job = asked(requests(tmp_path, local, champion, line), tmp_path, APRIL)
    watch = json.loads((job.made("watched") / "watch.json").read_text())
    assert (watch["customers"], watch["judged"], watch["level"]) == (1, False, "steady")
    again = requests(tmp_path / "again", local, champion, line, *["{"] * 5)
    again.give("earlier/captured/run-job", job.made("watched"))
    watch = json.loads((asked(again, tmp_path, MAY).made("watched") / "watch.json").read_text())
    (reason,) = watch["reasons"]
    assert reason["words"] == (
        "This list should not be trusted: 5 of 6 captured requests and rows cannot be read."
    )
    told = told_of(again)
    assert (told["Level"], told["CapturedChanged"], told["broken"]) == (2, 0, True)
    assert [each["as_of"] for each in watch["months"]["days"]] == [APRIL, MAY]


def test_requests_of_which_none_can_be_read_end_the_job_unless_they_are_a_few(
    tmp_path: Path, local: Local, champion: Path
) -> None:
    """The message goes into logs and mails, and quotes nothing of a caller's."""
    odd = captured(b"Phone\n1", "text/csv", "colour=secret")
    few = asked(requests(tmp_path / "few", local, champion, odd, "{"), tmp_path, MAY)
    assert told_of(few) == {"CapturedUnread": 2, "broken": False}
    assert not (few.made("watched") / "watch.json").exists()
    many = requests(tmp_path / "many", local, champion, *[odd] * 4, "{")
    with pytest.raises(DataError, match="Of 5 captured requests no") as caught:
        asked(many, tmp_path, MAY)
    assert "4 captured requests are refused" in caught.value.message
    assert "secret" not in caught.value.message
    assert not many.made("watched").exists()


def asked(job: Job, folder: Path, day: str) -> Job:
    """Run the job over requests as `watched` runs the other."""
    work = folder / f"work-{job.base.parent.name}"
    work.mkdir()
    run_captured(Folders(job.base), work, f"run-{job.base.name}", day)
    return job


def watched(job: Job, folder: Path, day: str) -> Job:
    """Run the job's own function over its tree; a process would take seconds to begin."""
    work = folder / f"work-{job.base.name}"
    work.mkdir()
    run_monitor(Folders(job.base), work, f"run-{job.base.name}", day)
    return job


def watch_of(job: Job, day: str, folder: Path) -> Path:
    """Return the watch of a job as another day's would lie in the bucket, without its reasons."""
    plain: dict[str, Any] = json.loads((job.made("watched") / "watch.json").read_text())
    path = folder / "before" / "watch.json"
    path.parent.mkdir()
    path.write_bytes(dump_json({**plain, "as_of": day}))
    return path
