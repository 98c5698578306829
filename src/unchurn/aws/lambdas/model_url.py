"""Where a training put its model.tar.gz."""

from __future__ import annotations

from typing import Any

from invocation import ABSENT, NotThere, client, logged, text


def handler(event: Any, context: Any) -> dict[str, str]:
    """Return {"model_data_url": "s3://…/model.tar.gz"}.

    The event holds `training_job`. Raises `BadInput`, or `NotThere` when the training has no model.
    """
    with logged(context) as facts:
        facts["training_job"] = job = text(event, "training_job")
        sagemaker = client("sagemaker")
        try:
            found = sagemaker.describe_training_job(TrainingJobName=job)
        except sagemaker.exceptions.ClientError as error:
            if error.response["Error"]["Code"] not in ABSENT:
                raise
            raise NotThere(f"There is no training {job!r}.") from error
        url = found.get("ModelArtifacts", {}).get("S3ModelArtifacts")
        if not url or found["TrainingJobStatus"] != "Completed":
            raise NotThere(
                f"The training {job!r} is {found['TrainingJobStatus']} and has no model."
            )
        return {"model_data_url": url}
