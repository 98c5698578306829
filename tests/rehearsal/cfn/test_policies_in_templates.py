"""Policies are taken in each form that AWS takes: as text, managed, for several services."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from deployed import TRUST, deleted, made

from rehearsal.cloud import Cloud
from rehearsal.delivery.trust import trusts
from rehearsal.door.deploy import deploy

TEXT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"},
    }
)
TEMPLATE = f"""
Resources:{TRUST}
      ManagedPolicyArns:
        - !Sub "arn:${{AWS::Partition}}:iam::aws:policy/service-role/AWSGlueServiceRole"
        - arn:aws:iam::aws:policy/AmazonSageMakerFullAccess
      Policies: [{{PolicyName: text, PolicyDocument: '{TEXT}'}}]
  Unversioned:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: unversioned
      Roles: [!Ref Role]
      PolicyDocument: {{Statement: [{{Effect: Allow, Action: "s3:GetObject", Resource: "*"}}]}}
  Own: {{Type: "AWS::IAM::ManagedPolicy", Properties: {{PolicyDocument: '{TEXT}', Roles: [!Ref Role]}}}}
  One: {{Type: "AWS::IAM::RolePolicy", Properties: {{PolicyDocument: '{TEXT}', PolicyName: one, RoleName: !Ref Role}}}}
  Profile: {{Type: "AWS::IAM::InstanceProfile", Properties: {{Roles: [!Ref Role]}}}}
  Group: {{Type: "AWS::IAM::Group", Properties: {{ManagedPolicyArns: [!Ref Own]}}}}
  User:
    Type: AWS::IAM::User
    Properties: {{Groups: [!Ref Group], Policies: [{{PolicyName: one, PolicyDocument: '{TEXT}'}}]}}
  Key: {{Type: "AWS::IAM::AccessKey", Properties: {{UserName: !Ref User}}}}
  Queue: {{Type: "AWS::SQS::Queue"}}
  OfQueue:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument: !Sub |
        {{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": "*",
          "Action": "sqs:SendMessage", "Resource": "${{Queue.Arn}}"}}]}}
"""


def test_policies_are_attached_in_every_form_and_taken_away_again(acme: Cloud) -> None:
    stack = made(acme, TEMPLATE)
    iam, role = acme.clients.client("iam"), stack.resources["Role"]
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert {each["PolicyArn"] for each in attached} == {
        "arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole",
        "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess",
        stack.resources["Own"],
    }
    assert set(iam.list_role_policies(RoleName=role)["PolicyNames"]) == {
        "text", "unversioned", "one",
    }  # fmt: skip
    assert deleted(acme) == "DELETE_COMPLETE"


def test_a_managed_policy_that_aws_does_not_have_fails_its_role(acme: Cloud) -> None:
    wrong = TEMPLATE.replace("service-role/AWSGlueServiceRole", "AWSGlueServiceRole")
    with pytest.raises(ClientError, match="policy/AWSGlueServiceRole does not exist"):
        deploy(acme.clients, "acme", wrong, {}, ["CAPABILITY_NAMED_IAM"])


def test_a_document_that_iam_refuses_is_refused_while_it_is_planned(acme: Cloud) -> None:
    wrong = TEMPLATE.replace(TEXT, TEXT.replace('"*"', '"acme"'), 1)
    assert wrong != TEMPLATE
    with pytest.raises(ClientError, match=r"CreateChangeSet.*Resource acme must be in ARN format"):
        deploy(acme.clients, "acme", wrong, {}, ["CAPABILITY_NAMED_IAM"])


@pytest.mark.parametrize(
    ("principal", "effect", "taken"),
    [
        ({"Service": "codepipeline.amazonaws.com"}, "Allow", True),
        ({"Service": ["lambda.amazonaws.com", "codepipeline.amazonaws.com"]}, "Allow", True),
        ({"Service": ["codepipeline.amazonaws.com"]}, "Deny", False),
        ({"AWS": "arn:aws:iam::123456789012:root"}, "Allow", False),
        ("*", "Allow", False),
    ],
)
def test_a_role_trusts_the_services_that_its_policy_names(
    principal: object, effect: str, taken: bool
) -> None:
    statement = {"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole"}
    assert trusts(json.dumps({"Statement": [statement]}), "codepipeline.amazonaws.com") is taken
    assert trusts(json.dumps({"Statement": statement}), "codepipeline.amazonaws.com") is taken
