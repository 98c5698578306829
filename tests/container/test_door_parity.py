"""The same customers, config, hyperparameters and interpreter: the same bytes through the door."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from door_runs import DAY, Doors, Local, prepared, written

from command_line import QUICK, run_unchurn, write_project
from job_trees import Job, archive
from unchurn.artefacts import Campaign, Scores
from unchurn.aws.endpoint.settings import parameters_of_first
from unchurn.aws.tuner import tuner_config
from unchurn.campaigns import CampaignLedger
from unchurn.campaigns.campaign_events import following
from unchurn.project import Project
from unchurn.registry import open_registry

TOLERANT = QUICK + "champion_tolerance = 1\nchampion_tolerance_share = 9\n"
LATER = "2028-03-01"
MEASURE = ("step", "measure", "--run-id", "told-1", "--campaign", "score-1")
"""A day on which the campaign is over."""

pytestmark = pytest.mark.slow


def manifest(folder: Path) -> bytes:
    return (folder / "manifest.json").read_bytes()


def test_prepared_is_the_same(local: Local, doors: Doors) -> None:
    assert manifest(doors.prepare.made("prepared")) == manifest(local.training / "prepared")


def test_params_and_model_are_the_same(local: Local, doors: Doors) -> None:
    assert manifest(doors.train.base / "output/data/params") == manifest(local.training / "params")
    assert manifest(doors.train.base / "model") == manifest(local.training / "model")


@pytest.mark.parametrize("name", ["shap.csv", "feature_importance.png"])
def test_the_training_job_explains_as_the_evaluation_does(
    local: Local, doors: Doors, name: str
) -> None:
    told = doors.train.base / "output/data/explanations" / name
    assert told.read_bytes() == (local.training / "evaluation" / name).read_bytes()


def test_preparing_tells_the_tuner_and_the_endpoint_of_churn_toml(
    local: Local, doors: Doors
) -> None:
    told = json.loads((doors.prepare.made("settings") / "settings.json").read_text())
    project = Project.load(local.project)
    assert told["tuning"] == {"jobs": 1, "config": tuner_config(project)}
    assert told["endpoint"] == parameters_of_first(project)


@pytest.mark.parametrize("name", ["evaluation", "verdict"])
def test_the_judgement_is_the_same(local: Local, doors: Doors, name: str) -> None:
    assert manifest(doors.evaluate.made(name)) == manifest(local.training / name)


def test_the_record_offers_what_was_registered_locally(local: Local, doors: Doors) -> None:
    """Only the run's name differs, and with it the place of the bundle."""
    record = json.loads((doors.evaluate.made("record") / "record.json").read_text())
    registered = open_registry(local.project / ".unchurn").get(1).entry
    offered = record["entry"]
    assert (offered["run_id"], offered["bundle"]) == ("run-1", "runs/run-1/model")
    ours = json.loads(json.dumps(vars(registered)))
    assert {**offered, "run_id": "", "bundle": ""} == {**ours, "run_id": "", "bundle": ""}
    assert (record["verdict"], record["promote"], record["against"]) == ("passed", True, None)


def test_the_model_card_is_the_same_but_for_run_and_version(local: Local, doors: Doors) -> None:
    record = json.loads((doors.evaluate.made("record") / "record.json").read_text())
    ours = json.loads((local.training / "version" / "model_card.json").read_text())
    told = json.dumps(
        record["card"]
        | {"model_overview": {**record["card"]["model_overview"], "model_version": 1}}
    )
    assert json.loads(told.replace("run-1", local.training.name)) == ours


def test_the_batch_is_the_same(local: Local, doors: Doors) -> None:
    assert manifest(doors.intake.made("batch")) == manifest(local.scoring / "batch")


def test_scores_are_the_same_but_for_the_run(local: Local, doors: Doors) -> None:
    """Bit for bit, with reasons for those to contact and as many more as the limit allows, in the same words."""
    ours, theirs = Scores.load(local.scoring / "scores"), Scores.load(doors.collect.made("scores"))
    assert ours.counts == theirs.counts
    here, there = pq.read_table(ours.scores), pq.read_table(theirs.scores)
    # how many are risky and not contacted is the model's matter, and so the libraries'
    assert 0 < ours.counts["reasons"] - ours.counts["contact"]["customers"] <= 5
    assert there.column("run_id").unique().to_pylist() == ["score-1"]
    assert here.schema.equals(there.schema)
    assert here.drop_columns("run_id").equals(there.drop_columns("run_id"))
    assert ours.rejects.read_bytes() == theirs.rejects.read_bytes()


def test_the_published_list_holds_every_customer(doors: Doors) -> None:
    result = doors.collect.made("result")
    assert {path.name for path in result.iterdir()} == {
        "scores.csv", "scores.parquet", "rejects.csv", "counts.json",
    }  # fmt: skip
    lines = (result / "scores.csv").read_text().splitlines()
    assert len(lines) == json.loads((result / "counts.json").read_text())["rows_in"] + 1


