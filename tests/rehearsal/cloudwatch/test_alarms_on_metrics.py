"""An alarm on a metric that somebody puts: its state follows, and topics and rules hear of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from open_queue import open_queue
from rehearsal.cloud import Cloud

SPACE = "acme/watch"


def listen(cloud: Cloud) -> str:
    """Bring what rules and topics tell into one queue."""
    sqs, sns, events = (cloud.clients.client(name) for name in ("sqs", "sns", "events"))
    queue, arn = open_queue(sqs, "acme-hears")
    topic = sns.create_topic(Name="acme-alerts")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    pattern = {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "resources": [f"arn:aws:cloudwatch:us-east-1:{cloud.account}:alarm:acme-level"],
        "detail": {"state": {"value": ["ALARM"]}},
    }
    rule = sns.create_topic(Name="acme-rule")["TopicArn"]
    sns.subscribe(TopicArn=rule, Protocol="sqs", Endpoint=arn)
    events.put_rule(Name="acme-rings", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="acme-rings", Targets=[{"Id": "told", "Arn": rule}])
    return queue


def put_alarm(cloud: Cloud, name: str, **given: Any) -> None:
    topic = f"arn:aws:sns:us-east-1:{cloud.account}:acme-alerts"
    plain: dict[str, Any] = {
        "Namespace": SPACE,
        "MetricName": "Level",
        "Statistic": "Maximum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 2,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": [topic],
    }
    cloud.clients.client("cloudwatch").put_metric_alarm(AlarmName=name, **plain | given)


def put(cloud: Cloud, **datum: Any) -> None:
    cloud.clients.client("cloudwatch").put_metric_data(
        Namespace=SPACE, MetricData=[{"MetricName": "Level", **datum}]
    )


def states(cloud: Cloud) -> dict[str, str]:
    found = cloud.clients.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return {each["AlarmName"]: each["StateValue"] for each in found}


def heard(cloud: Cloud, queue: str) -> list[dict[str, Any]]:
    sqs, told = cloud.clients.client("sqs"), []
    while found := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for each in found:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
            told.append(json.loads(json.loads(each["Body"])["Message"]))
    return told


@pytest.fixture
def watched(acme: Cloud) -> tuple[Cloud, str]:
    """A cloud with an alarm on a metric that nobody has put yet, and the queue that hears."""
    queue = listen(acme)
    put_alarm(acme, "acme-level")
    put_alarm(acme, "acme-other", MetricName="Other")
    put_alarm(acme, "acme-of-aws", Namespace="AWS/States")
    return acme, queue


def test_a_value_beyond_the_threshold_rings_once_and_rules_hear_of_it(
    watched: tuple[Cloud, str],
) -> None:
    """Once more in the same period is no new state."""
    cloud, queue = watched
    put(cloud, Value=1)
    assert set(states(cloud).values()) == {"OK"}
    assert heard(cloud, queue) == []
    put(cloud, Value=2)
    put(cloud, Value=2)
    assert states(cloud) == {"acme-level": "ALARM", "acme-other": "OK", "acme-of-aws": "OK"}
    told = heard(cloud, queue)
    message = next(each for each in told if "AlarmName" in each)
    event = next(each for each in told if "detail" in each)
    assert len(told) == 2
    assert (message["AlarmName"], message["NewStateValue"]) == ("acme-level", "ALARM")
    detail = event["detail"]
    assert (event["source"], detail["alarmName"]) == ("aws.cloudwatch", "acme-level")
    assert (detail["previousState"]["value"], detail["state"]["value"]) == ("OK", "ALARM")
    measured = detail["configuration"]["metrics"][0]["metricStat"]
    assert measured["metric"] == {"namespace": SPACE, "name": "Level", "dimensions": {}}


def test_values_told_by_their_statistics_count_as_what_they_are(
    watched: tuple[Cloud, str],
) -> None:
    cloud, _ = watched
    put_alarm(cloud, "acme-sum", Statistic="Sum", Threshold=10)
    put_alarm(cloud, "acme-count", Statistic="SampleCount", Threshold=5)
    put(cloud, StatisticValues={"Sum": 10, "Minimum": 1, "Maximum": 4, "SampleCount": 4})
    found = states(cloud)
    assert (found["acme-level"], found["acme-sum"], found["acme-count"]) == ("ALARM", "ALARM", "OK")
