"""Requests for the small door, and what comes of them."""

from __future__ import annotations

import time
from typing import Any

from rehearsal.cloud import Cloud

BUCKET = "acme-bucket"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/acme:0123456789abcdef"
ROLE = "arn:aws:iam::123456789012:role/acme-sagemaker"
CLUSTER = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30}


def put(cloud: Cloud, key: str, body: str) -> None:
    """Store one object."""
    cloud.clients.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body.encode())


def get(cloud: Cloud, key: str) -> bytes:
    """Read one object."""
    answer = cloud.clients.client("s3").get_object(Bucket=BUCKET, Key=key)
    body: bytes = answer["Body"].read()
    return body


def keys(cloud: Cloud, prefix: str) -> list[str]:
    """List keys."""
    rows = cloud.clients.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=prefix)
    return [row["Key"] for row in rows.get("Contents", [])]


def processing(name: str, *words: str, **more: Any) -> dict[str, Any]:
    """Ask for a processing job that gets in/ and whose output goes to out/."""
    into = {"S3Uri": f"s3://{BUCKET}/in/", "LocalPath": "/opt/ml/processing/input/in"}
    out = {"S3Uri": f"s3://{BUCKET}/out/", "LocalPath": "/opt/ml/processing/output/copied"}
    return {
        "ProcessingJobName": name,
        "RoleArn": ROLE,
        "AppSpecification": {"ImageUri": IMAGE, "ContainerArguments": ["step", *words]},
        "ProcessingInputs": [
            {
                "InputName": "in",
                "S3Input": {**into, "S3DataType": "S3Prefix", "S3InputMode": "File"},
            }
        ],
        "ProcessingOutputConfig": {
            "Outputs": [{"OutputName": "out", "S3Output": {**out, "S3UploadMode": "EndOfJob"}}]
        },
        "ProcessingResources": {"ClusterConfig": CLUSTER},
        **more,
    }


def definition(**hyperparameters: str) -> dict[str, Any]:
    """Return what a training job and a tuning job's definition have in common."""
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/in/"}
    return {
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.e-]+)"}],
        },
        "RoleArn": ROLE,
        "InputDataConfig": [
            {"ChannelName": "prepared", "DataSource": {"S3DataSource": source}},
        ],
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/model/"},
        "ResourceConfig": CLUSTER,
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }


def training(name: str, **hyperparameters: str) -> dict[str, Any]:
    """Ask for a training job."""
    return {"TrainingJobName": name, "HyperParameters": hyperparameters, **definition()}


def tuning(name: str, ranges: dict[str, Any], **config: Any) -> dict[str, Any]:
    """Ask for a tuning job over `ranges` that minimises the loss."""
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "RandomSeed": 7,
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": ranges,
            **config,
        },
        "TrainingJobDefinition": {"StaticHyperParameters": {"task": "trial"}, **definition()},
        "Tags": [{"Key": "RunId", "Value": "r1"}],
    }


def transform(name: str, model: str, **more: Any) -> dict[str, Any]:
    """Ask for a transform of lines/ into answers/."""
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/lines/"}
    return {
        "TransformJobName": name,
        "ModelName": model,
        "BatchStrategy": "MultiRecord",
        "MaxPayloadInMB": 1,
        "TransformInput": {
            "ContentType": "application/jsonlines",
            "SplitType": "Line",
            "DataSource": {"S3DataSource": source},
        },
        "TransformOutput": {
            "S3OutputPath": f"s3://{BUCKET}/answers/",
            "AssembleWith": "Line",
            "Accept": "application/jsonlines",
        },
        "TransformResources": {"InstanceCount": 1, "InstanceType": "ml.m5.large"},
        **more,
    }


def run(cloud: Cloud, kind: str, request: dict[str, Any]) -> dict[str, Any]:
    """Make a job and follow it to its end. `kind` is as in ``create_{kind}_job``."""
    sagemaker = cloud.clients.client("sagemaker")
    prefix = {"hyper_parameter_tuning": "HyperParameterTuning"}.get(kind, kind.capitalize())
    name = {f"{prefix}JobName": request[f"{prefix}JobName"]}
    getattr(sagemaker, f"create_{kind}_job")(**request)
    deadline = time.monotonic() + 3600
    while time.monotonic() < deadline:
        found: dict[str, Any] = getattr(sagemaker, f"describe_{kind}_job")(**name)
        if found[f"{prefix}JobStatus"] != "InProgress":
            return found
        time.sleep(0.05)
    raise AssertionError(f"{name} did not end")


def served_model(cloud: Cloud, name: str = "acme-model") -> str:
    """Train and save a model; return its name."""
    put(cloud, "in/a.txt", "rows")
    trained = run(cloud, "training", training(f"{name}-train", eta="0.3"))
    url = trained["ModelArtifacts"]["S3ModelArtifacts"]
    cloud.clients.client("sagemaker").create_model(
        ModelName=name,
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": IMAGE, "ModelDataUrl": url, "Environment": {"WORD": "model"}},
    )
    return name
