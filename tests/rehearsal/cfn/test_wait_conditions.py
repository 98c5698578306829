"""A wait condition waits for signals, and says where nothing here could send one."""

from __future__ import annotations

import json
import urllib.request

import pytest
from botocore.exceptions import ClientError
from deployed import FUNCTION, deleted, made

from rehearsal.cfn.custom_answers import Letterbox
from rehearsal.cloud import Cloud
from rehearsal.door.deploy import deploy

SIGNALLED = f"""
Resources:
{FUNCTION}      Code:
        ZipFile: |
          import json, urllib.request, cfnresponse
          def handler(event, context):
              if event["RequestType"] == "Create":
                  for name in "ab":
                      body = {{"Status": "SUCCESS", "UniqueId": name, "Data": name * 2}}
                      urllib.request.urlopen(urllib.request.Request(
                          event["ResourceProperties"]["Handle"], json.dumps(body).encode(),
                          {{"Content-Type": ""}}, method="PUT"))
              cfnresponse.send(event, context, cfnresponse.SUCCESS, {{}})
  Handle: {{Type: "AWS::CloudFormation::WaitConditionHandle"}}
  Signals:
    Type: Custom::Signals
    Properties: {{ServiceToken: !GetAtt Function.Arn, Handle: !Ref Handle}}
  Waiting:
    Type: AWS::CloudFormation::WaitCondition
    DependsOn: Signals
    Properties: {{Handle: !Ref Handle, Timeout: "20", Count: 2}}
Outputs: {{Said: {{Value: !GetAtt Waiting.Data}}}}
"""


def test_a_stack_goes_on_when_every_signal_has_come(shared_cloud: Cloud) -> None:
    assert json.loads(made(shared_cloud, SIGNALLED).outputs["Said"]) == {"a": "aa", "b": "bb"}
    assert deleted(shared_cloud) == "DELETE_COMPLETE"


OUTSIDE = """
Parameters: {Handle: {Type: String}}
Resources:
  Waiting:
    Type: AWS::CloudFormation::WaitCondition
    Properties: {Handle: !Ref Handle, Timeout: "1"}
"""


@pytest.mark.parametrize(
    ("name", "signal", "why"),
    [
        (
            "failed",
            {"Status": "FAILURE", "UniqueId": "a", "Reason": "no disk"},
            "message: 'no disk'",
        ),
        ("silent", {"Colour": "red"}, "timed out. Received 0 conditions when expecting 1"),
    ],
)
def test_a_failure_or_no_signal_fails_the_stack(
    shared_cloud: Cloud, name: str, signal: dict[str, str], why: str
) -> None:
    handle = Letterbox(shared_cloud, name, "cloudformation-waitcondition").address()
    body = json.dumps(signal).encode()
    asked = urllib.request.Request(handle, body, {"Content-Type": ""}, method="PUT")
    urllib.request.urlopen(asked)
    failed = deploy(shared_cloud.clients, name, OUTSIDE, {"Handle": handle})
    assert why in failed.failures[0]


OF_INSTANCE = """
Resources:
  Handle: {Type: "AWS::CloudFormation::WaitConditionHandle"}
  Instance:
    Type: AWS::EC2::Instance
    Properties: {ImageId: ami-12c6146b, UserData: !Base64 {Ref: Handle}}
  Waiting:
    Type: AWS::CloudFormation::WaitCondition
    DependsOn: Instance
    Properties: {Handle: !Ref Handle, Timeout: "600"}
"""


def test_what_only_an_instance_would_signal_is_not_waited_for(shared_cloud: Cloud) -> None:
    made(shared_cloud, OF_INSTANCE, "booting")
    said = "AWS::CloudFormation::WaitCondition: Waiting is not waited for"
    assert any(each.startswith(said) for each in shared_cloud.journal.unproven)


@pytest.mark.parametrize(
    "data",
    [
        "!GetAtt Waiting.Data",
        "{Fn::GetAtt: Waiting.Data}",
        "{Fn::GetAtt: [Waiting, Data]}",
        '!Sub "${Waiting.Data}"',
    ],
)
def test_what_asks_for_a_signal_that_nothing_sends_is_refused(
    shared_cloud: Cloud, data: str
) -> None:
    asking = f"{OF_INSTANCE}Outputs: {{Said: {{Value: {data}}}}}"
    with pytest.raises(ClientError, match="nothing here would signal Waiting"):
        deploy(shared_cloud.clients, "asking", asking)
