"""A small pipeline: a bundle in a bucket, a build of its buildspec, a stack out of both."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from open_queue import open_queue
from rehearsal.cloud import Cloud

BUCKET, PIPELINE = "acme-bucket", "acme-delivery"
SOURCE = "delivery/source.zip"
WAIT_SECONDS = 3600
Found = TypeVar("Found")
TEMPLATE = """
Parameters:
  Buildspec: {Type: String, Default: buildspec.yml}
  Timeout: {Type: Number, Default: 5}
  Approves: {Type: String, Default: "no"}
  Invokes: {Type: String, Default: ""}
Conditions:
  Approves: !Equals [!Ref Approves, "yes"]
  Invokes: !Not [!Equals [!Ref Invokes, ""]]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: codepipeline.amazonaws.com}, Action: "sts:AssumeRole"}
  Topic: {Type: "AWS::SNS::Topic", Properties: {TopicName: acme-told}}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: acme-delivery
      ServiceRole: !GetAtt Role.Arn
      TimeoutInMinutes: !Ref Timeout
      Source: {Type: CODEPIPELINE, BuildSpec: !Ref Buildspec}
      Artifacts: {Type: CODEPIPELINE}
      Environment:
        Type: LINUX_CONTAINER
        ComputeType: BUILD_GENERAL1_SMALL
        Image: standard
        EnvironmentVariables: [{Name: COLOUR, Value: of the project}]
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: acme-delivery
      PipelineType: V2
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {Type: S3, Location: acme-bucket}
      Stages:
        - Name: Source
          Actions:
            - Name: Bundle
              Namespace: Bundle
              ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
              Configuration: {S3Bucket: acme-bucket, S3ObjectKey: delivery/source.zip, PollForSourceChanges: false}
              OutputArtifacts: [{Name: Source}]
        - Name: Build
          Actions:
            - Name: Make
              Namespace: Made
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration:
                ProjectName: !Ref Build
                EnvironmentVariables: '[{"name": "RUN", "value": "#{codepipeline.PipelineExecutionId}"}]'
              InputArtifacts: [{Name: Source}]
              OutputArtifacts: [{Name: Build}]
        - !If
          - Approves
          - Name: Approve
            Actions:
              - Name: Ask
                ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
                Configuration: {NotificationArn: !Ref Topic, CustomData: "#{Made.WORD}"}
          - !Ref AWS::NoValue
        - Name: Deploy
          Actions:
            - Name: Stack
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
              Configuration:
                ActionMode: CREATE_UPDATE
                StackName: acme-made
                TemplatePath: Source::made.yaml
                TemplateConfiguration: Build::parameters.json
                RoleArn: !GetAtt Role.Arn
              InputArtifacts: [{Name: Source}, {Name: Build}]
        - !If
          - Invokes
          - Name: Invoke
            Actions:
              - Name: Call
                ActionTypeId: {Category: Invoke, Owner: AWS, Provider: Lambda, Version: "1"}
                Configuration: {FunctionName: !Ref Invokes, UserParameters: "#{Made.WORD}"}
          - !Ref AWS::NoValue
  Started:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.s3]
        detail-type: [Object Created]
        detail: {bucket: {name: [acme-bucket]}, object: {key: [delivery/source.zip]}}
      Targets:
        - {Id: pipeline, Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}", RoleArn: !GetAtt Role.Arn}
  Failed:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.codepipeline]
        detail-type: [CodePipeline Action Execution State Change]
        detail: {state: [FAILED]}
      Targets:
        - Id: topic
          Arn: !Ref Topic
          InputTransformer:
            InputPathsMap: {stage: $.detail.stage, action: $.detail.action}
            InputTemplate: '"Failed: <stage>/<action>"'
"""
MADE = """
Parameters: {Name: {Type: String, AllowedPattern: "[a-z]+"}}
Resources: {Queue: {Type: "AWS::SQS::Queue", Properties: {QueueName: !Sub "acme-${Name}"}}}
Outputs: {Queue: {Value: !GetAtt Queue.QueueName}}
"""
BUILDSPEC = """
version: 0.2
env:
  variables: {COLOUR: of the buildspec, NAME: first}
  exported-variables: [WORD]
phases:
  build:
    commands:
      - export WORD="$COLOUR"
      - printf '{"Parameters":{"Name":"%s"}}' "$(cat name.txt)" > parameters.json
artifacts:
  files: [parameters.json]
"""


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """Return an archive of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return stream.getvalue()


