"""Roles are enforced: what runs for a role is what that role may do, and a refusal is AWS's own."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from rehearsal.cloud import Cloud
from rehearsal.door.start import start
from rehearsal.opening import open_cloud
from rehearsal.permissions.record import least_privilege, without_each
from rehearsal.permissions.refusals import DeniedError

BUCKET = "acme-bucket"
OBJECTS = f"arn:aws:s3:::{BUCKET}/*"
HANDLER = """
import boto3
def handler(event, context):
    s3 = boto3.client("s3")
    if event.get("write"):
        s3.put_object(Bucket="acme-bucket", Key=event["write"], Body=b"1")
    who = boto3.client("sts").get_caller_identity()["Arn"]
    return {"read": s3.get_object(Bucket="acme-bucket", Key=event["key"])["Body"].read().decode(), "who": who}
"""


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    """A cloud with a bucket that holds one object."""
    with open_cloud(tmp_path / "cloud") as opened:
        s3 = opened.clients.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"one")
        yield opened


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], on: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": on, **more}


def role(
    cloud: Cloud, name: str, principal: dict[str, str], *statements: dict[str, Any], **more: Any
) -> str:
    """Make a role that `principal` may assume; return its ARN."""
    iam = cloud.clients.client("iam")
    trust = document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **more)["Role"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
    return str(made["Arn"])


def function(cloud: Cloud, role_arn: str) -> str:
    """Make a function of `HANDLER`; return its ARN."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", HANDLER)
    made = cloud.clients.client("lambda").create_function(
        FunctionName="reads",
        Runtime="python3.12",
        Handler="main.handler",
        Role=role_arn,
        Code={"ZipFile": packed.getvalue()},
    )
    return str(made["FunctionArn"])


def invoked(cloud: Cloud, **event: str) -> dict[str, Any]:
    answer = cloud.clients.client("lambda").invoke(
        FunctionName="reads", Payload=json.dumps(event).encode()
    )
    return dict(json.loads(answer["Payload"].read()))


def denials(cloud: Cloud) -> list[str]:
    return [note.name for note in cloud.journal.notes if note.kind == "permission"]


def test_a_function_calls_as_its_role(cloud: Cloud) -> None:
    """It may read; writing fails in AWS's words, and the journal has the action."""
    arn = role(
        cloud,
        "lambda-role",
        {"Service": "lambda.amazonaws.com"},
        allow("s3:GetObject", OBJECTS),
        allow("logs:*"),
    )
    function(cloud, arn)
    session = "arn:aws:sts::123456789012:assumed-role/lambda-role/reads"
    assert invoked(cloud, key="a") == {"read": "one", "who": session}
    failed = invoked(cloud, key="a", write="b")
    assert failed["errorMessage"] == (
        "An error occurred (AccessDenied) when calling the PutObject operation: "
        f'User: {session} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::{BUCKET}/b" '
        "because no identity-based policy allows the s3:PutObject action"
    )
    assert denials(cloud) == ["s3:PutObject"]


def test_who_may_not_list_is_not_told_what_is_missing(cloud: Cloud) -> None:
    """A missing object is forbidden without s3:ListBucket, and not there with it."""
    arn = role(cloud, "r", {"Service": "lambda.amazonaws.com"}, allow("s3:GetObject", OBJECTS))
    s3 = cloud.clients.client("s3")
    refused = pytest.raises(ClientError, match="s3:ListBucket")
    with cloud.permissions.as_role(arn, "lambda"), refused:
        s3.get_object(Bucket=BUCKET, Key="none")
    grant(cloud, "r", allow("s3:ListBucket", f"arn:aws:s3:::{BUCKET}"))
    with cloud.permissions.as_role(arn, "lambda"), pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket=BUCKET, Key="none")


def grant(cloud: Cloud, name: str, *statements: dict[str, Any]) -> None:
    """Give a role one more policy."""
    cloud.clients.client("iam").put_role_policy(
        RoleName=name, PolicyName="more", PolicyDocument=document(*statements)
    )


