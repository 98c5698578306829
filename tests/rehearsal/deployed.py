"""A template deployed in an open cloud, with everything that may be allowed."""

from __future__ import annotations

import json

from rehearsal.cloud import Cloud
from rehearsal.door.deploy import Deployed, deploy


def role(name: str, service: str, *actions: str) -> str:
    """Return a resource of a template: a role that a service may take, and what it may then do."""
    return f"""\
  {name}:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{{Effect: Allow, Principal: {{Service: {service}}}, Action: "sts:AssumeRole"}}]
      Policies:
        - PolicyName: works
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{{Effect: Allow, Action: {json.dumps(actions)}, Resource: "*"}}]
"""


WORKER = role("Role", "lambda.amazonaws.com", "s3:PutObject", "logs:*", "sqs:*")
"""What functions of the tests' templates run as."""
FUNCTION = f"""\
{WORKER}  Function:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: python3.12
      Role: !GetAtt Role.Arn
"""
"""Resources: a function that runs as `WORKER`, to which its Code has to be added."""
TRUST = """
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Principal: {Service: [lambda.amazonaws.com, codepipeline.amazonaws.com]}
"""
"""A resource: a role that several services may take."""


def made(cloud: Cloud, template: str, stack: str = "acme", **given: str) -> Deployed:
    """Deploy; return what came of it, which has to be good."""
    found = deploy(cloud.clients, stack, template, given, ["CAPABILITY_NAMED_IAM"])
    assert found.succeeded, found.failures
    return found


def deleted(cloud: Cloud, stack: str = "acme") -> str:
    """Delete a stack; return how that ended, with its reason."""
    formation = cloud.clients.client("cloudformation")
    identity = formation.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
    formation.delete_stack(StackName=stack)
    told = formation.describe_stacks(StackName=identity)["Stacks"][0]
    return f"{told['StackStatus']} {told.get('StackStatusReason', '')}".strip()
