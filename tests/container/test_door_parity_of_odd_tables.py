"""Parity where a table has no id, but a snapshot date, moments, quotes, blanks and a value column."""

from __future__ import annotations

import csv
import json
import random
import tomllib
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from door_runs import written

from command_line import QUICK, run_unchurn
from job_trees import Job, archive, serving, transform
from unchurn.artefacts import Scores, verify

PROJECT = """
[data]
train = "train.csv"
[churn]
target = "churn"
snapshot_date = "As Of"
[decision]
clv = "value"
contact_cost = 1
incentive_cost = 5
[score]
reasons = "0.5"
reasons_limit = 20
"""
SPRING = datetime(2024, 3, 1)

pytestmark = pytest.mark.slow


def write_table(path: Path, rows: int, days: int, label: bool) -> Path:
    draw = random.Random(rows)
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["As Of", "tenure", "plan", "value", "since", *["churn"] * label])
        for _ in range(rows):
            tenure, plan = draw.randint(0, 60), draw.choice(["a", "b", 'c "q"', "é"])
            churned = "yes" if draw.random() < (0.5 if tenure < 15 else 0.1) else "no"
            as_of = SPRING + timedelta(days=draw.randint(0, days))
            since = SPRING - timedelta(minutes=draw.randint(0, 10**6))
            cells = [f"{as_of:%d/%m/%Y}", tenure if draw.random() > 0.05 else "", plan]
            cells += [round(draw.random() * 500, 3) if draw.random() > 0.1 else "n/a"]
            writer.writerow([*cells, f"{since:%d/%m/%Y %H:%M}", *[churned] * label])
    return path


def test_scores_are_the_same_without_an_id(tmp_path: Path) -> None:
    write_table(tmp_path / "train.csv", 1500, 300, label=True)
    fresh = write_table(tmp_path / "fresh.csv", 300, 0, label=False)
    project = tmp_path / "churn.toml"
    project.write_text(PROJECT + QUICK)
    trained = run_unchurn("train", "--project", tmp_path, "--json")
    assert trained.code == 0, trained.err
    scored = run_unchurn("score", "--project", tmp_path, "--data", fresh, "--json", cwd=tmp_path)
    assert scored.code == 0, scored.err
    model = Path(trained.document["artefacts"]["model"])
    champion = archive(model, tmp_path / "champion" / "model.tar.gz").parent
    record = {"version": 1, "run_id": "x", "bundle": verify(model)}
    written(champion / "champion.json", record)
    intake = Job(tmp_path / "intake").give("project", project).give("champion", champion)
    intake.give("customers", fresh).succeed("step", "intake", "--run-id", "s")
    server = Job(tmp_path / "server").lay("model", model)
    settings = json.dumps({k: tomllib.loads(project.read_text())[k] for k in ("decision", "score")})
    given = {"UNCHURN_RUN_ID": "s", "UNCHURN_MODEL_VERSION": "1", "UNCHURN_SETTINGS": settings}
    with serving(server, **given) as port:
        answers = transform(port, intake.made("lines"), tmp_path / "answers")
    collect = Job(tmp_path / "collect").give("project", project).give("champion", champion)
    collect.give("batch", intake.made("batch")).give("transformed", answers)
    collect.succeed("step", "collect", "--run-id", "s")
    runs = tmp_path / ".unchurn" / "runs"
    ours = Scores.load(runs / scored.document["run_id"] / "scores")
    theirs = Scores.load(collect.made("scores"))
    assert json.dumps(ours.counts) == json.dumps(theirs.counts)
    assert 0 < ours.counts["reasons"] - ours.counts["contact"]["customers"] <= 20
    here, there = (pq.read_table(each.scores).drop_columns("run_id") for each in (ours, theirs))
    assert here.equals(there)
