"""The logs of a run are those of its own jobs and functions, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loopback_aws import loopback_aws
from unchurn.aws.clients import Clients
from unchurn.aws.execution import Execution
from unchurn.aws.history import Visit
from unchurn.aws.logs import read_logs

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def aws() -> Iterator[Clients]:
    with loopback_aws() as clients:
        write(
            clients,
            "/aws/sagemaker/TrainingJobs",
            "s-train-20260101-000000-abcdef/algo-1",
            5,
            "fitting",
        )
        write(clients, "/aws/sagemaker/TrainingJobs", "s-train-other/algo-1", 5, "not ours")
        write(
            clients, "/aws/lambda/s-champion", "stream", 1, '{"run_id": "20260101-000000-abcdef"}'
        )
        write(clients, "/aws/lambda/s-champion", "stream2", 2, '{"run_id": "other"}')
        write(clients, "/aws-glue/s-etl", "jr_1-driver", 3, "rows: 7")
        write(clients, "/aws-glue/s-etl", "jr_0-driver", -900, "an earlier run")
        yield clients


def write(clients: Clients, group: str, stream: str, after: int, text: str) -> None:
    logs = clients.client("logs")
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    at = int((NOW + timedelta(seconds=after)).timestamp() * 1000)
    event = {"timestamp": at, "message": text}
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])


def visit(state: str, **request: Any) -> Visit:
    return Visit(state, True, NOW, NOW + timedelta(seconds=10), request=request)


EXECUTION = Execution(
    "arn:run",
    "20260101-000000-abcdef",
    "SUCCEEDED",
    NOW,
    None,
    (
        Visit("Crawled", False, NOW),
        visit("Champion", FunctionName="arn:aws:lambda:r:1:function:s-champion"),
        visit("Etl", JobName="s-etl"),
        visit("Train", TrainingJobName="s-train-20260101-000000-abcdef"),
        visit("Prepare", ProcessingJobName="s-prepare-20260101-000000-abcdef"),
    ),
)


def test_every_job_and_function_is_read_in_the_order_of_time(aws: Clients) -> None:
    found = [(line.state, line.text) for line in read_logs(aws, EXECUTION)]
    assert found == [
        ("Champion", '{"run_id": "20260101-000000-abcdef"}'),
        ("Etl", "rows: 7"),
        ("Train", "fitting"),
    ]


def test_one_state_is_read_alone(aws: Clients) -> None:
    assert [line.text for line in read_logs(aws, EXECUTION, "Train")] == ["fitting"]


def test_a_job_that_wrote_nothing_is_no_error(aws: Clients) -> None:
    assert read_logs(aws, EXECUTION, "Prepare") == ()
