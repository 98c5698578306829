"""What the shared fixtures hold: a local run, and the same through the door."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from job_trees import SHARED, Job

DAY = "2027-03-01"
"""The day on which the ledger is opened for a campaign."""


@dataclass(frozen=True)
class Local:
    """A project trained and scored on this machine."""

    project: Path
    training: Path
    scoring: Path
    customers: Path

    @property
    def params(self) -> dict[str, Any]:
        """What the search found, as a tuner's strings would say it."""
        found = json.loads((self.training / "params" / "params.json").read_text())
        chosen = next(each for each in found if each["source"] == "search")
        return {**SHARED, **chosen["params"]} | (
            {"max_depth": "7"} if chosen["params"]["max_depth"] == "0" else {}
        )

    @property
    def data_sha256(self) -> str:
        from unchurn.pipeline.training import training_table
        from unchurn.project import Project

        return training_table(Project.load(self.project)).fingerprint()


@dataclass(frozen=True)
class Doors:
    """Every job of the machines that train and score, run over trees of its own."""

    prepare: Job
    train: Job
    evaluate: Job
    intake: Job
    collect: Job
    target: Job
    champion: Path
    transformed: Path


def prepared(base: Path, local: Local) -> Job:
    """Run the job that prepares what was cleaned here, as the ETL job hands it over."""
    job = Job(base).give("project", local.project / "churn.toml")
    job.give("clean", local.training / "clean")
    lineage = job.base / "processing/input/clean/lineage.json"
    written(lineage, {**json.loads(lineage.read_text()), "data_sha256": local.data_sha256})
    job.succeed("step", "prepare", "--run-id", "run-1")
    return job


def target_job(
    base: Path, local: Local, champion: Path, made: tuple[Path, Path], exclude: Path | None
) -> Job:
    """Lay out the job of a campaign among what was `made`, a Batch and its Scores, over a ledger without any.

    `exclude` is a file of whom not to contact.
    """
    job = Job(base).give("project", local.project / "churn.toml").give("champion", champion)
    job.give("customers", local.customers).give("batch", made[0]).give("scores", made[1])
    given = job.base / "processing/input/ledger"
    written(given / "ledger.json", {"today": DAY, "events": []})
    if exclude is not None:
        (given / "exclude").mkdir()
        (given / "exclude" / exclude.name).write_bytes(exclude.read_bytes())
    return job


def written(path: Path, plain: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(plain))
    return path
