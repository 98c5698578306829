"""What the door does when a job's inputs are not what they should be, or it is told to stop."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from door_runs import Doors, Local, target_job, written

from job_trees import DOOR, Job
from unchurn.artefacts import Champion, verify
from unchurn.campaigns.campaign_events import published_as
from unchurn.container.campaign import campaign_name, run_target
from unchurn.container.champion import publish_champion
from unchurn.container.folders import Folders
from unchurn.errors import ConfigError, DataError

Lines = list[dict[str, object]]


def a_collect(folder: Path, local: Local, doors: Doors) -> Job:
    job = Job(folder).give("project", local.project / "churn.toml").give("champion", doors.champion)
    return job.give("batch", doors.intake.made("batch")).give("transformed", doors.transformed)


def a_target(folder: Path, local: Local, doors: Doors, exclude: bool = True) -> Job:
    made = doors.intake.made("batch"), doors.collect.made("scores")
    excluded = local.project / "do_not_call.csv" if exclude else None
    return target_job(folder, local, doors.champion, made, excluded)


def test_a_campaign_is_named_as_its_run_or_by_its_day() -> None:
    """Names that schedules give to executions are longer than a campaign's may be."""
    assert campaign_name("20270301-090000-abcdef", "2027-03-01") == "20270301-090000-abcdef"
    run = f"{'a' * 36}_{'b' * 36}"
    long = campaign_name(run, "2027-03-01")
    assert long.startswith("2027-03-01-")
    assert len(long) == 19
    assert published_as(run, ["spring", long]) == long, "what lies in the folder of the run"
    assert (published_as("spring", ["spring", long]), published_as("odd", [long])) == (
        "spring",
        "odd",
    )


def test_another_table_than_was_scored_makes_no_campaign(
    tmp_path: Path, local: Local, doors: Doors
) -> None:
    """What callers need stands in the rows of the table: they must be the rows that were scored."""
    job = a_target(tmp_path, local, doors)
    (table,) = (job.base / "processing/input/customers").iterdir()
    header, *rows = table.read_text().splitlines()
    table.write_text("\n".join([header, *reversed(rows)]))
    with pytest.raises(DataError, match="another one than when it was scored"):
        run_target(Folders(job.base), tmp_path / "work", "score-1")
    assert not (job.made("entry") / "entry.json").exists()


def test_a_list_of_whom_not_to_contact_that_is_not_there_is_named(
    tmp_path: Path, local: Local, doors: Doors
) -> None:
    """No campaign is drawn without a list that [campaign] names."""
    job = a_target(tmp_path, local, doors, exclude=False)
    with pytest.raises(ConfigError, match=r"names 'do_not_call\.csv'.*there is nothing"):
        run_target(Folders(job.base), tmp_path / "work", "score-1")


@pytest.mark.parametrize("named", [(), ("_dnc.csv",)])
def test_a_list_is_read_however_it_is_called(
    tmp_path: Path, local: Local, doors: Doors, named: tuple[str, ...]
) -> None:
    """Whoever it names would be contacted otherwise, without a word; marks of deliveries are no lists."""
    job = a_target(tmp_path, local, doors)
    given = job.base / "processing/input"
    settings = given / "project" / "churn.toml"
    names = json.dumps(["do_not_call.csv", *named])
    settings.write_text(settings.read_text().replace('["do_not_call.csv"]', names))
    header, *rows = local.customers.read_text().splitlines()
    place = header.split(",").index("Phone")
    ids = "\n".join(row.split(",")[place] for row in rows)
    lists = given / "ledger" / "exclude"
    (lists / "_dnc.csv").write_text(f"Phone\n{ids}\n")
    (lists / "_SUCCESS").write_text("done")
    (lists / ".empty").touch()
    run_target(Folders(job.base), tmp_path / "work", "score-1")
    assert list(json.loads((job.made("entry") / "entry.json").read_text())) == ["nobody"]


