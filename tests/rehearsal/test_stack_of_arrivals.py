"""One small stack: a commit is built, what the build uploads arrives in queues, topics and functions.

Serverless functions, a custom resource that says which keys count, notifications of the bucket, and
a pipeline whose source is a local git folder.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from deployed import WORKER, role
from small_listener import BUCKET, CODE, Listener, waited, zipped

from rehearsal.cloud import Cloud, Setup
from rehearsal.door.deploy import deploy
from rehearsal.opening import open_cloud

ROLES = (
    WORKER
    + role(
        *("Delivery", "codepipeline.amazonaws.com", "s3:*", "codeconnections:UseConnection"),
        *("codebuild:StartBuild", "codebuild:BatchGetBuilds"),
    )
    + role("Building", "codebuild.amazonaws.com", "s3:*", "logs:*")
)
SEEDING = """
import json, urllib.request

def handler(event, context):
    answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"Status": "SUCCESS", "PhysicalResourceId": "seed"}
    answer["Data"] = {"Prefix": event["ResourceProperties"]["Word"].lower() + "/"}
    body = json.dumps(answer).encode()
    plain = {"content-type": ""}
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], body, plain, method="PUT"))
"""
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12, Timeout: 20}}
Resources:
ROLES
  Seeding:
    Type: AWS::Serverless::Function
    Properties: {Handler: seeding.handler, CodeUri: s3://acme-bucket/seeding.zip, Role: !GetAtt Role.Arn}
  Seed: {Type: "Custom::Seed", Properties: {ServiceToken: !GetAtt Seeding.Arn, Word: IN}}
  Listener:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: listener
      Handler: listener.handler
      CodeUri: s3://acme-bucket/listener.zip
      Role: !GetAtt Role.Arn
      Events:
        Queued: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}
        Told: {Type: SNS, Properties: {Topic: !Ref Topic}}
  Queue: {Type: "AWS::SQS::Queue"}
  Topic: {Type: "AWS::SNS::Topic"}
  QueueOpened:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: s3.amazonaws.com}
            Action: sqs:SendMessage
            Resource: !GetAtt Queue.Arn
            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}
  TopicOpened:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: s3.amazonaws.com}, Action: sns:Publish, Resource: !Ref Topic}
  Landing:
    Type: AWS::S3::Bucket
    DependsOn: [QueueOpened, TopicOpened]
    Properties:
      BucketName: acme-landing
      NotificationConfiguration:
        QueueConfigurations:
          - Event: s3:ObjectCreated:*
            Queue: !GetAtt Queue.Arn
            Filter: {S3Key: {Rules: [{Name: prefix, Value: !GetAtt Seed.Prefix}, {Name: suffix, Value: .csv}]}}
        TopicConfigurations:
          - Event: s3:ObjectCreated:*
            Topic: !Ref Topic
            Filter: {S3Key: {Rules: [{Name: prefix, Value: !GetAtt Seed.Prefix}, {Name: suffix, Value: .txt}]}}
  Connection: {Type: "AWS::CodeConnections::Connection", Properties: {ConnectionName: hub, ProviderType: GitHub}}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: acme-upload
      ServiceRole: !GetAtt Building.Arn
      Source: {Type: CODEPIPELINE}
      Artifacts: {Type: CODEPIPELINE}
      Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: standard}
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: acme-upload
      RoleArn: !GetAtt Delivery.Arn
      ArtifactStore: {Type: S3, Location: acme-bucket}
      Stages:
        - Name: Source
          Actions:
            - Name: Commit
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
              Configuration: {ConnectionArn: !Ref Connection, FullRepositoryId: acme/data, BranchName: main}
              OutputArtifacts: [{Name: Source}]
        - Name: Upload
          Actions:
            - Name: Upload
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Build}
              InputArtifacts: [{Name: Source}]
Outputs:
  Prefix: {Value: !GetAtt Seed.Prefix}
""".replace("ROLES\n", ROLES)
BUILDSPEC = """
version: 0.2
phases: {build: {commands: [python upload.py]}}
"""
UPLOAD = """
import boto3

for key in ("in/März 1.csv", "in/a.txt", "out/b.csv"):
    boto3.client("s3").upload_file("upload.py", "acme-landing", key)
"""


def committed(folder: Path) -> Path:
    """Return the folder as a repository of one commit."""
    (folder / "buildspec.yml").write_text(BUILDSPEC)
    (folder / "upload.py").write_text(UPLOAD)
    own = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], [*who, "commit", "-qm", "One"]):
        subprocess.run(["git", *words], cwd=folder, env=own, check=True)
    return folder


def ended(cloud: Cloud) -> str:
    pipelines = cloud.clients.client("codepipeline")

    def status() -> str:
        listed = pipelines.list_pipeline_executions(pipelineName="acme-upload")
        told = listed["pipelineExecutionSummaries"][0]["status"]
        return "" if told == "InProgress" else str(told)

    return waited(status, "the pipeline does not end")


def test_a_commit_arrives_in_the_function_by_every_way_of_the_stack(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    setup = Setup(
        repositories={"acme/data": committed(tmp_path / "data")},
        commands={"python": [sys.executable]},
    )
    with open_cloud(tmp_path / "cloud", setup=setup) as cloud:
        s3 = cloud.clients.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        for name, code in (("listener", CODE), ("seeding", SEEDING)):
            s3.put_object(Bucket=BUCKET, Key=f"{name}.zip", Body=zipped(code, f"{name}.py"))
        made = deploy(cloud.clients, "acme", TEMPLATE, {}, ["CAPABILITY_IAM"])
        assert made.succeeded, made.failures
        assert made.outputs == {"Prefix": "in/"}
        assert ended(cloud) == "Succeeded"
        bodies = "".join(
            str(each.get("body") or each["Sns"]["Message"]) for each in Listener(cloud).records(4)
        )
        # Two are S3's tests of the ways; the others are what the build uploaded.
        assert bodies.count("s3:TestEvent") == 2
        assert "in/M%C3%A4rz+1.csv" in bodies
        assert "in/a.txt" in bodies
        assert "out/b.csv" not in bodies
        kinds = {note.kind for note in cloud.journal.notes if note.status == "Denied"}
        assert not kinds
