"""Stacks are made and changed without change sets too, from templates given or stored."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from rehearsal.cloud import Cloud

TOPIC = """
Parameters: {Title: {Type: String, Default: one}}
Resources:
  Alerts: {Type: "AWS::SNS::Topic", Properties: {TopicName: acme, DisplayName: !Ref Title}}
"""
BROKEN = TOPIC + (
    '  Code: {Type: "AWS::Lambda::Function", DependsOn: Alerts, Properties: {Handler: a.b, Runtime: '
    'python3.12, Role: "arn:aws:iam::123456789012:role/none", Code: {S3Bucket: acme-bucket, S3Key: no}}}\n'
)


def _status(acme: Cloud) -> str:
    told = acme.clients.client("cloudformation").describe_stacks(StackName="acme")["Stacks"][0]
    return str(told["StackStatus"])


def _topics(acme: Cloud) -> list[str]:
    return [each["TopicArn"] for each in acme.clients.client("sns").list_topics()["Topics"]]


def test_a_stack_is_created_updated_and_deleted_in_one_go(acme: Cloud) -> None:
    formation = acme.clients.client("cloudformation")
    made = formation.create_stack(StackName="acme", TemplateBody=TOPIC)["StackId"]
    formation.get_waiter("stack_create_complete").wait(StackName="acme")
    with pytest.raises(formation.exceptions.AlreadyExistsException):
        formation.create_stack(StackName="acme", TemplateBody=TOPIC)
    title = [{"ParameterKey": "Title", "ParameterValue": "two"}]
    changed = formation.update_stack(StackName="acme", UsePreviousTemplate=True, Parameters=title)
    assert changed["StackId"] == made
    formation.get_waiter("stack_update_complete").wait(StackName="acme")
    (topic,) = _topics(acme)
    said = acme.clients.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]
    assert said["DisplayName"] == "two"
    with pytest.raises(ClientError, match=r"No updates are to be performed\."):
        formation.update_stack(StackName="acme", UsePreviousTemplate=True, Parameters=title)
    assert formation.list_change_sets(StackName="acme")["Summaries"] == []
    formation.delete_stack(StackName="acme")
    formation.get_waiter("stack_delete_complete").wait(StackName=made)
    assert _topics(acme) == []


@pytest.mark.parametrize(
    ("given", "status", "left"),
    [
        ({}, "ROLLBACK_COMPLETE", 0),
        ({"DisableRollback": True}, "CREATE_FAILED", 1),
        ({"OnFailure": "DO_NOTHING"}, "CREATE_FAILED", 1),
    ],
)
def test_what_is_left_of_a_failed_creation_is_as_the_request_says(
    acme: Cloud, given: dict[str, object], status: str, left: int
) -> None:
    formation = acme.clients.client("cloudformation")
    formation.create_stack(StackName="acme", TemplateBody=BROKEN, **given)
    assert (_status(acme), len(_topics(acme))) == (status, left)
    formation.delete_stack(StackName="acme")
    assert _topics(acme) == []


def test_a_failed_creation_is_deleted_where_the_request_says_so(acme: Cloud) -> None:
    formation = acme.clients.client("cloudformation")
    made = formation.create_stack(StackName="acme", TemplateBody=BROKEN, OnFailure="DELETE")
    told = formation.describe_stacks(StackName=made["StackId"])["Stacks"][0]
    assert told["StackStatus"] == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    "host",
    [
        "https://acme-bucket.s3.amazonaws.com/",
        "https://acme-bucket.s3.us-east-1.amazonaws.com/",
        "https://s3.amazonaws.com/acme-bucket/",
        "https://s3-us-east-1.amazonaws.com/acme-bucket/",
        "here",
    ],
)
def test_a_template_is_taken_from_a_bucket(acme: Cloud, host: str) -> None:
    place = f"{acme.endpoint}/acme-bucket/" if host == "here" else host
    stored = TOPIC + "# " + "x" * 60_000  # more than a request can hold
    acme.clients.client("s3").put_object(
        Bucket="acme-bucket", Key="a b/t.yaml", Body=stored.encode()
    )
    formation = acme.clients.client("cloudformation")
    formation.create_stack(StackName="acme", TemplateURL=f"{place}a%20b/t.yaml")
    assert _status(acme) == "CREATE_COMPLETE"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"TemplateURL": "https://acme-bucket.s3.amazonaws.com/no.yaml"}, "key does not exist"),
        ({"TemplateURL": "https://example.com/t.yaml"}, "must be a supported URL"),
        ({}, "exactly one of TemplateBody"),
        ({"TemplateBody": TOPIC, "TemplateURL": "https://s3.amazonaws.com/a/b"}, "exactly one"),
    ],
)
def test_a_template_that_is_not_there_is_refused(
    acme: Cloud, given: dict[str, str], words: str
) -> None:
    with pytest.raises(ClientError, match=words):
        acme.clients.client("cloudformation").create_stack(StackName="acme", **given)


def test_everything_that_is_not_rehearsed_is_refused_at_once(acme: Cloud) -> None:
    template = """
Resources:
  One: {Type: "AWS::GameLift::Fleet"}
  Two: {Type: "AWS::GameLift::Alias", Properties: {Tags: !GetAtt One.Port}}
  Three: {Type: "AWS::SNS::Topic", Properties: {Colour: blue, TopicName: !Ref Nobody}}
  Four: {Type: "AWS::Glue::Job", Properties: {Role: acme, Command: {Name: glueetl, Sound: loud}}}
  Five: {Type: "AWS::SNS::Topicc"}
  Six: {Type: "AWS::Glue::Job", Properties: {Role: acme}}
Outputs:
  Seven: {Value: !GetAtt Three.Height}
"""
    formation = acme.clients.client("cloudformation")
    with pytest.raises(ClientError) as refused:
        formation.create_stack(StackName="acme", TemplateBody=template)
    said = str(refused.value)
    for words in (
        "AWS::GameLift::Fleet", "AWS::GameLift::Alias", "'Colour'", "[Nobody]",
        "'Command.Sound'", "AWS has no such type", "not given: 'Command'", "Height",
    ):  # fmt: skip
        assert words in said
    assert formation.list_stacks()["StackSummaries"] == []