def test_a_hidden_file_that_is_no_list_is_refused_as_any_other(
    tmp_path: Path, local: Local, doors: Doors
) -> None:
    job = a_target(tmp_path, local, doors)
    (job.base / "processing/input/ledger/exclude/.dnc.csv").write_text("Colour,Size\nred,1\n")
    with pytest.raises(DataError, match=r"\.dnc\.csv has no column 'Phone'"):
        run_target(Folders(job.base), tmp_path / "work", "score-1")


def test_where_nobody_is_left_to_contact_the_job_ends_well_and_says_so(
    tmp_path: Path, local: Local, doors: Doors
) -> None:
    job = a_target(tmp_path, local, doors)
    header, *rows = local.customers.read_text().splitlines()
    place = header.split(",").index("Phone")
    ids = "\n".join(row.split(",")[place] for row in rows)
    (job.base / "processing/input/ledger/exclude/do_not_call.csv").write_text(f"Phone\n{ids}\n")
    run_target(Folders(job.base), tmp_path / "work", "score-1")
    entry = json.loads((job.made("entry") / "entry.json").read_text())
    assert list(entry) == ["nobody"]
    assert entry["nobody"].startswith("Nobody is left to contact (")
    assert not job.made("campaign").exists()


def answers(job: Job) -> Path:
    return next((job.base / "processing/input/transformed").glob("*.out"))


def _lost(lines: Lines) -> Lines:
    return lines[1:]


def _twice(lines: Lines) -> Lines:
    return [*lines, lines[3]]


def _invented(lines: Lines) -> Lines:
    return [*lines, {**lines[0], "__row__": 999_999}]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_lost, "1 missing ('1')"),
        (_twice, "1 answered more than once ('4')"),
        (_invented, "1 answered but not sent ('999999')"),
    ],
)
def test_a_row_that_does_not_reconcile_publishes_nothing(
    tmp_path: Path, local: Local, doors: Doors, change: Callable[[Lines], Lines], words: str
) -> None:
    job = a_collect(tmp_path, local, doors)
    lines = [json.loads(line) for line in answers(job).read_text().splitlines()]
    answers(job).write_text("".join(json.dumps(line) + "\n" for line in change(lines)))
    assert job.run("step", "collect", "--run-id", "score-1").returncode == 1
    assert words in job.failure
    assert not job.made("result").exists()


def test_answers_in_another_order_are_put_in_the_order_of_the_batch(
    tmp_path: Path, local: Local, doors: Doors
) -> None:
    job = a_collect(tmp_path, local, doors)
    lines = answers(job).read_text().splitlines(keepends=True)
    answers(job).write_text("".join(reversed(lines)))
    job.succeed("step", "collect", "--run-id", "score-1")
    ours, theirs = (each.made("scores") / "manifest.json" for each in (job, doors.collect))
    assert ours.read_bytes() == theirs.read_bytes()


def test_another_customers_id_is_noticed(tmp_path: Path, local: Local, doors: Doors) -> None:
    job = a_collect(tmp_path, local, doors)
    lines = [json.loads(line) for line in answers(job).read_text().splitlines()]
    key = list(lines[0])[1]
    lines[0][key], lines[1][key] = lines[1][key], lines[0][key]
    answers(job).write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert job.run("step", "collect", "--run-id", "score-1").returncode == 1
    assert "other ids" in job.failure


def test_a_line_that_is_no_answer_is_named(tmp_path: Path, local: Local, doors: Doors) -> None:
    job = a_collect(tmp_path, local, doors)
    with answers(job).open("a") as stream:
        stream.write("<html>\n")
    assert job.run("step", "collect", "--run-id", "score-1").returncode == 1
    assert ".out, line " in job.failure


def test_there_must_be_a_champion_to_score_with(tmp_path: Path, local: Local) -> None:
    job = Job(tmp_path).give("project", local.project / "churn.toml")
    job.give("champion", written(tmp_path / "champion.json", {})).give("customers", local.customers)
    assert job.run("step", "intake", "--run-id", "score-1").returncode == 1
    assert "no champion" in job.failure


