"""Tuning jobs: real training jobs over drawn hyperparameters, some at a time; the best is named."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from unchurn.aws.rehearsal.sagemaker.jobs import (
    TRAINING,
    Job,
    JobFailedError,
    Jobs,
    JobStoppedError,
)
from unchurn.aws.rehearsal.sagemaker.ranges import draw

if TYPE_CHECKING:
    from unchurn.aws.rehearsal.cloud import Cloud

DRAWN = (
    "SageMaker's own search: the rehearsal draws hyperparameters at random from the same ranges, "
    "with the job's RandomSeed."
)
SHARED = (
    "RoleArn",
    "InputDataConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "StoppingCondition",
    "Environment",
    "EnableNetworkIsolation",
)
NO_OBJECTIVE = "the job printed no value of the objective"
_GIVEN_UP = 5


@dataclass
class _Search:
    """One tuning job under way. `summaries` are of the trials that ended, by their number."""

    cloud: Cloud
    jobs: Jobs
    job: Job
    summaries: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def config(self) -> Mapping[str, Any]:
        config: Mapping[str, Any] = self.job.request["HyperParameterTuningJobConfig"]
        return config

    @property
    def objective(self) -> Mapping[str, str]:
        objective: Mapping[str, str] = self.config["HyperParameterTuningJobObjective"]
        return objective

    def trial(self, number: int) -> dict[str, Any]:
        """Run training job `number` and return its summary."""
        definition = self.job.request["TrainingJobDefinition"]
        seed = int(self.config.get("RandomSeed", 0))
        tuned = draw(self.config.get("ParameterRanges", {}), seed, number)
        name = _child(self.job.name, seed, number)
        self.cloud.clients.client("sagemaker").create_training_job(
            TrainingJobName=name,
            AlgorithmSpecification=definition["AlgorithmSpecification"],
            HyperParameters={
                **definition.get("StaticHyperParameters", {}),
                **tuned,
                "_tuning_objective_metric": self.objective["MetricName"],
            },
            Tags=self.job.request.get("Tags", []),
            **{key: definition[key] for key in SHARED if key in definition},
        )
        child = self.jobs.find(TRAINING, name)
        if child is None:
            raise JobFailedError(f"InternalServerError: {name} was not started.")
        child.details["TuningJobArn"] = self.job.arn
        while not child.ended.wait(0.05):
            if self.job.stopped.is_set():
                child.stopped.set()
        return self._summary(child, tuned)

    def _summary(self, child: Job, tuned: dict[str, str]) -> dict[str, Any]:
        metric = self.objective["MetricName"]
        values = [
            row["Value"]
            for row in child.details.get("FinalMetricDataList", [])
            if row["MetricName"] == metric
        ]
        summary: dict[str, Any] = {
            "TrainingJobName": child.name,
            "TrainingJobArn": child.arn,
            "CreationTime": child.created,
            "TrainingJobStatus": child.status,
            "TunedHyperParameters": tuned,
            "ObjectiveStatus": "Failed",
        }
        for key in ("TrainingStartTime", "TrainingEndTime", "FailureReason"):
            if key in child.details:
                summary[key] = child.details[key]
        if child.status == "Completed" and values:
            summary["ObjectiveStatus"] = "Succeeded"
            summary["FinalHyperParameterTuningJobObjectiveMetric"] = {
                "MetricName": metric,
                "Type": self.objective["Type"],
                "Value": values[0],
            }
        return summary

    def best(self) -> dict[str, Any] | None:
        """Return the summary of the best trial; of equals, the one drawn first."""
        sign = 1 if self.objective["Type"] == "Minimize" else -1
        good = [s for _, s in sorted(self.summaries.items()) if s["ObjectiveStatus"] == "Succeeded"]
        return min(good, key=lambda summary: sign * _value(summary), default=None)

    def reached(self) -> bool:
        """Tell whether the best value is as good as was asked for."""
        criteria = self.config.get("TuningJobCompletionCriteria", {})
        target, best = criteria.get("TargetObjectiveMetricValue"), self.best()
        if target is None or best is None:
            return False
        sign = 1 if self.objective["Type"] == "Minimize" else -1
        return sign * _value(best) <= sign * float(target)

    def hopeless(self) -> bool:
        """Tell whether so many trials failed, and none succeeded, that SageMaker would give up."""
        return len(self.summaries) >= _GIVEN_UP and self.best() is None


def tune(cloud: Cloud, jobs: Jobs, job: Job) -> None:
    """Run one tuning job."""
    cloud.journal.remark(DRAWN)
    search = _Search(cloud, jobs, job)
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


def _numbers(search: _Search, most: int) -> Iterator[int]:
    seconds = search.config["ResourceLimits"].get("MaxRuntimeInSeconds", 30 * 86_400)
    deadline = time.monotonic() + seconds
    for number in range(1, most + 1):
        late = time.monotonic() > deadline
        if late or search.job.stopped.is_set() or search.reached() or search.hopeless():
            return
        yield number


def _gather(search: _Search, running_now: dict[Future[dict[str, Any]], int]) -> None:
    done, _ = wait(running_now, return_when=FIRST_COMPLETED)
    for future in done:
        search.summaries[running_now.pop(future)] = future.result()
    search.job.details |= _counters(search)


def _counters(search: _Search) -> dict[str, Any]:
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


def _finish(search: _Search) -> None:
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


def _value(summary: Mapping[str, Any]) -> float:
    return float(summary["FinalHyperParameterTuningJobObjectiveMetric"]["Value"])


def _child(parent: str, seed: int, number: int) -> str:
    digest = hashlib.sha256(f"{parent}/{seed}/{number}".encode()).hexdigest()
    return f"{parent}-{number:03d}-{digest[:8]}"
