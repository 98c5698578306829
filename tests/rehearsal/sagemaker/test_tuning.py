"""A tuning job: real training jobs over drawn hyperparameters, and the best of them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from job_requests import put, run, tuning

from rehearsal.cloud import Cloud

ETA = {"Name": "eta", "MinValue": "0.04", "MaxValue": "0.4", "ScalingType": "Logarithmic"}
RANGES = {"ContinuousParameterRanges": [ETA]}


@pytest.fixture
def tuned(acme: Cloud) -> dict[str, Any]:
    put(acme, "in/a.txt", "rows")
    return run(acme, "hyper_parameter_tuning", tuning("acme-t-1", RANGES))


def test_the_best_training_job_is_one_that_ran_with_the_hyperparameters_named(
    acme: Cloud, tuned: dict[str, Any]
) -> None:
    best = tuned["BestTrainingJob"]
    assert tuned["TrainingJobStatusCounters"]["Completed"] == 4
    children = [
        acme.clients.client("sagemaker").describe_training_job(TrainingJobName=note.name)
        for note in acme.journal.notes
        if note.kind == "training"
    ]
    losses = {c["TrainingJobName"]: c["FinalMetricDataList"][0]["Value"] for c in children}
    assert best["TrainingJobName"] == min(losses, key=losses.__getitem__)
    value = best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    assert value == min(losses.values())
    assert abs(abs(float(best["TunedHyperParameters"]["eta"]) - 0.1) - value) < 1e-6


def test_each_training_job_gets_the_static_the_drawn_and_the_name_of_the_objective(
    acme: Cloud, tuned: dict[str, Any]
) -> None:
    best = tuned["BestTrainingJob"]
    child = acme.clients.client("sagemaker").describe_training_job(
        TrainingJobName=best["TrainingJobName"]
    )
    assert child["HyperParameters"] == {
        "task": "trial",
        "_tuning_objective_metric": "loss",
        **best["TunedHyperParameters"],
    }
    assert child["TuningJobArn"] == tuned["HyperParameterTuningJobArn"]


def test_when_every_training_fails_the_tuning_fails_with_the_first_reason(acme: Cloud) -> None:
    put(acme, "in/a.txt", "rows")
    request = tuning("acme-t-1", {})
    request["TrainingJobDefinition"]["StaticHyperParameters"] = {"fails": "yes"}
    found = run(acme, "hyper_parameter_tuning", request)
    assert found["HyperParameterTuningJobStatus"] == "Failed"
    assert found["FailureReason"].startswith("All training jobs have failed.")
    assert "no model today" in found["FailureReason"]
    assert "BestTrainingJob" not in found


def test_a_name_longer_than_the_service_takes_is_refused(acme: Cloud) -> None:
    with pytest.raises(ClientError, match="length less than or equal to 32"):
        run(acme, "hyper_parameter_tuning", tuning("a" * 33, RANGES))


def test_what_the_tuner_does_otherwise_is_said(acme: Cloud, tuned: dict[str, Any]) -> None:
    assert any("SageMaker's own search" in sentence for sentence in acme.journal.unproven)
