"""A limit on threads: where the system allows few, libraries are told before they are loaded.

OpenMP ends the process, OpenBLAS interrupts it and Arrow waits for ever when a thread is refused, so
how many may run is tried first, with idle ones: a user's limit and a container's count alike.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

from unchurn.errors import ThreadLimitError

FEWEST = 4
"""Arrow's three beside the main one, and the process that proves that a model loads."""
_WANTED = 16
_ALONE = {
    "ARROW_IO_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others start threads of their own
    "OMP_NUM_THREADS": "1",
    "OMP_THREAD_LIMIT": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
_state = {"few": False, "heeded": False}


def heed_thread_limit() -> None:
    """Run libraries on one thread each, and say so on stderr, where the system allows few.

    Call it before they are imported; once is enough, and the next calls do nothing. Raises
    `ThreadLimitError` below `FEWEST` threads.
    """
    if _state["heeded"]:
        return
    wanted = max(_WANTED, 8 + 2 * (os.cpu_count() or 1))
    allowed = startable(wanted)
    _state["few"] = allowed < wanted
    if allowed < FEWEST:
        raise ThreadLimitError(
            f"The system allows this user {allowed} more threads; at least {FEWEST} are needed.",
            "Raise the limit (ulimit -u, or a container's pids limit), or end other programs.",
        )
    if allowed < wanted:
        os.environ.update(_ALONE)
        with suppress(OSError):
            sys.stderr.write(
                f"{wanted} threads wanted, {allowed} allowed: running with fewer "
                "(ulimit -u, or a container's pids limit).\n"
            )
    _state["heeded"] = True


def share_cores() -> None:
    """Keep OpenBLAS to one thread in a process that is unchurn's own; call it before numpy is imported.

    Its threads wait for one another in loops, and matrices here are small: beside others that
    compute, two of them took 8.4 s of CPU where one took 0.4 (a logistic regression of 6,337 × 152).
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def few_threads() -> bool:
    """Whether `heed_thread_limit` found that threads are few: what can do without one then does."""
    return _state["few"]


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