def test_an_explicit_deny_names_its_statement_in_the_journal(cloud: Cloud) -> None:
    """Wherever it stands: here in the bucket's own policy."""
    arn = role(cloud, "r", {"Service": "lambda.amazonaws.com"}, allow("s3:*"))
    deny = {
        "Sid": "NotA",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": OBJECTS,
    }
    s3 = cloud.clients.client("s3")
    s3.put_bucket_policy(Bucket=BUCKET, Policy=document(deny))
    refused = pytest.raises(ClientError, match="with an explicit deny in a resource-based policy")
    with cloud.permissions.as_role(arn, "lambda"), refused:
        s3.get_object(Bucket=BUCKET, Key="a")
    (note,) = [note for note in cloud.journal.notes if note.kind == "permission"]
    assert (note.name, note.status) == ("s3:GetObject", "Denied")
    assert "NotA" in note.why


def test_a_resource_and_a_boundary_count(cloud: Cloud) -> None:
    """A bucket's policy allows by itself; a boundary takes away what it does not allow."""
    iam, s3 = cloud.clients.client("iam"), cloud.clients.client("s3")
    arn = role(cloud, "r", {"Service": "lambda.amazonaws.com"})
    let = allow("s3:GetObject", OBJECTS) | {"Principal": {"AWS": arn}}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=document(let))
    with cloud.permissions.as_role(arn, "lambda"):
        assert s3.get_object(Bucket=BUCKET, Key="a")["Body"].read() == b"one"
    bound = iam.create_policy(PolicyName="bound", PolicyDocument=document(allow("sns:*")))["Policy"]
    iam.put_role_permissions_boundary(RoleName="r", PermissionsBoundary=bound["Arn"])
    refused = pytest.raises(ClientError, match="because no permissions boundary allows")
    with cloud.permissions.as_role(arn, "lambda"), refused:
        s3.get_object(Bucket=BUCKET, Key="a")


def test_a_policy_of_aws_s_own_counts(cloud: Cloud) -> None:
    """By its name, as it is published."""
    role_of = cloud.permissions.stored
    found = role_of._managed("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    assert found is not None
    assert "s3:Get*" in found.statements[0].actions


def test_passing_a_role_needs_the_right_to(cloud: Cloud) -> None:
    """To that service alone."""
    trusted = role(cloud, "jobs", {"Service": "lambda.amazonaws.com"})
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    to_glue = {"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}}
    maker = role(cloud, "maker", {"Service": "codebuild.amazonaws.com"}, allow("lambda:*"))
    for condition in (None, to_glue, to_lambda):
        if condition:
            grant(cloud, "maker", allow("iam:PassRole", trusted, Condition=condition))
        with cloud.permissions.as_role(maker, "codebuild"):
            if condition is to_lambda:
                function(cloud, trusted)
            else:
                with pytest.raises(ClientError, match=r"iam:PassRole on resource: .*role/jobs"):
                    function(cloud, trusted)


def test_a_service_is_not_given_a_role_that_does_not_trust_it(cloud: Cloud) -> None:
    """Not by the administrator either; each service says so in its own way."""
    other = role(cloud, "other", {"Service": "glue.amazonaws.com"})
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        function(cloud, other)
    with pytest.raises(ClientError, match="Neither the global service principal"):
        cloud.clients.client("stepfunctions").create_state_machine(
            name="m", definition=machine("f"), roleArn=other
        )
    with pytest.raises(DeniedError, match="no role trust policy allows"):
        cloud.permissions.session(other, "lambda")


def test_a_trust_may_ask_on_whose_behalf(cloud: Cloud) -> None:
    """aws:SourceArn and aws:SourceAccount are those of what the service acts for."""
    mine = "arn:aws:lambda:us-east-1:123456789012:function:mine"
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnLike": {"aws:SourceArn": mine},
            "StringEquals": {"aws:SourceAccount": "123456789012"},
        },
    }
    arn = cloud.clients.client("iam").create_role(
        RoleName="r", AssumeRolePolicyDocument=document(trust)
    )["Role"]["Arn"]
    assert cloud.permissions.trusts(arn, "lambda.amazonaws.com", mine).allowed
    assert not cloud.permissions.trusts(arn, "lambda.amazonaws.com", mine + "s").allowed


