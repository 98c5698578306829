"""A rehearsed cloud kept open by the command itself, and what it may not leave behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Open:
    """A running ``unchurn aws rehearse --open --json``, and what it printed first."""

    process: subprocess.Popen[str]
    document: dict[str, Any]

    @property
    def environment(self) -> dict[str, str]:
        """What a command's environment needs to have, to run in this cloud."""
        return dict(self.document["environment"])

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Ask it to end; return the exit code and what it wrote since."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=3600)
        return self.process.returncode, out, err

    @property
    def mark(self) -> str:
        """What is in the environment of those who know where this cloud is."""
        return f"AWS_ENDPOINT_URL={self.document['endpoint']}"


def carrying(mark: str) -> list[str]:
    """Name the processes, but this one, that have NAME=VALUE in their environment."""
    found = Path("/proc").glob("[0-9]*/environ")
    others = [path for path in found if path.parent.name != str(os.getpid())]
    return [path.parent.name for path in others if f"{mark}\0".encode() in _read(path)]


def still_running(mark: str) -> list[str]:
    """Name those that go on: what was killed dies when the machine comes to it."""
    deadline = time.monotonic() + 3600
    while (found := carrying(mark)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # gone meanwhile, or somebody else's


@contextmanager
def open_by_command(project: Path, temporary: Path, **environment: str) -> Iterator[Open]:
    """Run the command with `temporary` as its TMPDIR; kill it if the block has not ended it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "unchurn", "aws", "rehearse", "--open", "--json"],
        cwd=project,
        env={**os.environ, "TMPDIR": str(temporary), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stderr
    try:
        first = process.stdout.readline()
        assert first, process.stderr.read()
        yield Open(process, json.loads(first))
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(3600)
        process.stdout.close()
        process.stderr.close()
