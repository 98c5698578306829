"""A killed run resumes, and its artefacts are those of a run nobody touched."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import unchurn
from command_line import QUICK, Ran, Unchurn, add_sections, write_project
from unchurn.artefacts import Model
from unchurn.pipeline.chosen_model import choose_model
from unchurn.project import Project


def project_beside_its_table(folder: Path, telecom: Path, sections: str = QUICK) -> Path:
    """A project whose table lies in its own folder, so that copies have the same config."""
    folder.mkdir()
    shutil.copy(telecom / "customers.csv", folder)
    return write_project(folder, folder / "customers.csv", sections)


def manifests(project: Path) -> dict[str, bytes]:
    """Every artefact's manifest, by run and name."""
    found = sorted((project / ".unchurn" / "runs").glob("*/*/manifest.json"))
    return {str(path.relative_to(project)): path.read_bytes() for path in found}


def start_training(project: Path, *flags: str) -> subprocess.Popen[bytes]:
    """Start a training in a process group of its own."""
    command = [
        sys.executable,
        "-m",
        "unchurn",
        "train",
        "--project",
        str(project),
        "--quiet",
        *flags,
    ]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


@pytest.mark.slow
def test_killed_at_random_moments_it_resumes_to_the_same_bytes(
    telecom: Path, unchurn: Unchurn, tmp_path: Path
) -> None:
    """kill -9, four times over, changes nothing in the end but the time it took."""
    calm = project_beside_its_table(tmp_path / "calm", telecom)
    shutil.copytree(calm, tmp_path / "killed")
    began = time.monotonic()
    assert unchurn("train", "--project", calm, "--quiet").code == 0
    whole = time.monotonic() - began
    moments = random.Random(20)
    for _ in range(4):
        process = start_training(tmp_path / "killed")
        time.sleep(moments.uniform(0.2, whole))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert unchurn("train", "--project", tmp_path / "killed", "--quiet").code == 0
    assert manifests(tmp_path / "killed") == manifests(calm)


@pytest.mark.slow
def test_two_trainings_at_once_share_one_result(
    telecom: Path, unchurn: Unchurn, tmp_path: Path
) -> None:
    """Two of the same training end well, with one version between them."""
    project = project_beside_its_table(tmp_path / "twice", telecom)
    both = [start_training(project) for _ in range(2)]
    assert [process.wait(timeout=3600) for process in both] == [0, 0]
    versions = unchurn("registry", "list", "--project", project, "--json").document["versions"]
    assert [version["version"] for version in versions] == [1]


def test_an_interrupted_training_exits_130(telecom: Path, tmp_path: Path) -> None:
    """One Ctrl-C, wherever it lands, leaves no staging behind and says 130."""
    project = project_beside_its_table(tmp_path / "stopped", telecom)
    process = start_training(project)
    while not list((project / ".unchurn").glob("runs/*/.lock")) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=3600) == 130
    assert not list((project / ".unchurn").glob("runs/*/.*.staging"))


@pytest.mark.slow
def test_scoring_never_fails_beside_fresh_trainings(
    telecom: Path, unchurn: Unchurn, tmp_path: Path
) -> None:
    """The champion is there all the time, killed trainings included, and nothing is left over."""
    project = project_beside_its_table(tmp_path / "busy", telecom)
    assert unchurn("train", "--project", project, "--quiet").code == 0
    before = manifests(project)
    made, stop = Project.load(project), threading.Event()
    wrong: list[Exception] = []
    verified = 0

    def look() -> None:
        nonlocal verified
        while not stop.is_set():
            try:
                Model.load(choose_model(made, None, None).bundle)
                verified += 1
            except Exception as error:
                wrong.append(error)

    watcher = threading.Thread(target=look)
    watcher.start()
    for kill_after in (1.5, 2.5, None):
        process = start_training(project, "--fresh")
        if kill_after is not None:
            time.sleep(kill_after)
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    stop.set()
    watcher.join()
    assert (wrong, process.returncode) == ([], 0)
    assert verified > 10
    assert {name: each for name, each in manifests(project).items() if "/model/" in name} == {
        name: each for name, each in before.items() if "/model/" in name
    }
    runs = project / ".unchurn" / "runs"
    assert [path.name for path in runs.glob("*/.*") if path.name != ".lock"] == []


@pytest.mark.slow
def test_a_damaged_champion_is_made_again_by_its_own_run(
    telecom: Path, unchurn: Unchurn, tmp_path: Path
) -> None:
    """What the refusal says, train --fresh, is a way out: the model comes before the comparison."""
    project = project_beside_its_table(tmp_path / "mended", telecom)
    assert unchurn("train", "--project", project, "--quiet").code == 0
    booster = next((project / ".unchurn").glob("runs/*/model/boosters/*"))
    sound = booster.read_bytes()
    booster.write_bytes(sound[:-1])
    assert unchurn("registry", "verify", "--project", project).code == 1
    assert unchurn("train", "--fresh", "--project", project, "--quiet").code == 0
    assert booster.read_bytes() == sound
    assert unchurn("registry", "verify", "--project", project).code == 0


@pytest.mark.slow
def test_a_metric_whose_code_changed_is_computed_again(
    telecom: Path, unchurn: Unchurn, tmp_path: Path
) -> None:
    """The evaluation is made anew, the model and its version are not; the code is named as run."""
    project = project_beside_its_table(tmp_path / "own", telecom)
    add_sections(project / "churn.toml", '[evaluate]\nmetrics = ["team:caught"]\n')
    code = "def caught(labels, probabilities):\n    return 1 + 0 * labels.sum()\n"
    (project / "team.py").write_text(code)
    first = unchurn("train", "--project", project, "--json")
    (project / "team.py").write_text(code.replace("1 +", "2 +"))
    second = unchurn("train", "--project", project, "--json")
    values = [ran.document["custom"]["team:caught"]["value"] for ran in (first, second)]
    assert values == [1, 2]
    assert "training runs it: 'team:caught'" in first.err
    assert first.document["version"] == second.document["version"] == 1
    assert len(list((project / ".unchurn" / "runs").iterdir())) == 1


def test_a_finished_scoring_answers_for_its_own_table_alone(
    trained: tuple[Path, Ran], telecom: Path, tmp_path: Path
) -> None:
    """Of the same bytes elsewhere, beside what is not read, everything is said anew."""
    project = unchurn.Project.load(trained[0])
    rows = (telecom / "this_month.csv").read_text().splitlines(keepends=True)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text("".join(rows[:40]))
    (tmp_path / "two" / "_b.csv").write_text("".join([rows[0], *rows[40:80]]))
    first, other = (unchurn.score(project, tmp_path / name) for name in ("one", "two"))
    assert first.run.run_id == unchurn.score(project, tmp_path / "one").run.run_id
    told = {note["code"]: note["words"] for note in other.counts["notes"]}
    assert "_b.csv" in told["passed-over"]
    assert "passed-over" not in [note["code"] for note in first.counts["notes"]]
    (tmp_path / "one" / "_b.csv").write_text("".join([rows[0], *rows[40:80]]))
    again = unchurn.score(project, tmp_path / "one")
    assert "passed-over" in [note["code"] for note in again.counts["notes"]]
