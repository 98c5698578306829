"""A small stack of the kinds that we ship: a machine over a function, a table, a topic."""

from __future__ import annotations

import io
import json
import time
import uuid
import zipfile
from dataclasses import dataclass, field
from typing import Any

from rehearsal.cloud import Cloud

STACK = "acme-training"
TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  StackName: {Type: String, AllowedPattern: "[a-z][a-z0-9-]*"}
  CodeKey: {Type: String, Default: one.zip}
  Days: {Type: Number, Default: 7}
  Extra: {Type: String, Default: "", AllowedValues: ["", "yes"]}
Conditions:
  HasExtra: !Equals [!Ref Extra, "yes"]
Resources:
  Data:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties:
      BucketName: !Sub "${StackName}-${AWS::AccountId}-${AWS::Region}"
      PublicAccessBlockConfiguration: {BlockPublicAcls: "true", BlockPublicPolicy: true}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: "sts:AssumeRole"}
  Alerts: {Type: "AWS::SNS::Topic", Properties: {TopicName: !Sub "${StackName}-alerts"}}
  More: {Type: "AWS::SNS::Topic", Condition: HasExtra, Properties: {TopicName: !Sub "${StackName}-more"}}
  Log: {Type: "AWS::Logs::LogGroup", Properties: {LogGroupName: !Sub "/acme/${StackName}", RetentionInDays: !Ref Days}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "${StackName}-registry"
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: run_id, AttributeType: S}]
      KeySchema: [{AttributeName: run_id, KeyType: HASH}]
  Judge:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: !Sub "${StackName}-judge"
      Role: !GetAtt Role.Arn
      Runtime: python3.12
      Handler: judge.handler
      Timeout: 6
      Code: {S3Bucket: acme-code, S3Key: !Ref CodeKey}
      Environment: {Variables: {TABLE: !Ref Table}}
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineName: !Sub "${StackName}-training"
      RoleArn: !GetAtt Role.Arn
      DefinitionS3Location: {Bucket: acme-code, Key: machine.json}
      DefinitionSubstitutions:
        Partition: !Ref AWS::Partition
        Bucket: !Ref Data
        Judge: !GetAtt Judge.Arn
        Table: !Ref Table
        Topic: !Ref Alerts
Outputs:
  Bucket: {Value: !Ref Data}
  MachineArn: {Value: !Ref Machine, Export: {Name: !Sub "${StackName}-machine"}}
  Days: {Value: !Sub "${Days} days"}
"""
FUNCTION = """
import os, time, boto3

tables = boto3.client("dynamodb")

class VerdictMissing(Exception): ...

def handler(event, context):
    print("judging", event["run"])
    tables.describe_table(TableName=os.environ["TABLE"])
    given = event["input"]
    if given.get("raises"):
        raise VerdictMissing("there is no verdict") from KeyError("verdict")
    if given.get("sleeps"):
        time.sleep(30)
    if given.get("dies"):
        os._exit(3)
    if given.get("imports"):
        __import__(given["imports"])
    return {"verdict": given.get("verdict", "passed"), "words": "WORDS"}