def waited(probe: Callable[[], Found], what: str) -> Found:
    """Ask until there is something; `what` is told when there never is."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        if found := probe():
            return found
        time.sleep(0.02)
    raise AssertionError(what)


@dataclass
class SmallDelivery:
    """The pipeline in an open cloud, and who listens to its topic."""

    cloud: Cloud
    queue: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def client(self) -> Any:
        return self.cloud.clients.client("codepipeline")

    def deploy(self, template: str = TEMPLATE, kind: str = "CREATE", **given: str) -> str:
        """Deploy the pipeline's stack by a change set; return its status."""
        formation = self.cloud.clients.client("cloudformation")
        made = formation.create_change_set(
            StackName="acme",
            ChangeSetName=f"set-{time.monotonic_ns()}",
            ChangeSetType=kind,
            TemplateBody=template,
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        formation.execute_change_set(ChangeSetName=made["Id"])
        status = "IN_PROGRESS"  # a busy machine takes longer than the call waits
        until = time.monotonic() + 3600
        while status.endswith("IN_PROGRESS"):
            assert time.monotonic() < until, status
            status = formation.describe_stacks(StackName="acme")["Stacks"][0]["StackStatus"]
            time.sleep(0.05)
        if not self.queue:
            self._listen()
        return str(status)

    def _listen(self) -> None:
        sqs, sns = (self.cloud.clients.client(name) for name in ("sqs", "sns"))
        self.queue, arn = open_queue(sqs, "acme-hears")
        place = f"{self.cloud.region}:{self.cloud.account}"
        sns.subscribe(
            TopicArn=f"arn:aws:sns:{place}:acme-told",
            Protocol="sqs",
            Endpoint=arn,
        )

    def push(self, buildspec: str = BUILDSPEC, **files: str) -> str:
        """Push a bundle with this buildspec, files changed or added; return the execution's id."""
        known = {each["pipelineExecutionId"] for each in self.executions()}
        given = {"buildspec.yml": buildspec, "made.yaml": MADE, "name.txt": "one"} | files
        self.cloud.clients.client("s3").put_object(Bucket=BUCKET, Key=SOURCE, Body=packed(given))

        def started() -> set[str]:
            return {each["pipelineExecutionId"] for each in self.executions()} - known

        return waited(started, "the bundle started nothing").pop()

    def executions(self) -> list[dict[str, Any]]:
        """List executions, newest first."""
        listed = self.client.list_pipeline_executions(pipelineName=PIPELINE)
        return list(listed["pipelineExecutionSummaries"])

    def ended(self, execution: str) -> str:
        """Wait for the end of an execution; return its status."""

        def status() -> str:
            told = self.client.get_pipeline_execution(
                pipelineName=PIPELINE, pipelineExecutionId=execution
            )["pipelineExecution"]["status"]
            return "" if told in ("InProgress", "Stopping") else str(told)

        return waited(status, "the pipeline does not end")

    def pushed(
        self, buildspec: str = BUILDSPEC, **files: str
    ) -> tuple[str, dict[str, dict[str, Any]]]:
        """Push, wait for the end; return the status and the actions by name."""
        execution = self.push(buildspec, **files)
        return self.ended(execution), self.actions(execution)

    def actions(self, execution: str) -> dict[str, dict[str, Any]]:
        """Return the actions of an execution by name."""
        told = self.client.list_action_executions(
            pipelineName=PIPELINE, filter={"pipelineExecutionId": execution}
        )["actionExecutionDetails"]
        return {each["actionName"]: each for each in told}

    def stage(self, name: str) -> dict[str, Any]:
        """Return the state of the one action of a stage."""
        stages = self.client.get_pipeline_state(name=PIPELINE)["stageStates"]
        found = next(each for each in stages if each["stageName"] == name)
        return dict(found["actionStates"][0].get("latestExecution", {}))

    def messages(self) -> list[str]:
        """Return what the topic has told so far."""
        sqs = self.cloud.clients.client("sqs")
        answer = sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        for each in answer.get("Messages", []):
            self.heard.append(json.loads(each["Body"]))
            sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=each["ReceiptHandle"])
        return [str(each["Message"]) for each in self.heard]

    def build(self, actions: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """Return CodeBuild's description of the build that an execution ran."""
        result = actions["Make"]["output"]["executionResult"]
        builds = self.cloud.clients.client("codebuild")
        found = builds.batch_get_builds(ids=[result["externalExecutionId"]])["builds"]
        return dict(found[0])

    def artefact(self, actions: dict[str, dict[str, Any]]) -> dict[str, bytes]:
        """Return the files of the build's artefact."""
        place = actions["Make"]["output"]["outputArtifacts"][0]["s3location"]
        s3 = self.cloud.clients.client("s3")
        content = s3.get_object(Bucket=place["bucket"], Key=place["key"])["Body"].read()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
