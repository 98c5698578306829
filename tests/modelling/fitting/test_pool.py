from __future__ import annotations

import threading

import pytest

from unchurn.modelling.fitting.pool import run_jobs


def test_results_come_in_the_order_of_the_jobs() -> None:
    """However long each takes, results are in order and every job is counted."""
    counted: list[int] = []
    jobs = [lambda threads, i=i: (i, threads) for i in range(7)]
    found = run_jobs(jobs, 2, 100, lambda: counted.append(1))
    assert found == [(i, 1) for i in range(7)]
    assert len(counted) == 7


def test_threads_are_shared_out() -> None:
    """Fewer jobs than threads: each job may use more than one."""
    assert run_jobs([lambda threads: threads], 4, 100, lambda: None) == [4]
    assert run_jobs([lambda threads: threads] * 8, 8, 1_000_000, lambda: None) == [4] * 8


def test_the_first_failure_drops_what_has_not_begun() -> None:
    """A failing job's error is raised, and jobs still waiting never run."""
    begun: list[int] = []
    gate = threading.Event()

    def fails(_: int) -> None:
        raise ValueError("no")

    def waits(_: int) -> None:
        begun.append(1)
        gate.wait(0.2)

    with pytest.raises(ValueError, match="no"):
        run_jobs([fails, *[waits] * 20], 1, 100, lambda: None)
    assert len(begun) < 20
