"""Code and templates that lie beside a template are put into a bucket, as the AWS CLI does it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from rehearsal.cfn.packaging import packaged
from rehearsal.cloud import Cloud
from rehearsal.door.deploy import Deployed, deploy
from rehearsal.door.start import start
from rehearsal.opening import open_cloud

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12, Handler: app.handler, CodeUri: src/}}
Resources:
  Function: {Type: "AWS::Serverless::Function"}
  Told:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: {StartAt: Leave, States: {Leave: {Type: Pass, ResultPath: null, End: true}}}
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: machine.asl.yaml
      DefinitionSubstitutions: {Function: !GetAtt Function.Arn}
      Policies: [{LambdaInvokePolicy: {FunctionName: !Ref Function}}]
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: inner/template.yaml}
Outputs:
  Machine: {Value: !Ref Machine}
  Word: {Value: !GetAtt Inner.Outputs.Word}
"""
INNER = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Queue: {Type: "AWS::SQS::Queue"}
  Function:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.12, Handler: app.handler}
Outputs: {Word: {Value: !GetAtt Queue.QueueName}}
"""
CODE = "def handler(event, context):\n    return {'said': 'WORD'}\n"
MACHINE = """
StartAt: Call
States:
  Call: {Type: Task, Resource: "${Function}", Next: Leave}
  Leave: {Type: Pass, ResultPath: null, End: true}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    for name in ("src", "inner", ".git"):
        (made / name).mkdir(parents=True)
        (made / name / "app.py").write_text(CODE)
    (made / "machine.asl.yaml").write_text(MACHINE)
    (made / "inner" / "template.yaml").write_text(INNER)
    return made


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with open_cloud(tmp_path_factory.mktemp("cloud")) as opened:
        yield opened


def put(cloud: Cloud, folder: Path) -> Deployed:
    allowed = ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
    return deploy(cloud.clients, "acme", TEMPLATE, {}, allowed, folder)


def test_what_lies_beside_a_template_is_deployed_with_it(cloud: Cloud, folder: Path) -> None:
    made = put(cloud, folder)
    assert made.succeeded, made.failures
    assert made.outputs["Word"]
    ended = start(cloud.clients, made.outputs["Machine"])
    assert ended.output == {"said": "WORD"}, (ended.error, ended.cause)
    (folder / "src" / "app.py").write_text(CODE.replace("WORD", "more"))
    again = put(cloud, folder)
    assert (again.status, again.succeeded) == ("UPDATE_COMPLETE", True), again.failures
    assert start(cloud.clients, made.outputs["Machine"]).output == {"said": "more"}
    unchanged = put(cloud, folder)
    assert (unchanged.status, unchanged.succeeded) == ("UPDATE_COMPLETE", True)


def test_a_template_without_paths_stays_as_it_is_written(cloud: Cloud, folder: Path) -> None:
    for text in ("Resources: {Q: {Type: 'AWS::SQS::Queue'}}", "[]", "Resources: []"):
        assert packaged(cloud.clients, text, folder) == text


def test_a_path_that_leads_nowhere_is_refused_with_the_template(
    cloud: Cloud, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(ClientError, match=r"CodeUri.*where it lies beside the template"):
        deploy(cloud.clients, "gone", TEMPLATE, {}, ["CAPABILITY_IAM"], tmp_path / "nowhere")
    there = json.loads(packaged(cloud.clients, TEMPLATE, folder))
    assert there["Globals"]["Function"]["CodeUri"].startswith("s3://rehearsal-templates-us-east-1/")
    assert there["Resources"]["Function"] == {"Type": "AWS::Serverless::Function", "Properties": {}}


def test_a_part_that_is_included_is_part_of_the_template(cloud: Cloud, folder: Path) -> None:
    (folder / "settings.yaml").write_text("DelaySeconds: !Ref Delay\nQueueName: acme-included\n")
    include = "{Name: AWS::Include, Parameters: {Location: settings.yaml}}"
    text = f"""
Parameters: {{Delay: {{Type: Number, Default: 7}}}}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {{VisibilityTimeout: 60, "Fn::Transform": {include}}}
"""
    made = deploy(cloud.clients, "parts", text, {}, [], folder)
    assert made.succeeded, made.failures
    told = cloud.clients.client("sqs").get_queue_attributes(
        QueueUrl=made.resources["Queue"], AttributeNames=["All"]
    )["Attributes"]
    assert (told["DelaySeconds"], told["VisibilityTimeout"]) == ("7", "60")
    assert made.resources["Queue"].endswith("/acme-included")
    for wrong in ("s3://acme-nowhere/a.yaml", "nowhere.yaml"):
        with pytest.raises(ClientError, match="nowhere"):
            deploy(cloud.clients, "wrong", text.replace("settings.yaml", wrong), {}, [], folder)
    with pytest.raises(ClientError, match="No transform named 123456789012::Acme"):
        deploy(cloud.clients, "wrong", text.replace("AWS::Include", "Acme"), {}, [], folder)