"""
_CATCH = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Notify"}]
_TASK: dict[str, Any] = {"Type": "Task", "ResultPath": None, "Catch": _CATCH}
STATES: dict[str, Any] = {
    "Pin": _TASK
    | {
        "Resource": "arn:${Partition}:states:::aws-sdk:s3:copyObject",
        "Parameters": {
            "Bucket": "${Bucket}",
            "Key.$": "States.Format('runs/{}/churn.toml', $$.Execution.Name)",
            "CopySource": "acme-code/machine.json",
        },
        "Next": "Judge",
    },
    "Judge": _TASK
    | {
        "Resource": "arn:${Partition}:states:::lambda:invoke",
        "Parameters": {
            "FunctionName": "${Judge}",
            "Payload": {"run.$": "$$.Execution.Name", "input.$": "$"},
        },
        "ResultSelector": {"verdict.$": "$.Payload.verdict", "words.$": "$.Payload.words"},
        "ResultPath": "$.judged",
        "TimeoutSeconds": 60,
        "Retry": [
            {
                "ErrorEquals": ["Lambda.TooManyRequestsException", "Lambda.ServiceException"],
                "IntervalSeconds": 5,
                "MaxAttempts": 3,
                "BackoffRate": 2,
            }
        ],
        "Next": "Pause",
    },
    "Pause": {"Type": "Wait", "Seconds": 30, "Next": "Gate"},
    "Gate": {
        "Type": "Choice",
        "Choices": [{"Variable": "$.judged.verdict", "StringEquals": "passed", "Next": "Register"}],
        "Default": "Refused",
    },
    "Register": _TASK
    | {
        "Resource": "arn:${Partition}:states:::dynamodb:putItem",
        "Parameters": {
            "TableName": "${Table}",
            "Item": {
                "run_id": {"S.$": "$$.Execution.Name"},
                "started": {"S.$": "$$.Execution.StartTime"},
            },
        },
        "Next": "Done",
    },
    "Done": {"Type": "Succeed"},
    "Refused": {"Type": "Fail", "Error": "ModelRefused", "CausePath": "$.judged.words"},
    "Notify": {
        "Type": "Task",
        "Resource": "arn:${Partition}:states:::sns:publish",
        "Parameters": {"TopicArn": "${Topic}", "Message.$": "$.failure.Cause"},
        "ResultPath": None,
        "Next": "Failed",
    },
    "Failed": {"Type": "Fail", "ErrorPath": "$.failure.Error", "CausePath": "$.failure.Cause"},
}
MACHINE = {"StartAt": "Pin", "States": STATES}


@dataclass
class Ran:
    """One execution: how it ended, and the states it went through."""

    status: str
    error: str
    cause: str
    states: list[str]
    events: list[dict[str, Any]]

    @property
    def tries(self) -> int:
        """How often a task was scheduled."""
        return sum(event["type"] == "TaskScheduled" for event in self.events)


@dataclass
class SmallStack:
    """The stack in an open cloud, with the verbs that the tests need."""

    cloud: Cloud
    changes: list[tuple[str, str, str]] = field(default_factory=list)

    def upload(self, key: str, words: str) -> None:
        """Upload the function, as it answers `words`."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("judge.py", FUNCTION.replace("WORDS", words))
        self.cloud.clients.client("s3").put_object(
            Bucket="acme-code", Key=key, Body=stream.getvalue()
        )

    def prepare(self) -> SmallStack:
        """Make the bucket of the code, and fill it."""
        s3 = self.cloud.clients.client("s3")
        s3.create_bucket(Bucket="acme-code")
        s3.put_object(Bucket="acme-code", Key="machine.json", Body=json.dumps(MACHINE).encode())
        self.upload("one.zip", "first")
        self.upload("two.zip", "second")
        return self

    def change_set(
        self, kind: str, template: str = TEMPLATE, stack: str = STACK, **given: str
    ) -> dict[str, Any]:
        """Make a change set and describe it."""
        formation = self.cloud.clients.client("cloudformation")
        made = formation.create_change_set(
            StackName=stack,
            ChangeSetName=f"c{uuid.uuid4().hex[:8]}",
            ChangeSetType=kind,
            TemplateBody=template,
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in ({"StackName": "acme"} | given).items()
            ],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        plain: dict[str, Any] = formation.describe_change_set(ChangeSetName=made["Id"])
        return plain

    def deploy(self, kind: str, template: str = TEMPLATE, **given: str) -> str:
        """Make and execute a change set; note the changes, return the status of the stack."""
        plain = self.change_set(kind, template, **given)
        self.changes = [
            (each["Action"], each["LogicalResourceId"], each.get("Replacement", ""))
            for each in (change["ResourceChange"] for change in plain["Changes"])
        ]
        if plain["Status"] == "FAILED":
            return str(plain["StatusReason"])
        formation = self.cloud.clients.client("cloudformation")
        formation.execute_change_set(ChangeSetName=plain["ChangeSetId"])
        return str(self.described["StackStatus"])

    @property
    def described(self) -> dict[str, Any]:
        """What CloudFormation says of the stack."""
        formation = self.cloud.clients.client("cloudformation")
        plain: dict[str, Any] = formation.describe_stacks(StackName=STACK)["Stacks"][0]
        return plain

    @property
    def reasons(self) -> list[str]:
        """Why resources failed, newest first."""
        formation = self.cloud.clients.client("cloudformation")
        events = formation.describe_stack_events(StackName=self.described["StackId"])
        return [
            f"{each['LogicalResourceId']}: {each['ResourceStatusReason']}"
            for each in events["StackEvents"]
            if each["ResourceStatus"].endswith("_FAILED")
        ]

    def run(self, **given: Any) -> Ran:
        """Execute the machine to its end."""
        machines = self.cloud.clients.client("stepfunctions")
        arn = f"arn:aws:states:us-east-1:{self.cloud.account}:stateMachine:acme-training"
        name = f"run-{uuid.uuid4().hex[:8]}"
        started = machines.start_execution(stateMachineArn=arn, name=name, input=json.dumps(given))
        return finished(self.cloud, started["executionArn"])


def finished(cloud: Cloud, arn: str) -> Ran:
    """Wait for an execution, and read it."""
    machines = cloud.clients.client("stepfunctions")
    until = time.monotonic() + 3600
    while (told := machines.describe_execution(executionArn=arn))["status"] == "RUNNING":
        assert time.monotonic() < until, "the execution does not end"
        time.sleep(0.02)
    events = machines.get_execution_history(executionArn=arn)["events"]
    states = [
        e["stateEnteredEventDetails"]["name"] for e in events if "stateEnteredEventDetails" in e
    ]
    return Ran(told["status"], told.get("error", ""), told.get("cause", ""), states, events)
