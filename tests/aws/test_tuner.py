"""SageMaker's tuner searches as churn.toml says and as the local search does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from unchurn.aws.costs import estimate
from unchurn.aws.deployment import make_deployment
from unchurn.aws.tuner import jobs_of, tuner_config
from unchurn.errors import ConfigError
from unchurn.modelling.fitting.space import Range, Space, from_tuner, space_of
from unchurn.project import Project


def project(**sections: Any) -> Project:
    return Project.from_plain(sections, Path())


def searched(config: dict[str, Any]) -> Space:
    """What a tuner draws from, as the search writes its own."""
    given, found = config["ParameterRanges"], {}
    for kind in ("Continuous", "Integer"):
        for each in given[f"{kind}ParameterRanges"]:
            low, high = float(each["MinValue"]), float(each["MaxValue"])
            log = each["ScalingType"] == "Logarithmic"
            found[each["Name"]] = Range(low, high, log, whole=kind == "Integer")
    return found | {c["Name"]: tuple(c["Values"]) for c in given["CategoricalParameterRanges"]}


def valid(config: dict[str, Any]) -> bool:
    """Tell whether the service's own model of a request takes it."""
    import botocore.session
    from botocore.validate import ParamValidator

    model = botocore.session.get_session().get_service_model("sagemaker")
    shape = model.shape_for("HyperParameterTuningJobConfig")
    return not ParamValidator().validate(config, shape).has_errors()


@pytest.mark.parametrize(
    "tune",
    [
        {},
        {"ranges": {"eta": [0.01, 0.3], "max_bin": [64, 128], "grow_policy": ["lossguide"]}},
        {"ranges": {"alpha": [0, 4], "max_delta_step": [0, 5], "max_depth": [2, 4, 8]}},
    ],
)
def test_the_tuner_searches_the_same_space(tune: dict[str, Any]) -> None:
    """With the ranges of churn.toml, too; a trial takes what is drawn there."""
    made = project(tune=tune)
    config, space = tuner_config(made), space_of(made.tune)
    ours = {n: r if isinstance(r, Range) else tuple(map(str, r)) for n, r in space.items()}
    assert searched(config) == ours
    assert valid(config)
    drawn = {n: str(r.low) if isinstance(r, Range) else r[0] for n, r in searched(config).items()}
    drawn |= {n: str(int(r.low)) for n, r in space.items() if isinstance(r, Range) and r.whole}
    from_tuner({name: str(value) for name, value in drawn.items()}, 1.0, space)


@pytest.mark.parametrize(
    ("objective", "told"),
    [
        ("log-loss", ("Minimize", "validation_log_loss")),
        ("roc-auc", ("Maximize", "validation_auc")),
        ("average-precision", ("Maximize", "validation_average_precision")),
        ("brier", ("Minimize", "validation_brier")),
    ],
)
def test_objective_strategy_and_seed_are_handed_over(objective: str, told: tuple[str, str]) -> None:
    made = project(tune={"objective": objective, "strategy": "random"}, train={"seed": 11})
    config = tuner_config(made)
    asked = config["HyperParameterTuningJobObjective"]
    assert (asked["Type"], asked["MetricName"]) == told
    assert (config["Strategy"], config["RandomSeed"]) == ("Random", 11)
    assert valid(config)


@pytest.mark.parametrize(
    ("tune", "aws", "jobs", "at_once"),
    [
        ({}, {}, 4, 2),
        ({"trials": 9, "parallel": 3}, {}, 9, 3),
        ({"trials": 9, "parallel": 3}, {"tuning_jobs": 2, "parallel_tuning_jobs": 7}, 2, 2),
        ({"trials": 1}, {}, 1, 1),
        ({"trials": 0}, {}, 0, 1),
        ({"trials": 0}, {"tuning_jobs": 3}, 3, 2),
    ],
)
def test_number_and_parallelism_are_churn_tomls(
    tune: dict[str, Any], aws: dict[str, Any], jobs: int, at_once: int
) -> None:
    """[aws] wins where it says so; never more at once than there are; the plan counts them."""
    made = project(tune=tune, aws=aws)
    assert jobs_of(made) == jobs
    assert tuner_config(made)["ResourceLimits"]["MaxParallelTrainingJobs"] == at_once
    lines = [each.what for each in estimate(make_deployment(made)).training]
    assert [each for each in lines if each.startswith(f"Tune ({jobs} jobs)")]


def test_a_budget_in_seconds_is_the_tuners_limit() -> None:
    """It takes two minutes at least."""
    for seconds, told in ((5, 120), (3600.5, 3601)):
        limits = tuner_config(project(tune={"seconds": seconds}))["ResourceLimits"]
        assert limits["MaxRuntimeInSeconds"] == told


def test_more_trials_than_a_tuning_has_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"1,000, and a tuning on AWS has 500 jobs at most"):
        make_deployment(project(tune={"trials": 1000}))
    assert jobs_of(project(tune={"trials": 1000}, aws={"tuning_jobs": 20})) == 20
