"""The image, built for real from the Dockerfile, does every kind of job. See `make image-test`."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from building import IMAGE, REPOSITORY, Builder, debian, why_not

from command_line import Ran
from job_trees import Job, ask, wait_until_healthy

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())


@pytest.fixture(scope="module")
def builder() -> Iterator[Builder]:
    """The image, made in build/image; the base stays there for the next time."""
    folder = REPOSITORY / "build" / "image"
    for name in ("storage", "run"):
        shutil.rmtree(folder / name, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    built = Builder(folder)
    built.build(debian(folder / "debian"))
    yield built
    for name in ("storage", "run"):
        shutil.rmtree(folder / name, ignore_errors=True)


@pytest.fixture(scope="module")
def container(builder: Builder) -> str:
    return builder.do("from", "--pull=never", IMAGE)


def test_nothing_is_left_that_builds(builder: Builder, container: str) -> None:
    """No compiler, no pip; the code is read-only; the entry point is in exec form."""
    root = Path(builder.do("mount", container))
    found = {path.name for path in (root / "usr" / "bin").iterdir()}
    assert not found & {"gcc", "cc", "g++", "make", "pip", "pip3"}
    code = root / "opt" / "unchurn"
    assert not list((code / "bin").glob("pip*"))
    assert not any(path.stat().st_mode & 0o222 for path in code.rglob("*.py"))
    assert not (root / "build").exists()
    assert builder.entry_point(container) == ["python", "-m", "unchurn.container"]


def test_it_prepares_trains_and_serves(
    builder: Builder, container: str, tmp_path: Path, trained: tuple[Path, Ran], telecom: Path
) -> None:
    """`step prepare`, `train` and `serve`, each over its own /opt/ml, one after the other."""
    project, ran = trained
    prepare = Job(tmp_path / "prepare").give("project", project / "churn.toml")
    prepare.give("clean", Path(ran.document["artefacts"]["clean"]))
    lineage = prepare.base / "processing/input/clean/lineage.json"
    lineage.write_text(json.dumps({"key": "", "step": "clean", "data_sha256": "d" * 64}))
    do(builder.run(container, prepare.base, "step", "prepare", "--run-id", "run-1"))
    train = Job(tmp_path / "train").channel("project", project / "churn.toml")
    train.channel("prepared", prepare.made("prepared")).hyperparameters(task="train")
    do(builder.run(container, train.base, "train"))
    assert (train.base / "model" / "manifest.json").is_file()
    serve = Job(tmp_path / "serve")
    shutil.copytree(train.base / "model", serve.base / "model")
    customer = b"".join((telecom / "this_month.csv").read_bytes().splitlines(keepends=True)[:2])
    assert 0 < float(answered(builder, container, serve, customer)["probability"]) < 1


def do(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=3600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def answered(builder: Builder, container: str, serve: Job, customer: bytes) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = builder.run(container, serve.base, "serve", SAGEMAKER_BIND_TO_PORT=str(port))
    server = subprocess.Popen(command, start_new_session=True)
    try:
        wait_until_healthy(server, port)
        status, answer = ask(port, "POST", "/invocations", customer, "text/csv")
        assert status == 200, answer
        return next(csv.DictReader(answer.decode().splitlines()))
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=3600)
