"""Room for threads: where the system allows few, libraries are told before they are loaded."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

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


def startable(wanted: int) -> int:
    """Start up to `wanted` idle threads, end them, and return how many the system allowed."""
    over, idle = threading.Event(), []
    try:
        for _ in range(wanted):
            thread = threading.Thread(target=over.wait, daemon=True)
            thread.start()
            idle.append(thread)
    except RuntimeError:
        pass
    finally:
        over.set()
        for thread in idle:
            thread.join()
    return len(idle)
