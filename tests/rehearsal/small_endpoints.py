"""Endpoints over the small door: models put in place without training, configurations, alarms."""

from __future__ import annotations

import io
import json
import tarfile
import time
from collections.abc import Callable
from typing import Any

from job_requests import BUCKET, IMAGE, ROLE

from rehearsal.cloud import Cloud

LINES = "application/jsonlines"
ALARMS = {
    "acme-5xx": ("Invocation5XXErrors", "Sum", 0),
    "acme-errors": ("InvocationModelErrors", "Average", 0.1),
    "acme-latency": ("ModelLatency", "p99", 20_000_000),
}
"""A busy machine answers late: only who wants the latency's alarm to ring lowers its threshold."""


def save_model(cloud: Cloud, name: str, image: str = IMAGE, **model: str) -> str:
    """Create a model whose model.json says `model`; return its name."""
    body, content = io.BytesIO(), json.dumps(model | {"name": name}).encode()
    with tarfile.open(fileobj=body, mode="w:gz") as archive:
        entry = tarfile.TarInfo("model.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    key = f"models/{name}/model.tar.gz"
    cloud.clients.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body.getvalue())
    cloud.clients.client("sagemaker").create_model(
        ModelName=name,
        ExecutionRoleArn=ROLE,
        PrimaryContainer={
            "Image": image,
            "ModelDataUrl": f"s3://{BUCKET}/{key}",
            "Environment": {"WORD": name},
        },
    )
    return name


def configure(cloud: Cloud, name: str, model: str, **more: Any) -> str:
    """Create an endpoint configuration of two instances, or as `more` says; return its name."""
    variant = {"VariantName": "AllTraffic", "ModelName": model}
    if "ServerlessConfig" in more:
        variant |= {"ServerlessConfig": more.pop("ServerlessConfig")}
    else:
        count = more.pop("InitialInstanceCount", 2)
        variant |= {"InitialInstanceCount": count, "InstanceType": "ml.m5.large"}
    cloud.clients.client("sagemaker").create_endpoint_config(
        EndpointConfigName=name, ProductionVariants=[variant], **more
    )
    return name


def put_alarms(cloud: Cloud, endpoint: str = "e-1", **thresholds: float) -> None:
    """Put the alarms that an endpoint is watched by; `thresholds` by metric, instead of theirs."""
    for name, (metric, statistic, usual) in ALARMS.items():
        how = "ExtendedStatistic" if statistic.startswith("p") else "Statistic"
        cloud.clients.client("cloudwatch").put_metric_alarm(
            AlarmName=name,
            Namespace="AWS/SageMaker",
            MetricName=metric,
            Dimensions=[
                {"Name": "EndpointName", "Value": endpoint},
                {"Name": "VariantName", "Value": "AllTraffic"},
            ],
            Period=60,
            EvaluationPeriods=1,
            Threshold=thresholds.get(metric, usual),
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="notBreaching",
            **{how: statistic},
        )


def guarded(kind: str = "CANARY", **more: Any) -> dict[str, Any]:
    """Return a DeploymentConfig with the alarms; a canary of half, five minutes for each step."""
    routing: dict[str, Any] = {"Type": kind, "WaitIntervalInSeconds": 300}
    size = {"Type": "CAPACITY_PERCENT", "Value": 50}
    routing |= {"CANARY": {"CanarySize": size}, "LINEAR": {"LinearStepSize": size}}.get(kind, {})
    return {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": routing | more,
            "TerminationWaitInSeconds": 300,
        },
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": name} for name in ALARMS]},
    }


def create(cloud: Cloud, config: str, name: str = "e-1") -> dict[str, Any]:
    """Create an endpoint and wait until it is made."""
    cloud.clients.client("sagemaker").create_endpoint(EndpointName=name, EndpointConfigName=config)
    return settled(cloud, name)


def update(cloud: Cloud, config: str, name: str = "e-1", **more: Any) -> dict[str, Any]:
    """Update an endpoint and wait until that has ended."""
    begin_update(cloud, config, name, **more)
    return settled(cloud, name)


def begin_update(cloud: Cloud, config: str, name: str = "e-1", **more: Any) -> None:
    """Update an endpoint, and wait for nothing."""
    cloud.clients.client("sagemaker").update_endpoint(
        EndpointName=name, EndpointConfigName=config, **more
    )


def described(cloud: Cloud, name: str = "e-1") -> dict[str, Any]:
    """Return what DescribeEndpoint says."""
    found: dict[str, Any] = cloud.clients.client("sagemaker").describe_endpoint(EndpointName=name)
    return found


def settled(cloud: Cloud, name: str = "e-1") -> dict[str, Any]:
    """Return what DescribeEndpoint says once nothing goes on."""
    return until(cloud, lambda told: told["EndpointStatus"] in {"InService", "Failed"}, name)


def until(
    cloud: Cloud, holds: Callable[[dict[str, Any]], object], name: str = "e-1"
) -> dict[str, Any]:
    """Return what DescribeEndpoint says as soon as something holds of it."""
    deadline = time.monotonic() + 3600
    while time.monotonic() < deadline:
        told = described(cloud, name)
        if holds(told):
            return told
        time.sleep(0.02)
    raise AssertionError(f"{name} is still {told}")


def ask(cloud: Cloud, body: bytes = b'{"id": 7}', name: str = "e-1", **more: Any) -> str:
    """Invoke an endpoint; return the word of the model that answered."""
    answer = cloud.clients.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=name, ContentType=LINES, Body=body, **more
    )
    return str(json.loads(answer["Body"].read())["word"])
