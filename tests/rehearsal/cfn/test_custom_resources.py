"""Custom resources are made, changed and deleted by the template's own function, which answers by URL."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from small_listener import zipped

from rehearsal.cloud import Cloud
from rehearsal.door.deploy import Deployed, deploy

ANSWERING = """
import boto3, http.client, json, time, urllib3
from urllib.parse import urlsplit

s3 = boto3.client("s3")

def handler(event, context):
    if "Records" in event:
        event = json.loads(event["Records"][0]["Sns"]["Message"])
    given, kind = event["ResourceProperties"], event["RequestType"]
    s3.put_object(
        Bucket="acme-bucket", Key=f"asked/{time.time_ns()}", Body=json.dumps(event).encode()
    )
    mode = given.get("Mode", "") if kind != "Delete" else ""
    if mode == "raises":
        raise ValueError("told to")
    if mode == "silent":
        return
    answer = {
        "Status": "FAILED" if mode == "fails" else "SUCCESS",
        "Reason": "the mode says so",
        "PhysicalResourceId": given["Name"],
        "Data": {"Shout": given["Word"].upper(), "Long": "x" * (9000 if mode == "long" else 1)},
    } | {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    if mode == "another":
        answer["RequestId"] = "another"
    body = json.dumps(answer).encode()
    form = "application/x-www-form-urlencoded"
    headers = {"content-type": form if mode == "form" else "", "content-length": str(len(body))}
    if mode == "tls":
        place = urlsplit(event["ResponseURL"])
        connection = http.client.HTTPSConnection(place.hostname)
        connection.request("PUT", f"{place.path}?{place.query}", body, headers)
        connection.getresponse().read()
    else:
        urllib3.PoolManager().request("PUT", event["ResponseURL"], body=body, headers=headers)
"""
TEMPLATE = """
Parameters:
  Text: {Type: String, Default: hello}
  Name: {Type: String, Default: one}
  Limit: {Type: Number, Default: 600}
  Mode: {Type: String, Default: plain}
  Heard: {Type: String, Default: Shout}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: works
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{Effect: Allow, Action: ["s3:PutObject", "logs:*", "sqs:*"], Resource: "*"}]
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Runtime: python3.12
      Handler: answering.handler
      Timeout: 20
      Code: {S3Bucket: acme-bucket, S3Key: answering.zip}
  Word:
    Type: Custom::Word
    Version: "1.0"
    Properties:
      ServiceToken: !GetAtt Function.Arn
      ServiceTimeout: !Ref Limit
      Word: !Ref Text
      Name: !Ref Name
      Mode: !Ref Mode
      Nested: {Number: 5, Truths: [true, false]}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: acme-topic, DisplayName: !GetAtt Word.Shout}
Outputs:
  Made: {Value: !Ref Word}
  Shout: {Value: !Sub "${Word.Shout}!"}
"""
TOPIC = """
  Asked: {Type: "AWS::SNS::Topic", Properties: {TopicName: asked}}
  Asking:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Asked, Protocol: lambda, Endpoint: !GetAtt Function.Arn}
  Allowed:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !GetAtt Function.Arn
      Action: lambda:InvokeFunction
      Principal: sns.amazonaws.com
      SourceArn: !Ref Asked
  Word:
    DependsOn: [Asking, Allowed]