def test_assuming_a_role_gives_its_rights_and_no_more(cloud: Cloud) -> None:
    """With any SDK, by the keys that STS answers with; a policy of the session narrows them."""
    root = {"AWS": "arn:aws:iam::123456789012:root"}
    arn = role(cloud, "reader", root, allow(["s3:GetObject", "s3:PutObject"], OBJECTS))
    sts = cloud.clients.client("sts")
    narrow = document(allow("s3:GetObject", OBJECTS))
    for policy, may_write in ({}, True), ({"Policy": narrow}, False):
        keys = sts.assume_role(RoleArn=arn, RoleSessionName="me", **policy)["Credentials"]
        s3 = boto3.session.Session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], cloud.region
        ).client("s3", endpoint_url=cloud.endpoint)
        assert s3.get_object(Bucket=BUCKET, Key="a")["Body"].read() == b"one"
        if may_write:
            s3.put_object(Bucket=BUCKET, Key="b", Body=b"2")
            with pytest.raises(ClientError, match="s3:DeleteObject"):
                s3.delete_object(Bucket=BUCKET, Key="b")
        else:
            with pytest.raises(ClientError, match="because no session policy allows"):
                s3.put_object(Bucket=BUCKET, Key="b", Body=b"2")


def machine(name: str) -> str:
    """Return a machine that invokes a function."""
    invoke = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": name, "Payload": {"key": "a"}},
        "OutputPath": "$.Payload",
        "End": True,
    }
    return json.dumps({"StartAt": "Ask", "States": {"Ask": invoke}})


def test_a_machine_calls_as_its_role_and_the_record_tells_what_it_used(cloud: Cloud) -> None:
    """Refused without the right, done with it; the least policy then allows just that."""
    reader = role(
        cloud,
        "reader",
        {"Service": "lambda.amazonaws.com"},
        allow("s3:GetObject", OBJECTS),
        allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]),
        allow("sns:Publish"),
    )
    on = function(cloud, reader)
    flow = role(cloud, "flow", {"Service": "states.amazonaws.com"})
    arn = cloud.clients.client("stepfunctions").create_state_machine(
        name="m", definition=machine(on), roleArn=flow
    )["stateMachineArn"]
    refused = start(cloud.clients, arn)
    assert refused.error == "Lambda.AWSLambdaException"
    assert "lambda:InvokeFunction on resource: " + on in refused.cause
    grant(cloud, "flow", allow("lambda:InvokeFunction", on))
    assert start(cloud.clients, arn).output["read"] == "one"
    least = least_privilege(cloud.permissions.record.uses)
    assert least["flow"]["Statement"] == [allow(["lambda:InvokeFunction"]) | {"Resource": [on]}]
    proven = {
        (t.role, t.statement): bool(t.denies) for t in without_each(cloud.permissions.record.uses)
    }
    assert proven == {
        ("flow", "0"): True,
        ("reader", "0"): True,
        ("reader", "1"): True,
        ("reader", "2"): False,
    }


def test_an_unknown_role_or_resource_is_allowed_and_said(cloud: Cloud) -> None:
    """Nothing is other than AWS in silence."""
    with cloud.permissions.as_role("arn:aws:iam::123456789012:role/nobody", "lambda"):
        cloud.clients.client("s3").get_object(Bucket=BUCKET, Key="a")
    arn = role(
        cloud, "r", {"Service": "lambda.amazonaws.com"}, allow("ec2:*", "arn:aws:ec2:*:*:vpc/*")
    )
    with cloud.permissions.as_role(arn, "lambda"):
        cloud.clients.client("ec2").describe_vpcs()
        with pytest.raises(ClientError, match="AccessDenied"):
            cloud.clients.client("workspaces").describe_workspaces()
    said = " ".join(cloud.journal.unproven)
    assert "role/nobody is not in this cloud" in said
    assert "ec2:DescribeVpcs are not known here" in said


def test_a_service_in_its_own_name_needs_the_resource_s_leave(cloud: Cloud) -> None:
    """A function's permission lets EventBridge invoke it, for one rule or for all."""
    from rehearsal.permissions.actions import Need

    arn = function(cloud, role(cloud, "r", {"Service": "lambda.amazonaws.com"}))
    need, rule = Need("lambda:InvokeFunction", arn), "arn:aws:events:us-east-1:123456789012:rule/x"
    assert not cloud.permissions.service_may("events", need, rule)
    cloud.clients.client("lambda").add_permission(
        FunctionName="reads",
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    assert cloud.permissions.service_may("events", need, rule)
    assert not cloud.permissions.service_may("events", need, rule + "y")
