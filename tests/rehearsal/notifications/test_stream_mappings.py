"""A function mapped to a stream is invoked with its records in order, until it is through with them."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from small_listener import ACTIONS, Listener, policy, waited, zipped

from rehearsal.cloud import Cloud
from rehearsal.opening import open_cloud

READS = [
    *("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"),
    *("kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream"),
]
STUBBORN = """
import json, boto3

s3, seen = boto3.client("s3"), []

def handler(event, context):
    seen.append(1)
    words = [each["dynamodb"]["Keys"]["word"]["S"] for each in event["Records"]]
    key = f"tried/{len(seen):03}"
    s3.put_object(Bucket="acme-bucket", Key=key, Body=json.dumps(words).encode())
    if "bad" in words:
        raise ValueError("told to")
"""
NONSENSE = "def handler(event, context):\n    return ['no', 'object']\n"


@pytest.fixture
def listener(acme: Cloud) -> Listener:
    made = Listener(acme).make(timeout=600)  # no attempt fails for want of a core
    allowed = {"Effect": "Allow", "Action": [*ACTIONS, *READS], "Resource": "*"}
    acme.clients.client("iam").put_role_policy(
        RoleName="listener", PolicyName="listens", PolicyDocument=policy(allowed)
    )
    return made


def table(cloud: Cloud) -> str:
    """Make a table with a stream; return the ARN of that."""
    made = cloud.clients.client("dynamodb").create_table(
        TableName="acme",
        KeySchema=[{"AttributeName": "word", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "word", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return str(made["TableDescription"]["LatestStreamArn"])


def put(cloud: Cloud, *words: str) -> None:
    for word in words:
        cloud.clients.client("dynamodb").put_item(TableName="acme", Item={"word": {"S": word}})


def mapped(cloud: Cloud, arn: str, start: str = "TRIM_HORIZON", **settings: Any) -> str:
    made = cloud.clients.client("lambda").create_event_source_mapping(
        EventSourceArn=arn, FunctionName="listener", StartingPosition=start, **settings
    )
    return str(made["UUID"])


def tried(cloud: Cloud) -> list[list[str]]:
    """Return the words of each attempt so far."""
    s3 = cloud.clients.client("s3")
    listed = s3.list_objects_v2(Bucket="acme-bucket", Prefix="tried/").get("Contents", [])
    bodies = [s3.get_object(Bucket="acme-bucket", Key=each["Key"])["Body"] for each in listed]
    return [json.loads(body.read()) for body in bodies]


def test_what_changes_in_a_table_arrives_in_its_order(listener: Listener) -> None:
    cloud = listener.cloud
    stream = table(cloud)
    put(cloud, "early")
    mapped(cloud, stream)
    put(cloud, "late", "early")
    records = listener.records(3)
    assert [each["dynamodb"]["Keys"]["word"]["S"] for each in records] == ["early", "late", "early"]
    assert [each["eventName"] for each in records] == ["INSERT", "INSERT", "MODIFY"]
    assert {each["eventSourceARN"] for each in records} == {stream}
    assert isinstance(records[0]["dynamodb"]["ApproximateCreationDateTime"], float | int)


def test_a_stream_of_kinesis_is_read_with_its_filter(listener: Listener) -> None:
    kinesis = listener.cloud.clients.client("kinesis")
    kinesis.create_stream(StreamName="acme", ShardCount=2)
    arn = kinesis.describe_stream(StreamName="acme")["StreamDescription"]["StreamARN"]
    pattern = json.dumps({"data": {"kind": ["order"]}})
    mapped(listener.cloud, arn, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    for kind in ("noise", "order"):
        data = json.dumps({"kind": kind}).encode()
        kinesis.put_record(StreamName="acme", Data=data, PartitionKey=kind)
    (record,) = listener.records(1)
    assert json.loads(base64.b64decode(record["kinesis"]["data"])) == {"kind": "order"}
    assert (record["eventSource"], record["kinesis"]["partitionKey"]) == ("aws:kinesis", "order")


def test_a_batch_that_fails_comes_again_and_holds_the_others_up(listener: Listener) -> None:
    cloud = listener.cloud
    cloud.clients.client("lambda").update_function_code(
        FunctionName="listener", ZipFile=zipped(STUBBORN)
    )
    stream = table(cloud)
    put(cloud, "bad", "good")
    mapped(cloud, stream, BatchSize=1, MaximumRetryAttempts=2)
    waited(lambda: ["good"] in tried(cloud), "what is behind the bad one never comes")
    assert tried(cloud) == [["bad"], ["bad"], ["bad"], ["good"]]


def test_an_answer_that_makes_no_sense_ends_no_reader(listener: Listener) -> None:
    """It is noted, and the batch comes again."""
    cloud = listener.cloud
    cloud.clients.client("lambda").update_function_code(
        FunctionName="listener", ZipFile=zipped(NONSENSE)
    )
    stream = table(cloud)
    put(cloud, "word")
    mapped(cloud, stream, FunctionResponseTypes=["ReportBatchItemFailures"])
    notes = cloud.journal.notes
    waited(
        lambda: [each for each in notes if each.name == stream and "AttributeError" in each.why][
            1:
        ],
        "it was not noted twice",
    )


def test_what_was_before_the_latest_is_not_read_and_nothing_once_it_is_unmapped(
    listener: Listener,
) -> None:
    cloud = listener.cloud
    stream = table(cloud)
    put(cloud, "before")
    identity = mapped(cloud, stream, "LATEST")
    put(cloud, "after")
    assert [each["dynamodb"]["Keys"]["word"]["S"] for each in listener.records(1)] == ["after"]
    cloud.clients.client("lambda").delete_event_source_mapping(UUID=identity)
    put(cloud, "unheard")
    again = mapped(cloud, stream, "LATEST")
    put(cloud, "heard")
    words = [each["dynamodb"]["Keys"]["word"]["S"] for each in listener.records(2)]
    assert (words, bool(again)) == (["after", "heard"], True)


def test_a_role_that_may_not_read_the_stream_is_refused(tmp_path: Path) -> None:
    with open_cloud(tmp_path / "cloud") as cloud:
        Listener(cloud).make()
        stream = table(cloud)
        with pytest.raises(ClientError, match="dynamodb:GetRecords"):
            mapped(cloud, stream)
        with pytest.raises(ClientError, match="StartingPosition LATEST or TRIM_HORIZON"):
            mapped(cloud, stream, "AT_TIMESTAMP", StartingPositionTimestamp=0)