"""


@pytest.fixture
def ready(acme: Cloud) -> Cloud:
    body = zipped(ANSWERING, "answering.py")
    acme.clients.client("s3").put_object(Bucket="acme-bucket", Key="answering.zip", Body=body)
    return acme


def put(cloud: Cloud, template: str = TEMPLATE, **given: str) -> Deployed:
    return deploy(cloud.clients, "acme", template, given, ["CAPABILITY_IAM"])


def asked(cloud: Cloud) -> list[dict[str, Any]]:
    """Return the requests so far, in order."""
    s3 = cloud.clients.client("s3")
    listed = s3.list_objects_v2(Bucket="acme-bucket", Prefix="asked/").get("Contents", [])
    bodies = [s3.get_object(Bucket="acme-bucket", Key=each["Key"])["Body"] for each in listed]
    return [json.loads(body.read()) for body in bodies]


def kinds(cloud: Cloud) -> list[tuple[str, str]]:
    return [(each["RequestType"], each.get("PhysicalResourceId", "")) for each in asked(cloud)]


def display(cloud: Cloud) -> str:
    topic = f"arn:aws:sns:us-east-1:{cloud.account}:acme-topic"
    told = cloud.clients.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]
    return str(told["DisplayName"])


def test_a_function_makes_changes_and_deletes_it(ready: Cloud) -> None:
    made = put(ready)
    assert made.succeeded, made.failures
    assert made.outputs == {"Made": "one", "Shout": "HELLO!"}
    (request,) = asked(ready)
    given = request["ResourceProperties"]
    assert given["Nested"] == {"Number": "5", "Truths": ["true", "false"]}
    assert given["ServiceToken"] == request["ServiceToken"]
    assert (request["LogicalResourceId"], request["ResourceType"]) == ("Word", "Custom::Word")
    assert request["StackId"].startswith("arn:aws:cloudformation:us-east-1:")
    assert ready.clients.client("s3").list_buckets()["Buckets"][0]["Name"] == "acme-bucket"

    made = put(ready, Text="bye")
    assert (made.succeeded, made.outputs["Shout"]) == (True, "BYE!"), made.failures
    assert asked(ready)[-1]["OldResourceProperties"]["Word"] == "hello"
    assert display(ready) == "BYE"  # what refers to it changes with it

    made = put(ready, Text="bye", Name="two")
    assert made.outputs["Made"] == "two"
    assert kinds(ready) == [("Create", ""), ("Update", "one"), ("Update", "one"), ("Delete", "one")]

    ready.clients.client("cloudformation").delete_stack(StackName="acme")
    assert kinds(ready)[-1] == ("Delete", "two")
    assert len(ready.clients.client("s3").list_buckets()["Buckets"]) == 1


def test_a_failure_rolls_back_with_its_reason_and_what_was_half_made_is_deleted(
    ready: Cloud,
) -> None:
    made = put(ready, Mode="fails")
    assert made.status == "ROLLBACK_COMPLETE"
    assert "Received response status [FAILED] from custom resource" in made.failures[0]
    assert "Message returned: the mode says so" in made.failures[0]
    assert kinds(ready) == [("Create", ""), ("Delete", "one")]


def test_an_update_that_fails_is_taken_back_by_another(ready: Cloud) -> None:
    put(ready)
    made = put(ready, Mode="fails", Text="bye")
    assert made.status == "UPDATE_ROLLBACK_COMPLETE"
    last = asked(ready)[-1]
    assert last["RequestType"] == "Update"
    assert last["ResourceProperties"]["Word"] == "hello"
    assert last["OldResourceProperties"]["Word"] == "bye"


def test_what_an_update_made_is_deleted_when_a_later_resource_fails(ready: Cloud) -> None:
    put(ready)
    broken = TEMPLATE.replace("DisplayName: !GetAtt", "KmsMasterKeyId: 5, DisplayName: !GetAtt")
    broken += "  Gone: {Value: !GetAtt Word.Gone}\n"
    made = put(ready, broken, Name="two")
    assert made.status == "UPDATE_ROLLBACK_COMPLETE"
    assert kinds(ready)[1:] == [("Update", "one"), ("Update", "two"), ("Delete", "two")]
    formation = ready.clients.client("cloudformation")
    formation.delete_stack(StackName="acme")
    assert kinds(ready)[-1] == ("Delete", "one")


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        ("raises", "The function failed: ValueError: told to"),
        ("another", "Invalid RequestId"),
        ("long", "Response object is too long."),
        ("form", "Put it with an empty content-type."),
    ],
)
def test_an_answer_that_is_none_fails_it(ready: Cloud, mode: str, why: str) -> None:
    made = put(ready, Mode=mode)
    assert made.status == "ROLLBACK_COMPLETE"
    assert why in made.failures[0]
    assert kinds(ready)[-1][0] == "Delete"


def test_silence_is_given_up_when_its_time_is_over(ready: Cloud) -> None:
    made = put(ready, Mode="silent", Limit="1")
    # What is then deleted may be late in answering, too.
    assert made.status.startswith("ROLLBACK_")
    assert "did not receive a response from your Custom Resource" in made.failures[0]


def test_an_attribute_that_was_not_answered_is_said(ready: Cloud) -> None:
    made = put(ready, TEMPLATE.replace("Word.Shout", "Word.Whisper"))
    assert "Vendor response doesn't contain Whisper attribute" in made.failures[0]


def test_a_topic_can_be_asked_and_an_answer_may_come_by_a_connection_for_tls(
    ready: Cloud,
) -> None:
    by_topic = TEMPLATE.replace("  Word:\n    Type: Custom", f"{TOPIC}    Type: Custom")
    by_topic = by_topic.replace("ServiceToken: !GetAtt Function.Arn", "ServiceToken: !Ref Asked")
    made = put(ready, by_topic, Mode="tls")
    assert (made.succeeded, made.outputs["Shout"]) == (True, "HELLO!"), made.failures


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("ServiceToken: !GetAtt Function.Arn", "", "Missing the required property ServiceToken"),
        ("!GetAtt Function.Arn\n      ServiceT", "acme\n      ServiceT", "Invalid service token"),
        ("ServiceTimeout: !Ref Limit", "ServiceTimeout: 4000", "ServiceTimeout is 4000"),
        ("Custom::Word", '"Custom::W!"', "Unrecognized resource types"),
    ],
)
def test_what_could_not_be_asked_is_refused_before_anything_is_made(
    ready: Cloud, old: str, new: str, why: str
) -> None:
    assert old in TEMPLATE
    with pytest.raises(ClientError, match=why):
        put(ready, TEMPLATE.replace(old, new))


def test_a_service_token_cannot_be_changed(ready: Cloud) -> None:
    put(ready)
    extra = '  Other: {Type: "AWS::SNS::Topic", Properties: {TopicName: other}}\nOutputs:'
    moved = TEMPLATE.replace("ServiceToken: !GetAtt Function.Arn", "ServiceToken: !Ref Other")
    made = put(ready, moved.replace("Outputs:", extra))
    assert "Modifying service token is not allowed." in made.failures[0]
