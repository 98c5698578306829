"""Every parameter of the endpoint's template, for the model that a run made."""

from __future__ import annotations

import json
from typing import Any

from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment
from unchurn.aws.endpoint.takeover import check_change, takeover
from unchurn.aws.failure import AwsError, asking_aws, is_missing
from unchurn.aws.layout import RunLayout
from unchurn.aws.run import deployed
from unchurn.aws.stack_state import read_stack
from unchurn.errors import ConfigError

TEMPLATE = "deploy-model"
_OF_THE_RUN = ("ModelName", "ModelDataUrl", "TrainingImage", "RoleArn")
_OF_THE_STACK = ("Bucket", "TopicArn")
_SETTINGS = (
    *("Serverless", "ServerlessMemoryMb", "ServerlessConcurrency", "MaxInstanceCount"),
    *("CanaryPercent", "BakeSeconds", "LatencyMs", "CapturePercent", "KmsKey"),
)
_UNMADE = ("REVIEW_IN_PROGRESS", "ROLLBACK_", "CREATE_FAILED", "CREATE_IN_PROGRESS", "DELETE_")


def endpoint_values(
    clients: Clients, deployment: Deployment, model_run: str, guarded: bool = True
) -> dict[str, str]:
    """Return the template's parameters for the model of `model_run`, a run's id.

    The model is what the run's ``cloudformation_parameters.json`` says; the size and the way a
    version takes over are what churn.toml says today. With `guarded` false no alarm is waited for.
    Raises `ConfigError` where nothing is deployed, for a run that left no such file, and for a
    change that SageMaker does not make; `AwsError` for a file that cannot be used.
    """
    outputs = deployed(clients, deployment, "TrainingStateMachineArn")
    given = _read(clients, outputs["Bucket"], model_run)
    values = deployment.values
    wanted = {
        "StackName": deployment.stack,
        **{name: given[name] for name in _OF_THE_RUN},
        "InstanceType": values["EndpointInstanceType"],
        "InstanceCount": values["EndpointInstanceCount"],
        **{name: outputs[name] for name in _OF_THE_STACK},
        **{name: values[name] for name in _SETTINGS},
    }
    standing = standing_values(clients, deployment)
    check_change(wanted, standing)
    return wanted | takeover(wanted, standing, guarded)


def standing_values(clients: Clients, deployment: Deployment) -> dict[str, str]:
    """Return the parameters of the endpoint's stack; none where it does not stand."""
    with asking_aws("read the endpoint's stack"):
        found = read_stack(clients, deployment.stack_name(TEMPLATE)) or {}
    if not found or str(found["StackStatus"]).startswith(_UNMADE):
        return {}
    return {
        str(each["ParameterKey"]): str(each["ParameterValue"])
        for each in found.get("Parameters", [])
    }


def _read(clients: Clients, bucket: str, run: str) -> dict[str, str]:
    key = RunLayout(run).parameters
    from botocore.exceptions import ClientError

    with asking_aws(f"read s3://{bucket}/{key}"):
        try:
            body = clients.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        except ClientError as error:
            if not is_missing(error):
                raise
            raise ConfigError(
                f"The run {run!r} left no parameters of an endpoint: there is no s3://{bucket}/{key}.",
                "Only a model that was trained on AWS and passed its gate can be served there: "
                "unchurn aws train",
            ) from error
    return _checked(body, f"s3://{bucket}/{key}")


def _checked(body: bytes, where: str) -> dict[str, str]:
    try:
        plain: Any = json.loads(body)["Parameters"]
        return {name: str(plain[name]) for name in _OF_THE_RUN}
    except (ValueError, KeyError, TypeError) as error:
        raise AwsError(
            f"{where} is not what a training writes: {type(error).__name__}: {error}.",
            "Restore the object (the bucket keeps earlier versions), or train again.",
        ) from error
