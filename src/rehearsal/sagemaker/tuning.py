"""Tuning jobs: real training jobs over drawn hyperparameters, some at a time; the best is named."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rehearsal.sagemaker.jobs import (
    Job,
    JobFailedError,
    Jobs,
    JobStoppedError,
)
from rehearsal.sagemaker.trials import Search

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

DRAWN = (
    "SageMaker's own search: the rehearsal draws hyperparameters at random from the same ranges, "
    "with the job's RandomSeed."
)
NO_OBJECTIVE = "the job printed no value of the objective"


def tune(cloud: Cloud, jobs: Jobs, job: Job) -> None:
    """Run one tuning job."""
    cloud.journal.remark(DRAWN)
    search = Search(cloud, jobs, job)
    if "TrainingJobDefinition" not in job.request or search.config["Strategy"] == "Grid":
        raise JobFailedError(
            "InternalServerError: the rehearsal knows tuning by one TrainingJobDefinition and "
            "any Strategy but Grid."
        )
    job.details |= _counters(search)
    limits = search.config["ResourceLimits"]
    with ThreadPoolExecutor(limits["MaxParallelTrainingJobs"]) as pool:
        running_now: dict[Future[dict[str, Any]], int] = {}
        for number in _numbers(search, limits["MaxNumberOfTrainingJobs"]):
            running_now[pool.submit(search.trial, number)] = number
            while len(running_now) >= limits["MaxParallelTrainingJobs"]:
                _gather(search, running_now)
        while running_now:
            _gather(search, running_now)
    _finish(search)


def _numbers(search: Search, most: int) -> Iterator[int]:
    seconds = search.config["ResourceLimits"].get("MaxRuntimeInSeconds", 30 * 86_400)
    deadline = time.monotonic() + seconds
    for number in range(1, most + 1):
        late = time.monotonic() > deadline
        if late or search.job.stopped.is_set() or search.reached() or search.hopeless():
            return
        yield number


def _gather(search: Search, running_now: dict[Future[dict[str, Any]], int]) -> None:
    done, _ = wait(running_now, return_when=FIRST_COMPLETED)
    for future in done:
        search.summaries[running_now.pop(future)] = future.result()
    search.job.details |= _counters(search)


def _counters(search: Search) -> dict[str, Any]:
    ended = list(search.summaries.values())
    completed = sum(s["TrainingJobStatus"] == "Completed" for s in ended)
    stopped = sum(s["TrainingJobStatus"] == "Stopped" for s in ended)
    succeeded = sum(s["ObjectiveStatus"] == "Succeeded" for s in ended)
    counters: dict[str, Any] = {
        "TrainingJobStatusCounters": {
            "Completed": completed,
            "InProgress": 0,
            "RetryableError": 0,
            "NonRetryableError": len(ended) - completed - stopped,
            "Stopped": stopped,
        },
        "ObjectiveStatusCounters": {
            "Succeeded": succeeded,
            "Pending": 0,
            "Failed": len(ended) - succeeded,
        },
    }
    best = search.best()
    return counters if best is None else {**counters, "BestTrainingJob": best}


def _finish(search: Search) -> None:
    search.job.details["HyperParameterTuningEndTime"] = datetime.now(UTC)
    if search.job.stopped.is_set():
        raise JobStoppedError("Stopped")
    if search.best() is None:
        reasons = [
            s.get("FailureReason", NO_OBJECTIVE) for _, s in sorted(search.summaries.items())
        ]
        raise JobFailedError(
            "All training jobs have failed. Please take a look at the training jobs failures to "
            f"get more details. The first: {reasons[0] if reasons else 'none was started'}"
        )
