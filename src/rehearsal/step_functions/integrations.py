"""The calls that wait for a job (``.sync``), and the calls that do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Answer = dict[str, Any]


@dataclass(frozen=True)
class Wait:
    """How the end of a job is seen.

    `describe` is the operation that is asked with ``request(parameters, answer)``; `result` is
    what the state gets of it, `status` where its state is told, `done` and `failed` are the ends.
    `stop` ends a job whose state has timed out.
    """

    describe: str
    request: Callable[[Answer, Answer], Answer]
    status: Callable[[Answer], str]
    done: frozenset[str]
    failed: frozenset[str]
    stop: str
    result: Callable[[Answer, Answer], Answer] = lambda answer, _: answer


def _job(kind: str) -> Wait:
    """Return how a SageMaker job is waited for."""
    return Wait(
        f"describe{kind}",
        lambda parameters, _: {f"{kind}Name": parameters[f"{kind}Name"]},
        lambda answer: str(answer[f"{kind}Status"]),
        frozenset({"Completed"}),
        frozenset({"Failed", "Stopped"}),
        f"stop{kind}",
    )


_GLUE = Wait(
    "getJobRun",
    lambda parameters, answer: {"JobName": parameters["JobName"], "RunId": answer["JobRunId"]},
    lambda answer: str(answer["JobRun"]["JobRunState"]),
    frozenset({"SUCCEEDED"}),
    frozenset({"FAILED", "TIMEOUT", "ERROR", "STOPPED"}),
    "",
    lambda answer, parameters: answer["JobRun"] | {"JobName": parameters["JobName"]},
)
_ATHENA = Wait(
    "getQueryExecution",
    lambda _, answer: {"QueryExecutionId": answer["QueryExecutionId"]},
    lambda answer: str(answer["QueryExecution"]["Status"]["State"]),
    frozenset({"SUCCEEDED"}),
    frozenset({"FAILED", "CANCELLED"}),
    "stopQueryExecution",
)
_BUILD = Wait(
    "batchGetBuilds",
    lambda _, answer: {"Ids": [answer["Build"]["Id"]]},
    lambda answer: str(answer["Builds"][0]["BuildStatus"]),
    frozenset({"SUCCEEDED"}),
    frozenset({"FAILED", "FAULT", "STOPPED", "TIMED_OUT"}),
    "",
    lambda answer, _: {"Build": answer["Builds"][0]},
)

WAITS: dict[tuple[str, str], Wait] = {
    **{
        ("sagemaker", f"create{kind}"): _job(kind)
        for kind in ("ProcessingJob", "TrainingJob", "TransformJob", "HyperParameterTuningJob")
    },
    ("glue", "startJobRun"): _GLUE,
    ("athena", "startQueryExecution"): _ATHENA,
    ("codebuild", "startBuild"): _BUILD,
}
CALLS: dict[str, frozenset[str]] = {
    "sagemaker": frozenset(
        {
            "createEndpoint",
            "createEndpointConfig",
            "createHyperParameterTuningJob",
            "createModel",
            "createProcessingJob",
            "createTrainingJob",
            "createTransformJob",
            "updateEndpoint",
        }
    ),
    "glue": frozenset({"startJobRun"}),
    "athena": frozenset(
        {"getQueryExecution", "getQueryResults", "startQueryExecution", "stopQueryExecution"}
    ),
    "codebuild": frozenset({"batchGetBuilds", "startBuild", "stopBuild"}),
    "dynamodb": frozenset({"deleteItem", "getItem", "putItem", "updateItem"}),
    "lambda": frozenset({"invoke"}),
    "sns": frozenset({"publish"}),
    "sqs": frozenset({"sendMessage"}),
}
"""What Step Functions integrates by its own, and is rehearsed; ``aws-sdk`` calls anything else."""

NAMES = (
    "ProcessingJobName",
    "TrainingJobName",
    "TransformJobName",
    "HyperParameterTuningJobName",
    "JobName",
    "FunctionName",
)
"""The parameters that name what is run, to which a fault is handed on."""
