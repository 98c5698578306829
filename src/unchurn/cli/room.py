"""Room for threads: where the system allows few, libraries are told before they are loaded."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from unchurn.interruption import startable

WANTED = 16
"""Threads beside the main one that a command on a laptop may come to use."""


def make_do() -> None:
    """Run libraries on one thread each, and say so, where the system refuses `WANTED`."""
    may = startable(WANTED)
    if may == WANTED:
        return
    os.environ.update(ARROW_IO_THREADS="1", OMP_NUM_THREADS="1", OMP_THREAD_LIMIT="1")
    with suppress(OSError):
        sys.stderr.write(
            f"{may} threads may be started here instead of {WANTED}: running with fewer "
            "(ulimit -u, or a container's pids limit).\n"
        )