def test_the_campaign_is_the_very_one_of_the_command(
    local: Local, doors: Doors, tmp_path: Path
) -> None:
    """The callers' list and everybody in it to the byte; asked alike, so that it is one campaign.

    So is what it changed, by the same file on the same day.
    """
    out = tmp_path / "contact.csv"
    flags = ("--name", "score-1", "--starts", DAY, "--data", local.customers, "--out", out)
    ran = run_unchurn("target", "--project", local.project, *flags, "--json")
    assert ran.code == 0, ran.err
    made = doors.target.made("campaign")
    assert (made / "contact.csv").read_bytes() == out.read_bytes()
    theirs = Campaign.load(made / "campaign")
    folder = local.project / ".unchurn" / "campaigns" / "score-1" / "campaign"
    ours = Campaign.load(folder)
    assert theirs.members.read_bytes() == ours.members.read_bytes()
    assert {**theirs.summary, "run_id": ""} == {**ours.summary, "run_id": ""}
    assert theirs.summary["control"] > 0
    assert any(each["reason"] == "on do_not_call.csv" for each in theirs.summary["left_out"])
    entry = CampaignLedger(local.project / ".unchurn").get("score-1")
    offered = json.loads((doors.target.made("entry") / "entry.json").read_text())
    event = json.loads(offered["text"])
    assert (offered["number"], event["starts"], event["ends"]) == (1, DAY, str(entry.ends))
    for name in ("request_sha256", "members_sha256"):
        assert event[name] == getattr(entry, name)
    assert (doors.target.made("entry") / "kept" / f"{entry.members_sha256}.json.gz").is_file()
    told = tmp_path / "told.csv"
    told.write_text(answered(pq.read_table(ours.members).to_pylist()))
    flags = ("--project", local.project, "--data", told, "--as-of", LATER)
    ran = run_unchurn("campaign", "outcomes", "score-1", *flags, "--json")
    job = measuring(tmp_path / "measure", local, doors.target.made("entry"), told)
    job.succeed(*MEASURE)
    assert {**ran.document, "page": None} == {**effect_of(job), "page": None}
    assert json.loads((job.made("entry") / "entry.json").read_text())["number"] == 2
    told.write_text("Phone,churned\n999-0001,yes\n999-0002,no\n")
    job = measuring(tmp_path / "others", local, doors.target.made("entry"), told)
    assert job.run(*MEASURE).returncode == 3
    assert "Nobody of these 2 customers is in the campaign 'score-1'." in job.failure
    assert "999-" not in job.failure, "what ends in logs and mails names no customer"


def answered(members: list[dict[str, Any]]) -> str:
    """Say that who was contacted stayed, and of the others every second one."""
    rows = [
        f"{each['customer']},{'no' if each['arm'] == 'contact' or number % 2 else 'yes'}"
        for number, each in enumerate(members)
    ]
    return "\n".join(["Phone,churned", *rows])


def measuring(folder: Path, local: Local, entry: Path, told: Path) -> Job:
    """Lay out the job that measures, over a ledger with the campaign that `entry` offers alone."""
    job = Job(folder).give("project", local.project / "churn.toml").give("told", told)
    given, offered = folder / "ledger", json.loads((entry / "entry.json").read_text())
    written(given / "ledger.json", {"today": LATER, "events": [following(offered["text"], [])]})
    shutil.copytree(entry / "kept", given / "kept")
    return job.give("ledger", given)


def effect_of(job: Job) -> dict[str, Any]:
    assert (job.made("campaign") / "effect.html").is_file()
    found: dict[str, Any] = json.loads((job.made("campaign") / "effect.json").read_text())
    return found


def test_the_judgement_against_champion_and_last_winner_is_the_same(
    tmp_path: Path, telecom: Path
) -> None:
    """Months until a model a little worse is promoted: the next is held against it and its anchor."""
    project = write_project(tmp_path / "local", telecom / "customers.csv", TOLERANT)
    whole = (project / "churn.toml").read_text()
    for name in ("shallow", "deep", "light", "medium", "leafy", "whole"):
        (project / "churn.toml").write_text(whole.replace('"shallow"', f'"{name}"'))
        trained = run_unchurn("train", "--project", project, "--json")
        assert trained.code == 0, trained.err
        run = project / ".unchurn" / "runs" / trained.document["run_id"]
        beaten = json.loads((run / "champion" / "champion.json").read_text())
        if "anchor" in beaten:
            break
    model, told = versioned(project, beaten["version"])
    best, told_of_it = versioned(project, beaten["anchor"]["version"])
    given = archive(model, tmp_path / "given" / "model.tar.gz").parent
    archive(best, given / "anchor" / "model.tar.gz")
    written(given / "champion.json", {**told, "anchor": told_of_it})
    job = Job(tmp_path / "evaluate").give("project", project / "churn.toml")
    job.give("model", archive(run / "model", tmp_path / "model.tar.gz"))
    ready = prepared(tmp_path / "prepare", Local(project, run, tmp_path, tmp_path))
    job.give("prepared", ready.made("prepared")).give("champion", given)
    job.succeed("step", "evaluate", "--run-id", "run-1")
    verdict = json.loads((run / "verdict" / "verdict.json").read_text())
    compared = [each["rule"] for each in verdict["rules"]]
    assert {"not worse than the champion", "not worse than the last that won outright"} <= {
        *compared
    }
    for name in ("evaluation", "verdict"):
        assert manifest(job.made(name)) == manifest(run / name)


def versioned(project: Path, number: int) -> tuple[Path, dict[str, object]]:
    """Return a version's model, and what the champion function says of it."""
    entry = open_registry(project / ".unchurn").get(number).entry
    told = {"version": number, "run_id": entry.run_id, "bundle": entry.bundle_sha256}
    return project / ".unchurn" / "runs" / entry.run_id / "model", told
