"""What happens in a bucket is told to functions, queues and topics, in S3's own record."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from small_listener import Listener, waited

from rehearsal.cloud import Cloud

BUCKET = "acme-landing"
SOURCE = f"arn:aws:s3:::{BUCKET}"


@pytest.fixture
def listener(acme: Cloud) -> Listener:
    acme.clients.client("s3").create_bucket(Bucket=BUCKET)
    return Listener(acme).make()


def notify(cloud: Cloud, **kinds: Any) -> None:
    cloud.clients.client("s3").put_bucket_notification_configuration(
        Bucket=BUCKET, NotificationConfiguration=kinds
    )


def rule(arn: str, prefix: str = "", suffix: str = "", event: str = "s3:ObjectCreated:*") -> Any:
    name = {"lambda": "LambdaFunctionArn", "sqs": "QueueArn", "sns": "TopicArn"}
    given = {"prefix": prefix, "suffix": suffix}
    rules = [{"Name": key, "Value": value} for key, value in given.items() if value]
    made = {name[arn.split(":")[2]]: arn, "Events": [event]}
    return made | ({"Filter": {"Key": {"FilterRules": rules}}} if rules else {})


def opened_queue(cloud: Cloud, name: str, service: str = "s3.amazonaws.com") -> tuple[str, str]:
    """Make a queue that lets the bucket in; return its URL and ARN."""
    arn = f"arn:aws:sqs:us-east-1:{cloud.account}:{name}"
    policy = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:acme-*"}},
    }
    url = cloud.clients.client("sqs").create_queue(
        QueueName=name, Attributes={"Policy": json.dumps({"Statement": policy})}
    )["QueueUrl"]
    return url, arn


def messages(cloud: Cloud, url: str) -> list[dict[str, Any]]:
    got = cloud.clients.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(each["Body"]) for each in got.get("Messages", [])]


def test_a_function_hears_of_the_keys_that_its_filter_knows(listener: Listener) -> None:
    listener.permit("s3.amazonaws.com", SOURCE)
    given = rule(listener.arn, "in/", ".csv") | {"Id": "landing"}
    notify(listener.cloud, LambdaFunctionConfigurations=[given])
    s3 = listener.cloud.clients.client("s3")
    for key in ("in/a.txt", "out/a.csv", "in/März (1) a+b.csv"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"abc")
    (record,) = listener.records(1)
    assert record["s3"]["object"]["key"] == "in/M%C3%A4rz+%281%29+a%2Bb.csv"
    assert record["s3"]["object"]["size"] == 3
    assert record["s3"]["object"]["eTag"] == "900150983cd24fb0d6963f7d28e17f72"
    assert record["s3"]["bucket"]["arn"] == SOURCE
    assert record["s3"]["configurationId"] == "landing"
    assert (record["eventName"], record["eventSource"]) == ("ObjectCreated:Put", "aws:s3")


def test_a_queue_hears_of_what_is_deleted_and_first_of_all_a_test(acme: Cloud) -> None:
    s3 = acme.clients.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    url, arn = opened_queue(acme, "acme-deleted")
    notify(acme, QueueConfigurations=[rule(arn, event="s3:ObjectRemoved:*")])
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"")
    s3.delete_object(Bucket=BUCKET, Key="a")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=BUCKET, Key="b", Body=b"")
    s3.delete_object(Bucket=BUCKET, Key="b")
    test, *told = messages(acme, url)
    assert (test["Event"], test["Bucket"]) == ("s3:TestEvent", BUCKET)
    names = [each["Records"][0]["eventName"] for each in told]
    assert names == ["ObjectRemoved:Delete", "ObjectRemoved:DeleteMarkerCreated"]
    assert "size" not in told[0]["Records"][0]["s3"]["object"]
    assert told[1]["Records"][0]["s3"]["object"]["versionId"]


def test_a_topic_passes_an_event_on_to_a_function(listener: Listener) -> None:
    cloud, sns = listener.cloud, listener.cloud.clients.client("sns")
    topic = sns.create_topic(Name="landed")["TopicArn"]
    allow = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}}
    policy = {"Statement": [allow | {"Action": "SNS:Publish", "Resource": topic}]}
    sns.set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy)
    )
    listener.permit("sns.amazonaws.com", topic)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=listener.arn)
    notify(cloud, TopicConfigurations=[rule(topic)])
    cloud.clients.client("s3").put_object(Bucket=BUCKET, Key="a", Body=b"")
    told = [record["Sns"] for record in listener.records(2)]
    assert {each["Subject"] for each in told} >= {"Amazon S3 Notification"}
    inner = [json.loads(each["Message"]) for each in told]
    assert any(
        each.get("Records", [{}])[0].get("eventName") == "ObjectCreated:Put" for each in inner
    )


@pytest.mark.parametrize("source", ["", "arn:aws:s3:::another", "arn:aws:s3:::acme-other"])
def test_a_function_that_does_not_let_the_bucket_in_is_refused_at_once(
    listener: Listener, source: str
) -> None:
    if source:
        listener.permit("s3.amazonaws.com", source)
    with pytest.raises(ClientError, match="Unable to validate the following destination") as told:
        notify(listener.cloud, LambdaFunctionConfigurations=[rule(listener.arn)])
    assert told.value.response["Error"]["Code"] == "InvalidArgument"


def test_a_queue_that_is_not_there_or_is_closed_is_refused(acme: Cloud) -> None:
    acme.clients.client("s3").create_bucket(Bucket=BUCKET)
    _, closed = opened_queue(acme, "acme-closed", "sns.amazonaws.com")
    for arn in (closed, closed.replace("closed", "nowhere")):
        with pytest.raises(ClientError, match="Unable to validate"):
            notify(acme, QueueConfigurations=[rule(arn)])


def test_a_check_that_is_not_wanted_is_not_made(acme: Cloud) -> None:
    s3 = acme.clients.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    nowhere = f"arn:aws:sqs:us-east-1:{acme.account}:nowhere"
    s3.put_bucket_notification_configuration(
        Bucket=BUCKET,
        NotificationConfiguration={"QueueConfigurations": [rule(nowhere)]},
        SkipDestinationValidation=True,
    )
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"")
    assert acme.journal.notes[-1].status == "Denied"


def test_rules_that_overlap_are_refused(acme: Cloud) -> None:
    acme.clients.client("s3").create_bucket(Bucket=BUCKET)
    _, one = opened_queue(acme, "acme-one")
    _, two = opened_queue(acme, "acme-two")
    put = "s3:ObjectCreated:Put"
    with pytest.raises(ClientError, match="ambiguously defined"):
        notify(acme, QueueConfigurations=[rule(one, "in/"), rule(two, "in/a", event=put)])
    notify(acme, QueueConfigurations=[rule(one, "in/"), rule(two, "out/", event=put)])


def test_a_permission_taken_away_later_is_noticed_when_there_is_something_to_tell(
    listener: Listener,
) -> None:
    listener.permit("s3.amazonaws.com", SOURCE)
    notify(listener.cloud, LambdaFunctionConfigurations=[rule(listener.arn)])
    functions = listener.cloud.clients.client("lambda")
    functions.remove_permission(FunctionName="listener", StatementId="s3")
    listener.cloud.clients.client("s3").put_object(Bucket=BUCKET, Key="a", Body=b"")
    noted = waited(
        lambda: [each for each in listener.cloud.journal.notes if each.kind == "notification"],
        "nothing was noted",
    )
    assert noted[0].status == "Denied"
