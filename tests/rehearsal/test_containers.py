"""A process with an /opt/ml of its own."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from threading import Event

import pytest

from rehearsal import containers
from rehearsal.containers import MOUNT, Container

_SEES = "import os, pathlib; print(*pathlib.Path(os.environ.get('SAGEMAKER_BASE_DIR', '/opt/ml')).iterdir())"


def _run(tmp_path: Path, *command: str) -> Container:
    (tmp_path / "ml").mkdir()
    (tmp_path / "ml" / "mine.txt").touch()
    return Container.start(command, tmp_path / "ml", tmp_path / "log", dict(os.environ))


def test_the_command_sees_its_own_folder_and_its_output_is_kept(tmp_path: Path) -> None:
    container = _run(tmp_path, sys.executable, "-c", _SEES)
    assert container.wait(3600, Event()) == 0
    assert container.output.strip().endswith("mine.txt")
    assert not (MOUNT / "mine.txt").exists()


def test_where_nothing_can_be_mounted_a_variable_names_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "mounts", lambda: False)
    container = _run(tmp_path, sys.executable, "-c", _SEES)
    assert container.wait(3600, Event()) == 0
    assert container.output.strip() == str(tmp_path / "ml" / "mine.txt")


def test_where_nothing_can_be_mounted_paths_in_the_command_lead_to_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "mounts", lambda: False)
    container = _run(tmp_path, "ls", "/opt/ml/mine.txt")
    assert container.wait(3600, Event()) == 0


def test_the_exit_code_is_the_commands(tmp_path: Path) -> None:
    assert _run(tmp_path, "sh", "-c", "exit 7").wait(3600, Event()) == 7


def test_a_child_that_outlives_the_command_is_killed_with_it(tmp_path: Path) -> None:
    container = _run(tmp_path, "sh", "-c", "sleep 323 & echo $!")
    assert container.wait(3600, Event()) == 0
    deadline = time.monotonic() + 3600
    child = Path("/proc") / container.output.strip() / "stat"
    while _alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _alive(child)


def test_a_command_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    container = _run(tmp_path, "sh", "-c", "trap '' TERM; while true; do sleep 0.1; done")
    time.sleep(0.3)
    container.stop(grace=0.3)
    assert not container.running


def test_the_stop_of_a_job_ends_the_waiting(tmp_path: Path) -> None:
    stopped = Event()
    stopped.set()
    assert _run(tmp_path, "sleep", "60").wait(60, stopped) is None


def _alive(stat: Path) -> bool:
    try:
        return ") Z " not in stat.read_text()
    except OSError:
        return False
