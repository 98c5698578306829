"""What is known only when a template is made is no reason to refuse it while it is planned."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from deployed import deleted, made

from rehearsal.cloud import Cloud, Setup
from rehearsal.door.deploy import deploy
from rehearsal.opening import open_cloud

MACHINE = """
StartAt: Send
States:
  Send:
    Type: Task
    Resource: arn:aws:states:::sqs:sendMessage
    Parameters: {MessageBody: "${Left}", QueueUrl: "${Queue}"}
    TimeoutSeconds: ${Seconds}
    Next: Done
  Done: {Type: Succeed, Comment: ${Queue}}
"""
TEMPLATE = """
Resources:
  Stored: {Type: "AWS::SSM::Parameter", Properties: {Name: /acme/account, Type: String, Value: "123456789012"}}
  Queue: {Type: "AWS::SQS::Queue"}
  Role:
    Type: AWS::IAM::Role
    DependsOn: Stored
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: assumes
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: sts:AssumeRole
                Resource: "arn:aws:iam::{{resolve:ssm:/acme/account:1}}:role/other"
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineName: acme
      RoleArn: !GetAtt Role.Arn
      DefinitionS3Location: {Bucket: acme-bucket, Key: machine.yaml}
      DefinitionSubstitutions: {Queue: !Ref Queue, Seconds: 60}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      StreamSpecification: {StreamViewType: NEW_IMAGE}
  User: {Type: "AWS::IAM::User"}
  Key: {Type: "AWS::IAM::AccessKey", Properties: {UserName: !Ref User, Serial: 1, Status: Inactive}}
Outputs:
  Policy: {Value: !Ref Role}
  Stream: {Value: !GetAtt Table.StreamArn}
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with open_cloud(tmp_path_factory.mktemp("cloud"), setup=Setup(enforce=False)) as opened:
        s3 = opened.clients.client("s3")
        s3.create_bucket(Bucket="acme-bucket")
        s3.put_object(Bucket="acme-bucket", Key="machine.yaml", Body=MACHINE.encode())
        yield opened


def test_machines_in_yaml_and_policies_with_stored_values_are_made(cloud: Cloud) -> None:
    """A queue's address stands in the YAML, and a policy waits for a value stored on the way."""
    stack = made(cloud, TEMPLATE)
    machines, iam = cloud.clients.client("stepfunctions"), cloud.clients.client("iam")
    told = machines.describe_state_machine(stateMachineArn=stack.resources["Machine"])
    states = json.loads(told["definition"])["States"]
    assert states["Done"]["Comment"] == stack.resources["Queue"]
    assert states["Send"]["TimeoutSeconds"] == 60
    assert states["Send"]["Parameters"]["MessageBody"] == "${Left}"
    assert any("'Left': DefinitionSubstitutions has no value" in r for r in cloud.journal.unproven)
    assert ":table/" in stack.outputs["Stream"]
    role = stack.outputs["Policy"]
    policy = iam.get_role_policy(RoleName=role, PolicyName="assumes")["PolicyDocument"]
    assert policy["Statement"][0]["Resource"] == "arn:aws:iam::123456789012:role/other"


def test_the_status_of_a_key_is_changed_in_place_and_its_serial_makes_another(cloud: Cloud) -> None:
    iam, before = cloud.clients.client("iam"), made(cloud, TEMPLATE).resources

    def keys() -> dict[str, str]:
        listed = iam.list_access_keys(UserName=before["User"])["AccessKeyMetadata"]
        return {each["AccessKeyId"]: each["Status"] for each in listed}

    assert keys() == {before["Key"]: "Inactive"}
    assert made(cloud, TEMPLATE.replace("Inactive", "Active")).resources["Key"] == before["Key"]
    assert keys() == {before["Key"]: "Active"}
    assert made(cloud, TEMPLATE.replace("Serial: 1", "Serial: 2")).resources["Key"] != before["Key"]
    assert len(keys()) == 1
    assert deleted(cloud) == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Status: Inactive", "Status: Asleep", "'Asleep' at 'status' failed to satisfy constraint"),
        (
            "DefinitionSubstitutions: {Queue",
            "DefinitionString: '{}'\n      DefinitionSubstitutions: {Queue",
            "is defined by one of .*; 2 are given",
        ),
        ("AttributeName: id, KeyType", "AttributeName: no, KeyType", "key attributes are not defi"),
        (
            "[{AttributeName: id, AttributeType: S}]",
            "[{AttributeName: id, AttributeType: S}, {AttributeName: b, AttributeType: S}]",
            "does not exactly match number of attributes",
        ),
    ],
)
def test_what_aws_refuses_is_refused_while_it_is_planned(
    cloud: Cloud, old: str, new: str, words: str
) -> None:
    with pytest.raises(ClientError, match=words):
        deploy(cloud.clients, "wrong", TEMPLATE.replace(old, new), {}, ["CAPABILITY_NAMED_IAM"])