def test_a_bundle_that_is_not_the_registered_one_is_refused(
    tmp_path: Path, local: Local, doors: Doors
) -> None:
    job = Job(tmp_path).give("project", local.project / "churn.toml")
    job.give("champion", doors.champion).give("customers", local.customers)
    record = {"version": 1, "run_id": "x", "bundle": "0" * 64}
    written(tmp_path / "processing/input/champion/champion.json", record)
    assert job.run("step", "intake", "--run-id", "score-1").returncode == 1
    assert "registry's version 1 is 000000000000" in job.failure


def test_the_last_outright_winner_is_unpacked_or_its_loss_is_said(
    tmp_path: Path, doors: Doors
) -> None:
    """Another version than the champion comes with it; one that is not as registered stops nothing."""
    given = Path(shutil.copytree(doors.champion, tmp_path / "given"))
    record = json.loads((given / "champion.json").read_text())
    shutil.copytree(doors.champion, given / "anchor")
    written(given / "champion.json", {**record, "version": 2, "anchor": record})
    made = Champion.load(publish_champion(given, tmp_path / "made"))
    assert made.anchor is not None and verify(made.anchor) == record["bundle"]
    other = {**record, "bundle": "0" * 64}
    written(given / "champion.json", {**record, "version": 2, "anchor": other})
    lost = Champion.load(publish_champion(given, tmp_path / "lost"))
    assert lost.anchor is None and verify(lost.bundle) == record["bundle"]
    assert "registry's version 1 is 000000000000" in lost.record["anchor"]["why"]


def test_clean_must_say_which_customers_it_was_made_from(tmp_path: Path, local: Local) -> None:
    job = Job(tmp_path).give("project", local.project / "churn.toml")
    job.give("clean", local.training / "clean")
    assert job.run("step", "prepare", "--run-id", "run-1").returncode == 1
    assert "lineage of clean" in job.failure
    assert not job.made("prepared").exists()


def test_a_bad_key_in_the_project_exits_2(tmp_path: Path, local: Local) -> None:
    """The message is in output/message too, where Processing looks."""
    (tmp_path / "churn.toml").write_text("[gate]\naccurracy = 0.9\n")
    job = Job(tmp_path).give("project", tmp_path / "churn.toml")
    job.give("clean", local.training / "clean")
    done = job.run("step", "prepare", "--run-id", "run-1")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "Did you mean 'accuracy'?" in job.failure
    assert (tmp_path / "output" / "message").read_text() == job.failure


def test_an_unknown_step_is_a_usage_error(tmp_path: Path) -> None:
    assert Job(tmp_path).run("step", "register", "--run-id", "run-1").returncode == 2


def test_a_refused_model_is_a_verdict_not_a_failure(
    tmp_path: Path, local: Local, doors: Doors
) -> None:
    """Exit code 0, no entry to register, and the reasons where the gate looks."""
    text = (local.project / "churn.toml").read_text()
    job = Job(tmp_path)
    for name in ("prepared", "model", "champion"):
        job.give(name, doors.evaluate.base / "processing" / "input" / name)
    (tmp_path / "churn.toml").write_text(text.replace("[gate]\n", "[gate]\naccuracy = 0.999\n"))
    job.give("project", tmp_path / "churn.toml")
    job.succeed("step", "evaluate", "--run-id", "run-2")
    record = json.loads((job.made("record") / "record.json").read_text())
    verdict = json.loads((job.made("verdict") / "verdict.json").read_text())
    assert (record["entry"], record["promote"], record["verdict"]) == (None, False, "refused")
    assert verdict["verdict"] == "refused"


def test_sigterm_ends_a_training_cleanly(tmp_path: Path, local: Local, doors: Doors) -> None:
    """No model, no work folder left, the reason written, and the code of a stopped process."""
    job = Job(tmp_path / "job").channel("project", local.project / "churn.toml")
    job.channel("prepared", doors.prepare.made("prepared"))
    job.hyperparameters(task="train", **local.params)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        [*DOOR, "train"], env=job.environment({"TMPDIR": str(scratch)}), stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    while b"Fitting" not in process.stderr.readline():
        assert process.poll() is None
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=3600)
    assert process.returncode == 143
    assert "SIGTERM" in job.failure
    assert not (job.base / "model").exists()
    assert list(scratch.iterdir()) == []
