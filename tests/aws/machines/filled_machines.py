"""The machines filled in, and what their tasks ask for in a run of that name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from unchurn.aws import machines
from unchurn.aws.endpoint.settings import parameters_of_first
from unchurn.aws.tuner import tuner_config
from unchurn.project import Project

STACK = "twenty-letters-stack"
RUN = "20260131-235959-abcdef"
AS_OF = "2027-03-01T05:00:00.000Z"
LONGEST_RUN = "thirty-letters-and-digits-name"
BUCKET = "a-bucket"
VALUES = {
    "Partition": "aws",
    "StackName": STACK,
    "Bucket": BUCKET,
    "DatabaseName": f"{STACK}-db",
    "WorkGroupName": STACK,
    "CrawlerName": f"{STACK}-crawler",
    "GlueJobName": f"{STACK}-etl",
    "Image": f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/{STACK}:0123456789abcdef",
    "SageMakerRoleArn": "arn:aws:iam::123456789012:role/jobs",
    "TopicArn": f"arn:aws:sns:eu-west-1:123456789012:{STACK}-alerts",
    "ProcessingInstanceType": "ml.m5.large",
    "TrainingInstanceType": "ml.m5.large",
    "TransformInstanceType": "ml.m5.large",
    "EndpointInstanceType": "ml.t2.medium",
    "EndpointInstanceCount": "1",
    "IsolateModel": "true",
    "CaptureHours": "24",
} | {
    f"{name}FunctionArn": f"arn:aws:lambda:eu-west-1:123456789012:function:{STACK}-{name}"
    for name in (
        "Champion",
        "CampaignLedger",
        "BestHyperparameters",
        "ModelUrl",
        "ReadVerdict",
        "UpdateModelRegistry",
    )
}
PATHS = {
    "$.table.location": f"s3://{BUCKET}/data/train/",
    "$.asked.AsOf": AS_OF,
    "$.asked.Hours": 24,
    "$.names.TrainingJobName": f"{STACK}-train-{LONGEST_RUN}",
    "$.names.ModelName": f"{STACK}-model-{LONGEST_RUN}",
    "$.settings.of_run.tuning.config": tuner_config(Project(Path())),
    "$.tuning.name": f"{STACK}-t-01234567",
    "$.best.hyperparameters": {"eta": "0.0512", "grow_policy": "depthwise", "task": "train"},
    "$.trained.job": f"{STACK}-train-{LONGEST_RUN}",
    "$.trained.archive": f"s3://{BUCKET}/runs/x/model/job/output/model.tar.gz",
    "$.model.model_data_url": f"s3://{BUCKET}/runs/x/model/job/output/model.tar.gz",
    "$.verdict.words": "The model is refused.",
    "$.champion.model_name": f"{STACK}-model-{LONGEST_RUN}",
    "$.champion.model_run_id": RUN,
    "$.champion.version_text": "3",
    "$.champion.settings": "{}",
    "States.Hash($$.Execution.Id, 'SHA-256')": "0123456789abcdef" * 4,
    "$.champion.query.QueryString": "UNLOAD (SELECT 1) TO 's3://x/y/' WITH (format = 'PARQUET')",
    "$.champion.query.QueryExecutionContext": {},
    "$.champion.environment": {"UNCHURN_MODEL_RUN_ID": RUN, "UNCHURN_SETTINGS_1": "{}"},
    "$.watch.told.metrics": [{"MetricName": "Level", "Value": 0}],
    "$.try.number": 9,
    "$.detail.object.key": f"data/campaigns/{RUN}/outcomes/april.csv",
    "$.ledger.folder": RUN,
    "$.failure": {"Error": "X", "Cause": "Y"},
}
"""What the states before put where a task reads."""
MERGED = "States.JsonMerge($.settings.of_run.endpoint, $.endpoint, false)"


def filled(name: machines.Name, **values: str) -> dict[str, Any]:
    """Return a machine as it is deployed."""
    return machines.definition(name, VALUES | values)


def tasks(name: machines.Name) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the tasks of a machine."""
    states = filled(name)["States"]
    return ((state, body) for state, body in states.items() if body["Type"] == "Task")


def asked(template: Any, run: str = LONGEST_RUN) -> Any:
    """Evaluate the parameters of a task in the run `run`."""
    if isinstance(template, list):
        return [asked(item, run) for item in template]
    if not isinstance(template, dict):
        return template
    return {
        key.removesuffix(".$"): _evaluated(value, run) if key.endswith(".$") else asked(value, run)
        for key, value in template.items()
    }


def _evaluated(expression: str, run: str) -> Any:
    known = PATHS | {"$$.Execution.Name": run, "$.job.suffix": run}
    if expression == MERGED:
        of_run = filled("training")["States"]["EndpointOfRun"]["Parameters"]
        return parameters_of_first(Project(Path())) | asked(of_run, run)
    if expression in known:
        return known[expression]
    if "States.UUID()" in expression:
        return f"{STACK}-t-01234567"
    call = re.fullmatch(r"States\.(Format|Array|JsonToString)\((.*)\)", expression)
    assert call, f"{expression} is not known to this test"
    values = [
        item[1:-1] if item.startswith("'") else _evaluated(item, run)
        for item in re.findall(r"'[^']*'|[^\s,']+(?:\([^)]*\))?", call[2])
    ]
    if call[1] == "Format":
        return values[0].replace("{}", "%s") % tuple(values[1:])
    return values if call[1] == "Array" else str(values[0])
