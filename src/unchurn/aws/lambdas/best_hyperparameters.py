"""The best trial of a tuning, as the hyperparameters of the training that follows."""

from __future__ import annotations

from typing import Any

from invocation import ABSENT, NotThere, client, logged, text


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Return {"hyperparameters": the tuner's strings untouched and task, "training_job": s}.

    The event holds `tuning_job`. Raises `BadInput`, or `NotThere` when no trial has finished.
    """
    with logged(context) as facts:
        facts["tuning_job"] = tuning = text(event, "tuning_job")
        sagemaker = client("sagemaker")
        try:
            found = sagemaker.describe_hyper_parameter_tuning_job(
                HyperParameterTuningJobName=tuning
            )
        except sagemaker.exceptions.ClientError as error:
            if error.response["Error"]["Code"] not in ABSENT:
                raise
            raise NotThere(f"There is no tuning {tuning!r}.") from error
        best = found.get("BestTrainingJob")
        if not best:
            raise NotThere(f"No training job of the tuning {tuning!r} has a result.")
        facts["training_job"] = best["TrainingJobName"]
        return {
            "hyperparameters": {**best["TunedHyperParameters"], "task": "train"},
            "training_job": best["TrainingJobName"],
        }
