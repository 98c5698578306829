"""As many worker processes as CPUs on one socket: started, watched, replaced and ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from unchurn.errors import UnchurnError
from unchurn.modelling.scoring.load_check import check_loads
from unchurn.serve.listening import DRAIN, LINGER
from unchurn.serve.metrics import BYTES
from unchurn.serve.worker import Orders, serve

_GLANCE = 0.1
_DEATHS = 5
"""Workers that may die in a minute before the server gives up."""
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def cpus() -> int:
    """Count the CPUs this process may use, a container's quota included."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    try:
        quota, period = _QUOTA.read_text().split()
        allowed = min(allowed or 1, round(int(quota) / int(period)))
    except (OSError, ValueError):
        pass  # no quota
    return max(1, allowed or 1)


def serve_with(orders: Orders, opened: socket.socket, count: int) -> None:
    """Serve with `count` processes until SIGTERM or Ctrl-C; one needs no process but this.

    The bundle is verified by hash and loaded in a child first. Raises `ArtefactError` when it
    is damaged, and `UnchurnError` when workers keep dying.
    """
    check_loads(orders.bundle)
    if count == 1:
        serve(orders, opened)
        return
    with _signals() as heard, _life() as watched, tempfile.TemporaryFile() as counts:
        counts.truncate(BYTES * count)
        _watch(_Crew(orders, opened, count, (watched, counts.fileno())), heard)


class _Crew:
    """The running workers."""

    def __init__(
        self, orders: Orders, opened: socket.socket, count: int, shared: tuple[int, int]
    ) -> None:
        self._orders, self._opened, self._count = orders.dump(), opened, count
        self._life, self._counts = shared
        self.deaths: deque[float] = deque(maxlen=_DEATHS)
        self.members = [self._start(place) for place in range(count)]

    def replace_the_dead(self) -> None:
        """Start a worker for each that ended by itself."""
        for place, member in enumerate(self.members):
            if member.poll() is not None:
                self.deaths.append(time.monotonic())
                self.members[place] = self._start(place)

    @property
    def is_hopeless(self) -> bool:
        """Whether too many died in the last minute."""
        return len(self.deaths) == _DEATHS and time.monotonic() - self.deaths[0] < 60

    def end(self) -> None:
        """Ask all to end, and wait for as long as draining may take."""
        for member in self.members:
            member.terminate()
        # it listens for as long as any process holds it
        self._opened.close()
        last = time.monotonic() + DRAIN + LINGER + 1
        for member in self.members:
            try:
                member.wait(max(0.0, last - time.monotonic()))
            except subprocess.TimeoutExpired:
                member.kill()
                member.wait()

    def _start(self, place: int) -> subprocess.Popen[bytes]:
        shared = (self._opened.fileno(), self._life, self._counts)
        given = (*shared, place, self._count)
        words = [sys.executable, "-m", "unchurn.serve.worker", *map(str, given)]
        # The command is this interpreter and a module of ours.
        made = subprocess.Popen(  # noqa: S603
            words, stdin=subprocess.PIPE, pass_fds=shared
        )
        assert made.stdin is not None  # noqa: S101 - a pipe was asked for
        try:
            made.stdin.write(self._orders)
            made.stdin.close()
        except BrokenPipeError:
            pass  # it died at once, and is counted
        return made


def _watch(crew: _Crew, heard: list[int]) -> None:
    try:
        while not heard and not crew.is_hopeless:
            time.sleep(_GLANCE)
            crew.replace_the_dead()
    finally:
        crew.end()
    if signal.SIGINT in heard:
        raise KeyboardInterrupt
    if not heard:
        raise UnchurnError(
            f"{_DEATHS} workers ended by themselves within a minute.", "What they wrote says why."
        )


@contextmanager
def _signals() -> Iterator[list[int]]:
    heard: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        heard.append(number)

    before = {each: signal.signal(each, hear) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield heard
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def _life() -> Iterator[int]:
    """Open a pipe whose other end closes when this process is gone, however it went."""
    watched, held = os.pipe()
    try:
        yield watched
    finally:
        os.close(watched)
        os.close(held)
