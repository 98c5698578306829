"""A function mapped to a queue is invoked with what is in it, until it is through with each message."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from small_listener import Listener, waited

from rehearsal.cloud import Cloud


@pytest.fixture
def listener(acme: Cloud) -> Listener:
    return Listener(acme).make(timeout=10)


def queue(cloud: Cloud, name: str = "acme-work", **attributes: str) -> tuple[str, str]:
    url = cloud.clients.client("sqs").create_queue(
        QueueName=name, Attributes={"VisibilityTimeout": "10"} | attributes
    )["QueueUrl"]
    return url, f"arn:aws:sqs:us-east-1:{cloud.account}:{name}"


def mapped(listener: Listener, arn: str, **settings: Any) -> str:
    return str(
        listener.cloud.clients.client("lambda").create_event_source_mapping(
            EventSourceArn=arn, FunctionName="listener", **settings
        )["UUID"]
    )


def send(cloud: Cloud, url: str, *bodies: str) -> None:
    for body in bodies:
        cloud.clients.client("sqs").send_message(
            QueueUrl=url,
            MessageBody=body,
            MessageAttributes={"kind": {"DataType": "String", "StringValue": "plain"}},
        )


def left(cloud: Cloud, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    told = cloud.clients.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(each) for each in told["Attributes"].values())


def test_what_was_sent_before_and_after_the_mapping_arrives_and_is_deleted(
    listener: Listener,
) -> None:
    url, arn = queue(listener.cloud)
    send(listener.cloud, url, "early")
    mapped(listener, arn)
    send(listener.cloud, url, "late")
    records = listener.records(2)
    assert {each["body"] for each in records} == {"early", "late"}
    first = records[0]
    assert (first["eventSource"], first["eventSourceARN"]) == ("aws:sqs", arn)
    assert first["attributes"]["ApproximateReceiveCount"] == "1"
    assert first["messageAttributes"]["kind"]["stringValue"] == "plain"
    waited(lambda: left(listener.cloud, url) == 0, "messages stay in the queue")


def test_a_message_that_fails_comes_again_and_ends_in_the_dead_letter_queue(
    listener: Listener,
) -> None:
    dead_url, dead = queue(listener.cloud, "acme-dead")
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 2})
    url, arn = queue(listener.cloud, RedrivePolicy=redrive)
    mapped(listener, arn)
    send(listener.cloud, url, "raise")
    waited(lambda: left(listener.cloud, dead_url) == 1, "the message is not given up")
    counts = {each["attributes"]["ApproximateReceiveCount"] for each in listener.records(2)}
    assert counts == {"1", "2"}


def test_of_a_batch_only_the_failures_that_are_reported_come_again(listener: Listener) -> None:
    url, arn = queue(listener.cloud)
    send(listener.cloud, url, "fine", "again")
    mapped(listener, arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    bodies = [each["body"] for each in listener.records(3)]
    assert bodies.count("fine") == 1
    assert bodies.count("again") >= 2


def test_what_the_filter_does_not_know_is_deleted_unheard(listener: Listener) -> None:
    url, arn = queue(listener.cloud)
    pattern = json.dumps({"body": {"kind": ["wanted"]}})
    mapped(listener, arn, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    send(listener.cloud, url, '{"kind": "other"}', "plain", '{"kind": "wanted"}')
    assert [each["body"] for each in listener.records(1)] == ['{"kind": "wanted"}']
    waited(lambda: left(listener.cloud, url) == 0, "messages stay in the queue")


def test_a_mapping_that_is_off_or_gone_leaves_the_queue_alone(listener: Listener) -> None:
    functions = listener.cloud.clients.client("lambda")
    url, arn = queue(listener.cloud)
    off = mapped(listener, arn, Enabled=False)
    send(listener.cloud, url, "kept")
    functions.update_event_source_mapping(UUID=off, Enabled=True)
    assert len(listener.records(1)) == 1
    functions.delete_event_source_mapping(UUID=off)
    waited(lambda: left(listener.cloud, url) == 0, "messages stay in the queue")
    send(listener.cloud, url, "unheard")
    assert left(listener.cloud, url) == 1


def test_a_function_slower_than_the_queue_allows_is_refused(acme: Cloud) -> None:
    listener = Listener(acme).make(timeout=30)
    _, arn = queue(acme)
    with pytest.raises(ClientError, match="Queue visibility timeout: 10 seconds is less than"):
        mapped(listener, arn)
