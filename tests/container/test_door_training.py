"""The training door: the tuner's line, and models of what was and was not tuned."""

from __future__ import annotations

import json
import re
from pathlib import Path

from door_runs import Doors, Local

from job_trees import Job

LINE = re.compile(
    r"^validation_log_loss=([0-9.]+) validation_auc=([0-9.]+) "
    r"validation_average_precision=([0-9.]+) validation_brier=([0-9.]+)$",
    re.M,
)


def a_job(folder: Path, local: Local, doors: Doors, **strings: str) -> Job:
    job = Job(folder).channel("project", local.project / "churn.toml")
    return job.channel("prepared", doors.prepare.made("prepared")).hyperparameters(**strings)


def test_a_trial_prints_what_the_local_search_measured(
    tmp_path: Path, local: Local, doors: Doors
) -> None:
    """One line, the very log loss that `tune` and `train` find for that configuration."""
    out = a_job(tmp_path, local, doors, task="trial", **local.params).succeed("train")
    found = LINE.findall(out)
    assert len(found) == 1
    model = json.loads((local.training / "model" / "model.json").read_text())
    searched = next(each for each in model["configurations"] if each["source"] == "search")
    assert found[0][0] == f"{searched['out_of_fold_log_loss']:.5f}"
    assert 0.5 < float(found[0][1]) < 1
    assert 0 < float(found[0][3]) < 0.25
    assert not (tmp_path / "model").exists()


def test_without_tuning_only_fixed_configurations_are_fitted(
    tmp_path: Path, local: Local, doors: Doors
) -> None:
    job = a_job(tmp_path, local, doors, task="train")
    job.succeed("train")
    params = json.loads((tmp_path / "output/data/params/params.json").read_text())
    assert [each["name"] for each in params] == ["shallow"]
    assert (tmp_path / "model" / "manifest.json").is_file()


def test_a_trial_without_its_hyperparameters_fails_in_words(
    tmp_path: Path, local: Local, doors: Doors
) -> None:
    """Exit code 2 and the missing keys, where SageMaker shows them."""
    job = a_job(tmp_path, local, doors, task="trial", eta="0.05")
    done = job.run("train")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "lack 'min_child_weight'" in job.failure


def test_an_unknown_task_is_refused(tmp_path: Path, local: Local, doors: Doors) -> None:
    job = a_job(tmp_path, local, doors, task="dance")
    assert job.run("train").returncode == 2
    assert "'dance'" in job.failure


def test_a_missing_channel_is_named(tmp_path: Path, local: Local) -> None:
    job = Job(tmp_path).channel("project", local.project / "churn.toml")
    assert job.run("train").returncode == 1
    assert "'prepared'" in job.failure
