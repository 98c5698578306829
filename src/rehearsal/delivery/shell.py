"""The one shell of a build: what a command sets, exports or enters, the next one finds."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event

POLL_SECONDS = 0.01


class ShellStoppedError(Exception):
    """The shell was killed: the build was stopped, or outlived its time."""


@dataclass
class Shell:
    """A shell whose commands come one by one; it is started with the first, and after an ``exit``.

    `program` is sh or bash, `folder` where it starts, `notes` a folder of its own. Everything
    printed goes to `log`.
    """

    program: str
    folder: Path
    environment: Mapping[str, str]
    notes: Path
    log: Path
    until: float
    """When to kill it, on the monotonic clock."""
    stopped: Event
    _process: subprocess.Popen[bytes] | None = None
    _numbers: count[int] = field(default_factory=count)

    def run(self, command: str) -> int:
        """Run a command, return its exit status. Raises `ShellStoppedError`."""
        name = self.notes / f"command-{next(self._numbers)}"
        name.write_text(command + "\n")
        process = self._started()
        assert process.stdin  # noqa: S101 - a pipe
        ended = name.with_suffix(".status")
        with suppress(BrokenPipeError):
            process.stdin.write(
                f". '{name}' </dev/null; echo $? > '{ended}.part'; mv '{ended}.part' '{ended}'\n".encode()
            )
            process.stdin.flush()
        while not ended.exists():
            if process.poll() is not None and not ended.exists():
                self.close()
                return process.returncode
            if self.stopped.is_set() or time.monotonic() > self.until:
                self.close()
                raise ShellStoppedError
            time.sleep(POLL_SECONDS)
        return int(ended.read_text())

    def export(self, name: str, value: str) -> None:
        """Set a variable for every command from here on; also in a shell started again."""
        self.environment = {**self.environment, name: value}
        self.run(f"export {name}='{value}'")

    def value(self, name: str) -> str:
        """Return what a variable holds now, "" where there is none."""
        told = self.notes / f"value-{next(self._numbers)}"
        self.run(f"printf '%s' \"${{{name}-}}\" > '{told}'")
        return told.read_text() if told.exists() else ""

    def close(self) -> None:
        """End the shell and whatever it has left running."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin:
            with suppress(BrokenPipeError):
                process.stdin.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            with self.log.open("ab") as output:
                self._process = subprocess.Popen(  # noqa: S603 - the build's own commands
                    [self.program],
                    cwd=self.folder,
                    env=dict(self.environment),
                    stdin=subprocess.PIPE,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        return self._process
