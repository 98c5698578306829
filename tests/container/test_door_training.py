"""The training door: the tuner's line, and models of what was and was not tuned."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from door_runs import Doors, Local

from job_trees import DOOR, Job
from live_server import free_port
from unchurn.artefacts import verify
from unchurn.container.hosts import SHARED_PORT

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


@pytest.mark.parametrize("count", [2, 3])
def test_several_hosts_make_the_model_of_one(
    tmp_path: Path, local: Local, doors: Doors, count: int
) -> None:
    """Byte for byte; the first alone writes it and what belongs to it, and all end well."""
    names = [f"algo-{number + 1}" for number in range(count)]
    jobs = [
        a_job(tmp_path / name, local, doors, task="train", **local.params).host(name, names)
        for name in names
    ]
    for done in at_once(jobs):
        assert done.returncode == 0, done.stderr
    model, alone = jobs[0].base / "model", doors.train.base / "model"
    assert verify(model) == verify(alone)
    files = sorted(path.relative_to(alone) for path in alone.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(model) for path in model.rglob("*") if path.is_file())
    assert all((model / path).read_bytes() == (alone / path).read_bytes() for path in files)
    assert (jobs[0].base / "output/data/explanations/shap.csv").is_file()
    assert not [path for job in jobs[1:] for path in job.base.iterdir() if path.name != "input"]


def test_hosts_that_were_given_other_rows_say_so(
    tmp_path: Path, local: Local, doors: Doors
) -> None:
    """What the second cannot do is in its words on the first, too, where SageMaker shows it."""
    names = ["algo-1", "algo-2"]
    jobs = [a_job(tmp_path / name, local, doors).host(name, names) for name in names]
    (jobs[1].base / "input/data/prepared/train.parquet").unlink()
    assert [done.returncode for done in at_once(jobs)] == [1, 1]
    assert jobs[0].failure.startswith("The host algo-2 failed: ")
    assert jobs[1].failure.splitlines()[0] in jobs[0].failure
    assert not (jobs[0].base / "model").exists()


def at_once(jobs: list[Job]) -> list[subprocess.CompletedProcess[str]]:
    """Run the training door over each, side by side on this machine."""
    port = str(free_port())
    running = [
        subprocess.Popen(
            [*DOOR, "train"],
            env=job.environment({SHARED_PORT: port}),
            cwd=job.base,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for job in jobs
    ]
    told = [each.communicate(timeout=3600) for each in running]
    return [
        subprocess.CompletedProcess(each.args, each.returncode, *words)
        for each, words in zip(running, told, strict=True)
    ]
