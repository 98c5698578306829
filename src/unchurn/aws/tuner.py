"""[tune] of churn.toml as SageMaker's tuner takes it: the same space, objective and numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from unchurn.errors import ConfigError
from unchurn.modelling.fitting.configurations import to_strings
from unchurn.modelling.fitting.space import Range, Room, space_of
from unchurn.project import Project, Tune
from unchurn.project.hyperparameters import Value

METRICS: Mapping[str, tuple[str, str]] = {
    "log-loss": ("validation_log_loss", "Minimize"),
    "roc-auc": ("validation_auc", "Maximize"),
    "average-precision": ("validation_average_precision", "Maximize"),
    "brier": ("validation_brier", "Minimize"),
}
"""By [tune] objective: the metric that a trial prints, and which end of it is best."""
JOBS, AT_ONCE = 4, 2
"""What is tried where churn.toml leaves it to us: jobs cost money, and time one after another."""
MOST_JOBS = 500
_SHORTEST = 120
"""Seconds that a tuner takes as its limit, at least."""


def jobs_of(project: Project) -> int:
    """Return the training jobs of a tuning; 0 where nothing is searched.

    Raises `ConfigError` for more than SageMaker takes.
    """
    wanted = project.aws.tuning_jobs or project.tune.trials
    if wanted > MOST_JOBS:
        raise ConfigError(
            f"[tune] trials is {wanted:,}, and a tuning on AWS has {MOST_JOBS} jobs at most.",
            "Set [aws] tuning_jobs for AWS alone.",
        )
    return JOBS if wanted < 0 else wanted


def tuner_config(project: Project) -> dict[str, Any]:
    """Return the HyperParameterTuningJobConfig of a run. Raises `ConfigError`, see `jobs_of`."""
    tune, jobs = project.tune, max(1, jobs_of(project))
    metric, better = METRICS[tune.objective]
    limits = {
        "MaxNumberOfTrainingJobs": jobs,
        "MaxParallelTrainingJobs": min(
            jobs, project.aws.parallel_tuning_jobs or tune.parallel or AT_ONCE
        ),
    }
    if tune.seconds:
        limits["MaxRuntimeInSeconds"] = max(_SHORTEST, math.ceil(tune.seconds))
    return {
        "Strategy": tune.strategy.capitalize(),
        "RandomSeed": project.train.seed,
        "HyperParameterTuningJobObjective": {"Type": better, "MetricName": metric},
        "ResourceLimits": limits,
        "ParameterRanges": _ranges(tune),
        "TrainingJobEarlyStoppingType": "Off",
    }


def _ranges(tune: Tune) -> dict[str, Any]:
    found: dict[str, list[dict[str, Any]]] = {}
    for name, room in space_of(tune).items():
        kind, plain = _range(room)
        found.setdefault(f"{kind}ParameterRanges", []).append({"Name": name, **plain})
    return found


def _range(room: Room) -> tuple[str, dict[str, Any]]:
    if not isinstance(room, Range):
        return "Categorical", {"Values": [_text(each) for each in room]}
    ends = {"MinValue": _text(room.low), "MaxValue": _text(room.high)}
    scale = "Logarithmic" if room.log else "Linear"
    return "Integer" if room.whole else "Continuous", {**ends, "ScalingType": scale}


def _text(value: Value) -> str:
    return to_strings({"": value})[""]
