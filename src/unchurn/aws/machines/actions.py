"""Which IAM actions a state machine needs, read from the calls that its states make.

Step Functions asks for more than the call it names: a job it waits for is also described, stopped
and tagged, and a rule of EventBridge tells it of the end. What is here is what AWS documents for
each integration.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from unchurn.errors import ConfigError

PASSED_TO = "sagemaker.amazonaws.com"
"""The only service to which a machine passes a role."""

Grant = tuple[str, str]
Calls = Callable[[Mapping[str, Any]], Iterator[Grant]]
_FORMAT = re.compile(r"States\.Format\('([^']*)'")


def needed(definition: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return the actions that the role of a machine needs, each with the ARNs it needs them on.

    `definition` is parsed ASL, filled in or not. ARNs are patterns: `*` stands for partition,
    region, account and for whatever an execution decides. ``iam:PassRole`` is to be conditioned
    on `PASSED_TO`. Raises `ConfigError` for an integration that is not known here.
    """
    grants: dict[str, set[str]] = defaultdict(set)
    for name, state in definition["States"].items():
        if state["Type"] == "Task":
            for action, resource in _calls(name, state["Resource"])(state["Parameters"]):
                grants[action].add(resource)
    return dict(grants)


def _calls(state: str, resource: str) -> Calls:
    integration = resource.partition(":states:::")[2]
    if integration not in _INTEGRATIONS:
        raise ConfigError(
            f"State {state} calls {resource}, and nobody wrote down what that needs.",
            "Add the integration to machines/actions.py.",
        )
    return _INTEGRATIONS[integration]


def pattern(parameters: Mapping[str, Any], key: str) -> str:
    """Return a text parameter with `*` for whatever an execution decides."""
    if key in parameters:
        return str(parameters[key])
    found = _FORMAT.match(parameters[f"{key}.$"])
    return found[1].replace("{}", "*") if found else "*"


def _job(api: str, kind: str, name: str, rule: str) -> Calls:
    """Describe what `.sync` of a SageMaker job takes."""

    def calls(parameters: Mapping[str, Any]) -> Iterator[Grant]:
        job = f"arn:*:sagemaker:*:*:{kind}/{pattern(parameters, name)}"
        for action in (f"Create{api}", f"Describe{api}", f"Stop{api}", "AddTags", "ListTags"):
            yield f"sagemaker:{action}", job
        managed = f"arn:*:events:*:*:rule/StepFunctionsGetEventsForSageMaker{rule}JobsRule"
        for action in ("PutTargets", "PutRule", "DescribeRule"):
            yield f"events:{action}", managed
        role = parameters.get("TrainingJobDefinition", parameters)
        if "RoleArn" in role:
            yield "iam:PassRole", role["RoleArn"]

    return calls


def _model(parameters: Mapping[str, Any]) -> str:
    return f"arn:*:sagemaker:*:*:model/{pattern(parameters, 'ModelName')}"


def _create_model(parameters: Mapping[str, Any]) -> Iterator[Grant]:
    yield "sagemaker:CreateModel", _model(parameters)
    yield "sagemaker:AddTags", _model(parameters)
    yield "iam:PassRole", parameters["ExecutionRoleArn"]


def _object(bucket: str, key: str) -> str:
    return f"arn:*:s3:::{bucket}/{key}"


def _copy_object(parameters: Mapping[str, Any]) -> Iterator[Grant]:
    yield "s3:GetObject", f"arn:*:s3:::{pattern(parameters, 'CopySource')}"
    yield from _put_object(parameters)


def _get_object(parameters: Mapping[str, Any]) -> Iterator[Grant]:
    yield "s3:GetObject", _object(parameters["Bucket"], pattern(parameters, "Key"))


def _put_object(parameters: Mapping[str, Any]) -> Iterator[Grant]:
    yield "s3:PutObject", _object(parameters["Bucket"], pattern(parameters, "Key"))


def _on_crawler(action: str) -> Calls:
    return lambda parameters: iter(
        [(f"glue:{action}", f"arn:*:glue:*:*:crawler/{parameters['Name']}")]
    )


def _get_table(parameters: Mapping[str, Any]) -> Iterator[Grant]:
    database = parameters["DatabaseName"]
    for kind in ("catalog", f"database/{database}", f"table/{database}/{parameters['Name']}"):
        yield "glue:GetTable", f"arn:*:glue:*:*:{kind}"


def _start_query(parameters: Mapping[str, Any]) -> Iterator[Grant]:
    """The call alone: what the query reads and writes is not the machine's to say."""
    for action in ("StartQueryExecution", "StopQueryExecution", "GetQueryExecution"):
        yield f"athena:{action}", f"arn:*:athena:*:*:workgroup/{parameters['WorkGroup']}"
    yield "athena:GetDataCatalog", "arn:*:athena:*:*:datacatalog/AwsDataCatalog"


def _start_job_run(parameters: Mapping[str, Any]) -> Iterator[Grant]:
    for action in ("StartJobRun", "GetJobRun", "GetJobRuns", "BatchStopJobRun"):
        yield f"glue:{action}", f"arn:*:glue:*:*:job/{parameters['JobName']}"


_INTEGRATIONS: Mapping[str, Calls] = {
    "sagemaker:createProcessingJob.sync": _job(
        "ProcessingJob", "processing-job", "ProcessingJobName", "Processing"
    ),
    "sagemaker:createTrainingJob.sync": _job(
        "TrainingJob", "training-job", "TrainingJobName", "Training"
    ),
    "sagemaker:createTransformJob.sync": _job(
        "TransformJob", "transform-job", "TransformJobName", "Transform"
    ),
    "sagemaker:createHyperParameterTuningJob.sync": _job(
        "HyperParameterTuningJob",
        "hyper-parameter-tuning-job",
        "HyperParameterTuningJobName",
        "Tuning",
    ),
    "sagemaker:createModel": _create_model,
    "lambda:invoke": lambda p: iter([("lambda:InvokeFunction", p["FunctionName"])]),
    "sns:publish": lambda p: iter([("sns:Publish", p["TopicArn"])]),
    "athena:startQueryExecution.sync": _start_query,
    "glue:startJobRun.sync": _start_job_run,
    "aws-sdk:cloudwatch:putMetricData": lambda p: iter([("cloudwatch:PutMetricData", "*")]),
    "aws-sdk:glue:startCrawler": _on_crawler("StartCrawler"),
    "aws-sdk:glue:getCrawler": _on_crawler("GetCrawler"),
    "aws-sdk:glue:getTable": _get_table,
    "aws-sdk:s3:copyObject": _copy_object,
    "aws-sdk:s3:getObject": _get_object,
    "aws-sdk:s3:putObject": _put_object,
}
