"""The trials of a tuning job: which are run, how each ended, and which is the best."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rehearsal.sagemaker.jobs import TRAINING, Job, JobFailedError, Jobs
from rehearsal.sagemaker.ranges import draw

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

SHARED = (
    "RoleArn",
    "InputDataConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "StoppingCondition",
    "Environment",
    "EnableNetworkIsolation",
    "EnableManagedSpotTraining",
    "CheckpointConfig",
)
_GIVEN_UP = 5


@dataclass
class Search:
    """One tuning job under way. `summaries` are of the trials that ended, by their number."""

    cloud: Cloud
    jobs: Jobs
    job: Job
    summaries: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def config(self) -> Mapping[str, Any]:
        """The tuning job's configuration."""
        config: Mapping[str, Any] = self.job.request["HyperParameterTuningJobConfig"]
        return config

    @property
    def objective(self) -> Mapping[str, str]:
        """The metric to find the best of, and whether the least or the most is best."""
        objective: Mapping[str, str] = self.config["HyperParameterTuningJobObjective"]
        return objective

    def trial(self, number: int) -> dict[str, Any]:
        """Run training job `number` and return its summary."""
        definition = self.job.request["TrainingJobDefinition"]
        seed = int(self.config.get("RandomSeed", 0))
        tuned = draw(self.config.get("ParameterRanges", {}), seed, number)
        name = _child(self.job.name, seed, number)
        if self.cloud.faults.take(self.job.name, "interrupted"):
            self.cloud.faults.add(name, "interrupted", 1)
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


def _value(summary: Mapping[str, Any]) -> float:
    return float(summary["FinalHyperParameterTuningJobObjectiveMetric"]["Value"])


def _child(parent: str, seed: int, number: int) -> str:
    digest = hashlib.sha256(f"{parent}/{seed}/{number}".encode()).hexdigest()
    return f"{parent}-{number:03d}-{digest[:8]}"
