"""How far Spark is with tasks that somebody waits for, and an end of them where nobody does any more."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

T = TypeVar("T")
_LOOK_SECONDS = 0.25


def watched(session: Any, work: Callable[[], T], tasks: int, advance: Callable[[], None]) -> T:
    """Return what `work` gives, which has Spark do so many `tasks`; call `advance` here as each is done.

    `work` runs in a thread of its own: an answer of Spark's may be hours away, and Ctrl-C is heard here. Whatever ends the wait, then, ends Spark's
    tasks. Raises what `work` raises.
    """
    context, group = session.sparkContext, f"unchurn-{uuid.uuid4().hex}"

    def grouped() -> T:
        context.setJobGroup(group, "unchurn", True)
        return work()

    told = 0
    with ThreadPoolExecutor(1) as pool, _ended(context, group):
        future = pool.submit(grouped)
        while not _is_done(future):
            for _ in range(min(_done(context, group), tasks) - told):
                advance()
                told += 1
        found = future.result()
    for _ in range(tasks - told):
        advance()
    return found


def _is_done(future: Future[Any]) -> bool:
    """Wait a moment; tell whether it is over, however it ended."""
    with suppress(NotYet):
        future.exception(_LOOK_SECONDS)
    return future.done()


def _done(context: Any, group: str) -> int:
    """Count the tasks of a group that are done."""
    tracker = context.statusTracker()
    jobs = [tracker.getJobInfo(job) for job in tracker.getJobIdsForGroup(group)]
    stages = [tracker.getStageInfo(stage) for job in jobs if job for stage in job.stageIds]
    return sum(stage.numCompletedTasks for stage in stages if stage)


@contextmanager
def _ended(context: Any, group: str) -> Iterator[None]:
    """Cancel what Spark does for a group where the block is left early."""
    try:
        yield
    except BaseException:
        with suppress(Exception):  # a JVM that is gone does nothing any more
            context.cancelJobGroup(group)
        raise
