"""An archive that is not in its bucket is told while a template is planned, unless it may yet come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from rehearsal.cfn.intrinsics import UNKNOWN, Scope
from rehearsal.cfn.outside import check_outside
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.template import Template
from rehearsal.cloud import Cloud, Setup
from rehearsal.opening import open_cloud

FUNCTION = "AWS::Lambda::Function"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with open_cloud(tmp_path_factory.mktemp("cloud"), setup=Setup(enforce=False)) as opened:
        opened.clients.client("s3").create_bucket(Bucket="acme-bucket")
        opened.clients.client("s3").put_object(Bucket="acme-bucket", Key="there.zip", Body=b"zip")
        yield opened


def looked_at(cloud: Cloud, kind: str, properties: dict[str, Any], *others: str) -> None:
    """Look at a resource among others; a bucket that is one of them is the one that has no name yet."""
    resources = {
        f"R{number}": {"Type": name, "Properties": {"BucketName": "acme-none"}}
        for number, name in enumerate((kind, *others))
    }
    scope = Scope(Template("", resources=resources), {}, lambda *_: None, lambda *_: None)
    check_outside(cloud, scope, kind, properties)


@pytest.mark.parametrize(
    ("kind", "properties", "words"),
    [
        (FUNCTION, {"Code": {"S3Bucket": "acme-none", "S3Key": "a.zip"}}, "NoSuchBucket"),
        (
            "AWS::CodeCommit::Repository",
            {"Code": {"S3": {"Bucket": "acme-none", "Key": "a.zip"}}},
            "NoSuchBucket",
        ),
        ("AWS::SNS::Topic", {"DisplayName": "{{resolve:ssm:/acme}}"}, "ssm:/acme"),
    ],
)
def test_what_is_not_there_is_refused(
    cloud: Cloud, kind: str, properties: dict[str, Any], words: str
) -> None:
    with pytest.raises(RefusedError, match=words):
        looked_at(cloud, kind, properties)
    looked_at(cloud, kind, properties, "Custom::Fetches")


def test_what_a_template_makes_itself_is_looked_for_when_it_is_needed(cloud: Cloud) -> None:
    code = {"Code": {"S3Bucket": "acme-none", "S3Key": "a.zip"}}
    looked_at(cloud, FUNCTION, code, "AWS::S3::Bucket")
    title = {"DisplayName": "{{resolve:ssm:/acme}}"}
    looked_at(cloud, "AWS::SNS::Topic", title, "AWS::SSM::Parameter")


@pytest.mark.parametrize(
    "code",
    [
        {"S3Bucket": "acme-bucket", "S3Key": "there.zip"},
        {"S3Bucket": "acme-bucket", "S3Key": "not-yet.zip"},
        {"S3Bucket": "acme-bucket"},
        {"S3Bucket": "no name/of a bucket", "S3Key": "a.zip"},
        {"S3Bucket": "<known when it is made Bucket.>", "S3Key": "a.zip"},
        {"ZipFile": json.dumps({})},
    ],
)
def test_what_is_there_or_is_yet_to_come_is_taken(cloud: Cloud, code: dict[str, Any]) -> None:
    looked_at(cloud, FUNCTION, {"Code": code})


@pytest.mark.parametrize(
    ("runtime", "refused"), [("java21", True), ("python3.12", False), ({"Ref": "R"}, False)]
)
def test_a_custom_resource_needs_a_function_that_can_run(
    cloud: Cloud, runtime: object, refused: bool
) -> None:
    resources = {"F": {"Type": FUNCTION, "Properties": {"Runtime": runtime}}}
    scope = Scope(Template("", resources=resources), {"R": "python3.12"}, lambda *_: None, str)
    token = {"ServiceToken": UNKNOWN % "F.Arn"}
    if not refused:
        check_outside(cloud, scope, "Custom::Fetches", token)
        return
    with pytest.raises(RefusedError, match=r"ServiceToken is F, .* this is java21\."):
        check_outside(cloud, scope, "Custom::Fetches", token)
