"""Independent fits side by side, on one host or spread over several.

Two fits of one thread each at once take about half the time of two threads on one after the
other (600 to 10,000 rows), and less CPU: a round is too short to be worth sharing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from unchurn.thread_limit import few_threads, startable

T = TypeVar("T")
_LARGE = 200_000
"""Training rows from which at most two fits run at once, for the sake of memory."""


class Spread(Protocol):
    """Hosts that go through the same batches of jobs, each doing its share of every one."""

    def mine(self, count: int) -> Sequence[int]:
        """Return which of `count` jobs this host does, in their order."""

    def exchange(self, results: list[T], count: int) -> list[T]:
        """Give the results of this host's share; return those of all `count` jobs, in order."""

    def kept(
        self, jobs: Sequence[Callable[[int], T]], of: Sequence[Any]
    ) -> Sequence[Callable[[int], T]]:
        """Return the jobs, or such as take what was fitted before; `of` says, as JSON takes it, what each fits."""
        return jobs


class Alone(Spread):
    """A `Spread` over one host, which does it all."""

    def mine(self, count: int) -> Sequence[int]:
        """Return them all."""
        return range(count)

    def exchange(self, results: list[T], count: int) -> list[T]:
        """Return what was given."""
        return results


ALONE = Alone()


def run_jobs(
    jobs: Sequence[Callable[[int], T]],
    threads: int,
    rows: int,
    advance: Callable[[], None],
    spread: Spread = ALONE,
) -> list[T]:
    """Call every job with the threads it may use; return the results in the jobs' order.

    `threads` are shared out among all jobs, so that the answer depends on them, but neither on timing
    nor on how many hosts share the jobs. `advance` is called in the calling thread, once a job done
    here. The first failure, or Ctrl-C, drops the jobs that have not begun.
    """
    workers = max(1, min(threads, len(jobs), 2 if rows > _LARGE else threads))
    each = max(1, threads // workers)
    own = [jobs[place] for place in spread.mine(len(jobs))]
    return spread.exchange(_done(own, workers, each, advance), len(jobs))


def _done(
    jobs: Sequence[Callable[[int], T]], workers: int, each: int, advance: Callable[[], None]
) -> list[T]:
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
