"""What comes out of the application repository is made of the template that was given for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from rehearsal.cloud import Cloud, Setup
from rehearsal.door.deploy import deploy
from rehearsal.opening import open_cloud

ARN = "arn:aws:serverlessrepo:us-east-1:123456789012:applications/topic"
APPLICATION = """
Parameters: {Name: {Type: String}}
Resources: {Topic: {Type: "AWS::SNS::Topic", Properties: {TopicName: !Ref Name}}}
Outputs: {Topic: {Value: !Ref Topic}}
"""
TEMPLATE = f"""
Transform: AWS::Serverless-2016-10-31
Mappings: {{Region: {{Any: {{Arn: "{ARN}"}}}}}}
Resources:
  Alerts:
    Type: AWS::Serverless::Application
    Properties:
      Location: {{ApplicationId: !FindInMap [Region, Any, Arn], SemanticVersion: 1.0.0}}
      Parameters: {{Name: alerts}}
Outputs: {{Topic: {{Value: !GetAtt Alerts.Outputs.Topic}}}}
"""
MAY = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


@pytest.fixture
def supplied(tmp_path: Path) -> Iterator[Cloud]:
    file = tmp_path / "topic.yaml"
    file.write_text(APPLICATION)
    setup = Setup(applications={ARN: file}, enforce=False)
    with open_cloud(tmp_path / "cloud", setup=setup) as cloud:
        yield cloud


def test_an_application_is_a_stack_within_the_stack(supplied: Cloud) -> None:
    made = deploy(supplied.clients, "acme", TEMPLATE, {}, MAY)
    assert made.succeeded, made.failures
    assert made.outputs["Topic"].endswith(":alerts")
    said = f"{ARN}: made of topic.yaml, whichever version is asked for"
    assert said in supplied.journal.unproven
    other = TEMPLATE.replace("applications/topic", "applications/queue")
    with pytest.raises(ClientError, match=r"Alerts comes out of .*/queue"):
        deploy(supplied.clients, "other", other, {}, MAY)
