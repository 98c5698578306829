"""The same customers, config, hyperparameters and interpreter: the same bytes through the door."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from door_runs import Doors, Local

from unchurn.artefacts import Scores
from unchurn.registry import open_registry

pytestmark = pytest.mark.slow


def manifest(folder: Path) -> bytes:
    return (folder / "manifest.json").read_bytes()


def test_prepared_is_the_same(local: Local, doors: Doors) -> None:
    assert manifest(doors.prepare.made("prepared")) == manifest(local.training / "prepared")


def test_params_and_model_are_the_same(local: Local, doors: Doors) -> None:
    assert manifest(doors.train.base / "output/data/params") == manifest(local.training / "params")
    assert manifest(doors.train.base / "model") == manifest(local.training / "model")


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
