"""Versions and aliases of a function are permitted apart from it, and told which they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from deployed import TRUST, deleted, made
from small_listener import lambda_role, waited, zipped

from rehearsal.cloud import Cloud
from rehearsal.notifications.resource_policies import Sender, lets_in
from rehearsal.opening import open_cloud
from rehearsal.permissions.actions import Need

CODE = (
    "def handler(event, context): return [context.function_version, context.invoked_function_arn]"
)
ROLE = "arn:aws:iam::123456789012:role/f"


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    """A cloud that enforces, with a function `f`, its version 1 and its alias `live`."""
    with open_cloud(tmp_path / "cloud") as opened:
        lambda_role(opened, "f")
        client = opened.clients.client("lambda")
        client.create_function(
            FunctionName="f",
            Role=ROLE,
            Runtime="python3.12",
            Handler="f.handler",
            Code={"ZipFile": zipped(CODE, "f.py")},
        )
        client.publish_version(FunctionName="f")
        client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
        yield opened


def arn(cloud: Cloud, qualifier: str = "") -> str:
    plain = f"arn:aws:lambda:{cloud.region}:{cloud.account}:function:f"
    return f"{plain}:{qualifier}" if qualifier else plain


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"FunctionName": "f"}, ("$LATEST", "")),
        ({"FunctionName": "f", "Qualifier": "live"}, ("1", "live")),
        ({"FunctionName": "f:1"}, ("1", "1")),
    ],
)
def test_a_function_is_told_its_version_and_by_what_name_it_was_invoked(
    cloud: Cloud, given: dict[str, str], told: tuple[str, str]
) -> None:
    """As "Using the Lambda context object" in the guide of Lambda has it."""
    answer = cloud.clients.client("lambda").invoke(**given)
    assert json.loads(answer["Payload"].read()) == [told[0], arn(cloud, told[1])]


def test_who_may_invoke_a_function_may_not_invoke_its_alias_and_the_other_way_round(
    cloud: Cloud,
) -> None:
    """As "Resources and conditions for Lambda actions" in the guide of Lambda has it."""
    client = cloud.clients.client("lambda")
    given: dict[str, Any] = {"Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com"}

    def allowed() -> list[bool]:
        needs = [Need("lambda:InvokeFunction", arn(cloud, each)) for each in ("", "live", "1")]
        return [cloud.permissions.service_may("events", each) for each in needs]

    client.add_permission(FunctionName="f", StatementId="plain", **given)
    assert allowed() == [True, False, False]
    client.add_permission(FunctionName="f", Qualifier="live", StatementId="alias", **given)
    client.remove_permission(FunctionName="f", StatementId="plain")
    assert allowed() == [False, True, False]
    sender = Sender("events.amazonaws.com", "arn:aws:events:x", cloud.account)
    assert lets_in(cloud, arn(cloud, "live"), sender)
    assert not lets_in(cloud, arn(cloud, "1"), sender)
    client.publish_version(FunctionName="f")
    client.update_alias(FunctionName="f", Name="live", FunctionVersion="1")
    assert allowed() == [False, True, False]
    client.remove_permission(FunctionName="f", Qualifier="live", StatementId="alias")
    assert allowed() == [False, False, False]


TEMPLATE = f"""
Resources:{TRUST}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Runtime: python3.12
      Code: {{ZipFile: "def handler(event, context): pass"}}
  Version: {{Type: "AWS::Lambda::Version", Properties: {{FunctionName: !Ref Function}}}}
  Alias:
    Type: AWS::Lambda::Alias
    Properties: {{FunctionName: !Ref Function, FunctionVersion: !GetAtt Version.Version, Name: live}}
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      {{Action: "lambda:InvokeFunction", FunctionName: !Ref Alias, Principal: s3.amazonaws.com}}
"""


def test_a_permission_in_a_template_is_for_the_alias_that_it_names(acme: Cloud) -> None:
    stack, client = made(acme, TEMPLATE), acme.clients.client("lambda")
    function = stack.resources["Function"]
    kept = json.loads(client.get_policy(FunctionName=function, Qualifier="live")["Policy"])
    assert kept["Statement"][0]["Resource"].endswith(f"{function}:live")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_policy(FunctionName=function)
    assert deleted(acme) == "DELETE_COMPLETE"


def test_a_function_that_fails_with_nobody_waiting_is_not_tried_again_and_that_is_said(
    cloud: Cloud,
) -> None:
    """On AWS it is tried twice more: "How Lambda handles errors … with asynchronous invocation"."""
    cloud.faults.add("f", "fails", times=1)
    cloud.clients.client("lambda").invoke(FunctionName="f", InvocationType="Event")
    waited(
        lambda: [each for each in cloud.journal.unproven if "tried twice more" in each], "unsaid"
    )
