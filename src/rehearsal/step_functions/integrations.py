"""The calls that wait for a job (``.sync``), and the calls that do not."""

from __future__ import annotations

import json
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


def _execution(told: Callable[[Answer], Answer]) -> Wait:
    """Return how an execution within an execution is waited for, and what is `told` of it."""
    return Wait(
        "describeExecution",
        lambda _, answer: {"ExecutionArn": answer["ExecutionArn"]},
        lambda answer: str(answer["Status"]),
        frozenset({"SUCCEEDED"}),
        frozenset({"FAILED", "TIMED_OUT", "ABORTED"}),
        "stopExecution",
        lambda answer, _: told(answer),
    )


def _parsed(answer: Answer) -> Answer:
    """Return an execution with its input and output as what they say, not as texts."""
    texts = {key: answer[key] for key in ("Input", "Output") if key in answer}
    return answer | {key: json.loads(text) for key, text in texts.items()}


WAITS: dict[tuple[str, str, str], Wait] = {
    **{
        ("sagemaker", f"create{kind}", "sync"): _job(kind)
        for kind in ("ProcessingJob", "TrainingJob", "TransformJob", "HyperParameterTuningJob")
    },
    ("glue", "startJobRun", "sync"): _GLUE,
    ("athena", "startQueryExecution", "sync"): _ATHENA,
    ("codebuild", "startBuild", "sync"): _BUILD,
    ("states", "startExecution", "sync"): _execution(lambda answer: answer),
    ("states", "startExecution", "sync:2"): _execution(_parsed),
}
"""How the end of a call is waited for, by service, action and pattern."""
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
    "events": frozenset({"putEvents"}),
    "lambda": frozenset({"invoke"}),
    "sns": frozenset({"publish"}),
    "sqs": frozenset({"sendMessage"}),
    "states": frozenset({"startExecution"}),
}
"""What Step Functions integrates by its own, and is rehearsed; ``aws-sdk`` calls anything else."""

NAMES = (
    "ProcessingJobName",
    "TrainingJobName",
    "TransformJobName",
    "HyperParameterTuningJobName",
    "JobName",
    "FunctionName",
    "WorkGroup",
)
"""The parameters that name what is run, to which a fault is handed on."""


def hands_on(service: str, action: str) -> bool:
    """Tell whether a call runs something of a name, which suffers what the state should suffer."""
    job = service != "states" and (service, action, "sync") in WAITS
    return job or (service, action) == ("lambda", "invoke")
