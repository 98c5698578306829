"""Trainings that are killed half-way, as processes of their own, and started again over the same folder."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

import prepared_tables
from job_trees import DOOR, Job
from live_server import free_port
from unchurn.artefacts import verify
from unchurn.container.hosts import SHARED_PORT

CHURN = """
[churn]
id = "customer"
target = "churn"
[train]
configurations = ["shallow", "light", "deep"]
threads = 1
"""
FITS = 15
"""Of three configurations and five folds, before what is refitted."""
KEPT = re.compile(r"(\d+) of (\d+) fits were kept")


class Training(Job):
    """A training job with a place for checkpoints."""

    def begin(self, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*DOOR, "train"], env=self.environment(environment), cwd=self.base,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def finish(self) -> str:
        process = self.begin()
        _, told = process.communicate(timeout=3600)
        assert process.returncode == 0, told
        return told

    def killed(self, by: signal.Signals, after: int) -> tuple[int, str]:
        """Begin, and kill it once it has kept a few fits; return its exit code and what it said."""
        process = self.begin()
        while len(self.kept) < after and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(by)
        _, told = process.communicate(timeout=60)
        return process.returncode, told

    @property
    def kept(self) -> dict[str, int]:
        """When each fit that is kept was written, by the name of its file."""
        files = (self.base / "checkpoints").glob("*.fit")
        return {path.name: path.stat().st_mtime_ns for path in files}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    prepared_tables.prepared(folder, prepared_tables.Wanted(rows=3_000))
    return folder


def a_training(folder: Path, table: Path, churn: str = CHURN, keeps: bool = True) -> Training:
    folder.mkdir()
    (folder / "churn.toml").write_text(churn)
    job = Training(folder / "ml")
    job.channel("project", folder / "churn.toml").channel("prepared", table)
    job.hyperparameters(task="train")
    if keeps:
        told = {"LocalPath": "/opt/ml/checkpoints", "S3Uri": "s3://bucket/checkpoints/"}
        (job.base / "input/config/checkpointconfig.json").write_text(json.dumps(told))
    return job


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, table: Path) -> Path:
    """The model of a training that nobody interrupted, and that kept nothing."""
    job = a_training(tmp_path_factory.mktemp("whole") / "job", table, keeps=False)
    assert "were kept" not in job.finish()
    assert not (job.base / "checkpoints").exists()
    return job.base / "model"


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_a_training_that_was_killed_fits_only_the_rest(
    tmp_path: Path, table: Path, whole: Path, by: signal.Signals
) -> None:
    """Killed twice, and finished: every file of the model is that of one that was not."""
    job = a_training(tmp_path / "job", table)
    assert job.killed(by, after=3)[0] != 0
    first = job.kept
    assert 3 <= len(first) < FITS
    job.killed(by, after=len(first) + 3)
    second = job.kept
    assert len(second) > len(first)
    told = job.finish()
    assert sum(int(taken) for taken, _ in KEPT.findall(told)) == len(second)
    assert {name: job.kept[name] for name in second} == second
    assert len(job.kept) > len(second)
    assert verify(job.base / "model") == verify(whole)
    for path in (each for each in whole.rglob("*") if each.is_file()):
        assert (job.base / "model" / path.relative_to(whole)).read_bytes() == path.read_bytes()


def test_sigterm_ends_it_at_once_and_says_what_is_kept(tmp_path: Path, table: Path) -> None:
    """SageMaker gives two minutes; nothing of the job is left where it worked."""
    job = a_training(tmp_path / "job", table)
    (tmp_path / "work").mkdir()
    process = job.begin(TMPDIR=str(tmp_path / "work"))
    while not job.kept and process.poll() is None:
        time.sleep(0.002)
    began = time.monotonic()
    process.terminate()
    _, told = process.communicate(timeout=60)
    assert time.monotonic() - began < 20
    assert process.returncode == 128 + signal.SIGTERM
    words = re.search(r"\(SIGTERM\)\. (\d+) fits are kept in (\S+)\.\n", told)
    assert words is not None and words[0].strip() in job.failure
    # another may be kept while this is being said
    assert 1 <= int(words[1]) <= len(job.kept)
    assert words[2] == str(job.base / "checkpoints")
    assert "Traceback" not in told
    assert not list((tmp_path / "work").iterdir())
    assert not (job.base / "model").exists()


@pytest.mark.parametrize("changed", ["table", "configuration"])
def test_what_was_kept_of_another_training_is_not_taken(
    tmp_path: Path, table: Path, changed: str
) -> None:
    job = a_training(tmp_path / "job", table)
    job.killed(signal.SIGKILL, after=4)
    if changed == "table":
        shutil.rmtree(job.base / "input/data/prepared")
        other = prepared_tables.Wanted(rows=600, seed=2)
        prepared_tables.prepared(job.base / "input/data/prepared", other)
    else:
        text = CHURN.replace("threads = 1", "threads = 1\nseed = 8")
        (job.base / "input/data/project/churn.toml").write_text(text)
    found, told = job.kept, job.finish()
    assert not KEPT.search(told)
    assert f"{len(found):,} files in" in told and "they are ignored" in told
    alone = a_training(tmp_path / "alone", job.base / "input/data/prepared", keeps=False)
    shutil.copy(job.base / "input/data/project/churn.toml", alone.base / "input/data/project")
    alone.finish()
    assert verify(job.base / "model") == verify(alone.base / "model")


def test_several_hosts_take_up_what_each_has_kept(tmp_path: Path, table: Path, whole: Path) -> None:
    """Both are told to end, one after the other, and started again with what both have kept."""
    names = ["algo-1", "algo-2"]
    jobs = [a_training(tmp_path / name, table) for name in names]
    for job, name in zip(jobs, names, strict=True):
        job.host(name, names)
    port = str(free_port())
    running = [job.begin(**{SHARED_PORT: port}) for job in jobs]
    while min(len(job.kept) for job in jobs) < 2 and None in [each.poll() for each in running]:
        time.sleep(0.002)
    running[1].terminate()
    running[1].communicate(timeout=60)
    time.sleep(1)  # the first has missed it by now, and waits to be told the same
    running[0].terminate()
    running[0].communicate(timeout=60)
    assert [each.returncode for each in running] == 2 * [128 + signal.SIGTERM]
    kept = jobs[0].kept | jobs[1].kept
    assert not jobs[0].kept.keys() & jobs[1].kept.keys()
    for job, other in (jobs, jobs[::-1]):
        for path in (other.base / "checkpoints").glob("*.fit"):
            shutil.copy(path, job.base / "checkpoints")
    running = [job.begin(**{SHARED_PORT: port}) for job in jobs]
    told = [each.communicate(timeout=3600)[1] for each in running]
    assert [each.returncode for each in running] == [0, 0], told
    assert sum(int(taken) for taken, _ in KEPT.findall("".join(told))) == len(kept)
    assert verify(jobs[0].base / "model") == verify(whole)


def test_a_trial_takes_up_its_fits_too(tmp_path: Path, table: Path) -> None:
    """The same line for the tuner."""
    job = a_training(tmp_path / "job", table)
    strings = {"min_child_weight": "3", "subsample": "0.8", "colsample_bynode": "0.6"}
    strings |= {"eta": "0.05", "lambda": "1", "alpha": "0", "gamma": "0", "max_bin": "256"}
    strings |= {"grow_policy": "depthwise", "max_leaves": "31", "max_depth": "5"}
    job.hyperparameters(task="trial", max_cat_to_onehot="4", **strings)
    first, again = job.run("train"), job.run("train")
    assert first.returncode == again.returncode == 0, first.stderr
    assert first.stdout == again.stdout and "validation_log_loss=" in first.stdout
    assert not KEPT.search(first.stderr) and KEPT.search(again.stderr)
