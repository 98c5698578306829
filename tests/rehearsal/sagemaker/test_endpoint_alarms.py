"""Alarms on endpoints: their state follows from the calls there really were."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from small_endpoints import LINES, ask, configure, create, put_alarms, save_model

from open_queue import open_queue
from rehearsal.cloud import Cloud
from rehearsal.cloudwatch.alarms import percentile, state_of


@pytest.fixture
def watched(acme: Cloud) -> Cloud:
    """A cloud with the endpoint e-1 and its alarms."""
    put_alarms(acme)
    create(acme, configure(acme, "c-1", save_model(acme, "first")))
    return acme


def _states(cloud: Cloud) -> dict[str, str]:
    found = cloud.clients.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return {each["AlarmName"]: each["StateValue"] for each in found}


def test_calls_are_counted_timed_and_judged(watched: Cloud) -> None:
    for _ in range(3):
        ask(watched)
    assert set(_states(watched).values()) == {"OK"}
    with contextlib.suppress(ClientError):
        watched.clients.client("sagemaker-runtime").invoke_endpoint(
            EndpointName="e-1", ContentType=LINES, Body=b"bad"
        )
    # A caller's mistake is an error of the model, as SageMaker counts, and none of the server.
    assert _states(watched) == {"acme-5xx": "OK", "acme-errors": "ALARM", "acme-latency": "OK"}
    assert _sum(watched, "Invocations") == 4
    assert _sum(watched, "Invocation4XXErrors") == 1
    assert _sum(watched, "Invocation5XXErrors") == 0
    assert 0 < _sum(watched, "ModelLatency") < 10_000_000


def _sum(cloud: Cloud, metric: str) -> float:
    now = datetime.now(UTC)
    found = cloud.clients.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName=metric,
        Dimensions=[{"Name": "EndpointName", "Value": "e-1"}],
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=5),
        Period=3600,
        Statistics=["Sum"],
    )
    return float(sum(point["Sum"] for point in found["Datapoints"]))


def test_a_new_state_is_published_to_the_topic_of_the_alarm(watched: Cloud) -> None:
    sns, sqs = (watched.clients.client(name) for name in ("sns", "sqs"))
    topic = sns.create_topic(Name="acme-alerts")["TopicArn"]
    queue, arn = open_queue(sqs, "acme-seen")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    watched.clients.client("cloudwatch").put_metric_alarm(
        AlarmName="acme-any",
        Namespace="AWS/SageMaker",
        MetricName="Invocations",
        Dimensions=[
            {"Name": "EndpointName", "Value": "e-1"},
            {"Name": "VariantName", "Value": "AllTraffic"},
        ],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[topic, "arn:aws:sns:us-east-1:123456789012:nobody"],
    )
    assert _states(watched)["acme-any"] == "INSUFFICIENT_DATA"
    ask(watched)
    assert _states(watched)["acme-any"] == "ALARM"
    assert _states(watched)["acme-any"] == "ALARM"
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert len(messages) == 1
    assert "Threshold Crossed: 1 against" in messages[0]["Body"]


def _alarm(**given: object) -> SimpleNamespace:
    plain = {
        "evaluation_periods": 3,
        "datapoints_to_alarm": None,
        "comparison_operator": "GreaterThanThreshold",
        "threshold": 10.0,
        "treat_missing_data": None,
        "state_value": "OK",
    }
    return SimpleNamespace(**plain | given)


LOW, HIGH = 1.0, 20.0


@pytest.mark.parametrize(
    ("points", "missing", "breaching", "ignore", "not_breaching"),
    [
        ([HIGH, HIGH, HIGH], "ALARM", "ALARM", "ALARM", "ALARM"),
        ([HIGH, LOW, HIGH], "OK", "OK", "OK", "OK"),
        ([None, None, LOW], "OK", "OK", "OK", "OK"),
        ([None, None, None], "INSUFFICIENT_DATA", "ALARM", "before", "OK"),
        ([HIGH, None, None], "ALARM", "ALARM", "before", "OK"),
    ],
)
def test_missing_data_is_treated_as_the_alarm_says(
    points: list[float | None], missing: str, breaching: str, ignore: str, not_breaching: str
) -> None:
    wanted = {
        None: missing,
        "breaching": breaching,
        "ignore": ignore,
        "notBreaching": not_breaching,
    }
    found = {
        treat: state_of(_alarm(treat_missing_data=treat, state_value="before"), points)
        for treat in wanted
    }
    assert found == wanted


def test_so_many_of_so_many_data_points_are_enough() -> None:
    alarm = _alarm(datapoints_to_alarm=2, evaluation_periods=3)
    assert state_of(alarm, [HIGH, LOW, HIGH]) == "ALARM"
    assert state_of(alarm, [LOW, LOW, HIGH]) == "OK"


def test_a_percentile_lies_between_the_two_nearest_values() -> None:
    assert percentile([3.0], 99) == 3.0
    assert percentile([4.0, 1.0, 3.0, 2.0], 50) == 2.5
    assert percentile([float(n) for n in range(101)], 99) == 99.0
