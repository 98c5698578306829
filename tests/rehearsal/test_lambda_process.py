"""The process of a function is put away whatever it was doing."""

from __future__ import annotations

import subprocess
from pathlib import Path

from rehearsal.lambda_process import Worker


def test_a_function_that_died_with_a_question_unread_is_put_away_whole(tmp_path: Path) -> None:
    process = subprocess.Popen(["true"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.wait()
    worker = Worker(process, "1", tmp_path / "log")
    answer = worker.ask({"id": "r-1", "event": {}}, 1.0)
    assert answer is not None
    assert answer["raised"]["errorType"] == "Runtime.ExitError"
    worker.stop()
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdin.closed
    assert process.stdout.closed


def test_a_function_that_was_stopped_before_it_was_ready_says_so_when_asked(tmp_path: Path) -> None:
    process = subprocess.Popen(
        ["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    worker = Worker(process, "1", tmp_path / "log")
    worker.stop()
    worker.wait(1.0)
    answer = worker.ask({"id": "r-2", "event": {}}, 1.0)
    assert answer is not None
    assert answer["raised"]["errorType"] == "Runtime.ExitError"
