"""Jobs of AWS's own images, and small tables for them."""

from __future__ import annotations

from typing import Any

import numpy as np
from job_requests import BUCKET, CLUSTER, ROLE, processing, put

from rehearsal.cloud import Cloud

XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
LEGACY = "811284229777.dkr.ecr.us-east-1.amazonaws.com/xgboost:latest"
SKLEARN = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
CSV = "text/csv;label_size=1"


def table(rows: int = 200, seed: int = 7) -> Any:
    """Return rows × (label, four features): the label is mostly the sign of a sum."""
    chance = np.random.default_rng(seed)
    features = chance.normal(size=(rows, 4)).astype(np.float32)
    noise = chance.normal(size=rows) * 0.5
    label = (features[:, 0] + features[:, 1] * features[:, 2] + noise > 0).astype(np.float32)
    return np.column_stack([label, features])


def as_csv(rows: Any) -> str:
    """Return rows as CSV without a header."""
    return "".join(",".join(repr(float(value)) for value in row) + "\n" for row in rows)


def put_channels(cloud: Cloud) -> None:
    """Store the two channels of a built-in training."""
    put(cloud, "train/part-0.csv", as_csv(table()))
    put(cloud, "validation/part-0.csv", as_csv(table(80, seed=8)))


def channel(name: str, prefix: str = "", **more: Any) -> dict[str, Any]:
    """Return the channel of that name, the objects below `prefix` or the channel's own name."""
    uri = f"s3://{BUCKET}/{prefix or name}/"
    distribution = more.pop("S3DataDistributionType", "FullyReplicated")
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": distribution}
    kind = {"ContentType": CSV} | more
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}, **kind}


def built_in(name: str, image: str = XGBOOST, **hyperparameters: str) -> dict[str, Any]:
    """Ask for a training of the built-in algorithm over both channels."""
    return {
        "TrainingJobName": name,
        "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
        "RoleArn": ROLE,
        "HyperParameters": hyperparameters,
        "InputDataConfig": [channel("train"), channel("validation")],
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/model/"},
        "ResourceConfig": CLUSTER,
        "StoppingCondition": {"MaxRuntimeInSeconds": 300},
    }


def values(found: dict[str, Any]) -> dict[str, float]:
    """Return the final metrics of a training by their names."""
    told = found.get("FinalMetricDataList", [])
    return {metric["MetricName"]: metric["Value"] for metric in told}


def scripted(cloud: Cloud, name: str, script: str, *words: str) -> dict[str, Any]:
    """Ask for a processing job that runs a script, stored as its input, under scikit-learn's image."""
    key, near = f"code/{name}.py", "/opt/ml/processing/input/code"
    put(cloud, key, script)
    request = processing(name)
    request["AppSpecification"] = {
        "ImageUri": SKLEARN,
        "ContainerEntrypoint": ["python3", f"{near}/{name}.py"],
        **({"ContainerArguments": list(words)} if words else {}),
    }
    code = {"S3Uri": f"s3://{BUCKET}/{key}", "LocalPath": near}
    code |= {"S3DataType": "S3Prefix", "S3InputMode": "File"}
    request["ProcessingInputs"].append({"InputName": "code", "S3Input": code})
    return request
