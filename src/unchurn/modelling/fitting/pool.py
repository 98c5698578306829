"""Independent fits side by side, in this process or spread over others.

Two fits of one thread each at once take about half the time of two threads on one after the
other (600 to 10,000 rows), and less CPU: a round is too short to be worth sharing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from unchurn.modelling.fitting.training_rows import Rows
from unchurn.thread_limit import few_threads, startable

T = TypeVar("T")
_LARGE = 200_000
"""Training rows from which at most two fits run at once, for the sake of memory."""


Job = Callable[[int], T]
"""Called with the threads that it may use."""


@dataclass(frozen=True)
class Fit(Generic[T]):
    """A job in a form that travels: `how`, a small plain object, is called with `rows` and the threads.

    What it returns is a tuple that `travelling` can write.
    """

    rows: Rows
    how: Callable[[Rows, int], T]

    def __call__(self, threads: int) -> T:
        """Fit here."""
        return self.how(self.rows, threads)


class Spread(Protocol):
    """Where the jobs of a batch are done: in this process, by several hosts alike, or on workers."""

    def done(
        self,
        jobs: Sequence[Job[T]],
        threads: int,
        here: Callable[[Sequence[Job[T]]], list[T]],
        advance: Callable[[], None],
    ) -> list[T]:
        """Return what all `jobs` give, in order, each called with `threads`.

        ``here(some)`` does some of them in this process, and tells of each; `advance` tells of one done elsewhere.
        """


class Alone:
    """A `Spread` over this process, which does it all."""

    def done(
        self,
        jobs: Sequence[Job[T]],
        threads: int,
        here: Callable[[Sequence[Job[T]]], list[T]],
        advance: Callable[[], None],
    ) -> list[T]:
        """Do them here."""
        return here(jobs)


ALONE = Alone()


def run_jobs(
    jobs: Sequence[Job[T]],
    threads: int,
    rows: int,
    advance: Callable[[], None],
    spread: Spread = ALONE,
) -> list[T]:
    """Call every job with the threads it may use; return the results in the jobs' order.

    `threads` are shared out among all jobs, so that the answer depends on them, but neither on timing
    nor on who does them. `advance` is called in the calling thread, once a job done. The first failure,
    or Ctrl-C, drops the jobs that have not begun.
    """
    workers = max(1, min(threads, len(jobs), 2 if rows > _LARGE else threads))
    each = max(1, threads // workers)
    return spread.done(jobs, each, lambda some: _done(some, workers, each, advance), advance)


def _done(jobs: Sequence[Job[T]], workers: int, each: int, advance: Callable[[], None]) -> list[T]:
    results = []
    at_once = 0 if few_threads() else startable(workers)
    if not at_once:
        for job in jobs:
            results.append(job(each))
            advance()
        return results
    with ThreadPoolExecutor(at_once) as pool:
        waiting = [pool.submit(job, each) for job in jobs]
        try:
            for future in waiting:
                results.append(future.result())
                advance()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return results
