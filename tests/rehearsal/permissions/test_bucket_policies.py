"""A policy's statement applies when its conditions hold, and only then."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.cloud import Cloud


def deny(cloud: Cloud, condition: dict[str, Any] | None) -> None:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::acme-bucket/*",
    }
    if condition is not None:
        statement["Condition"] = condition
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    cloud.clients.client("s3").put_bucket_policy(Bucket="acme-bucket", Policy=json.dumps(policy))


def write(cloud: Cloud) -> None:
    s3 = cloud.clients.client("s3")
    s3.put_object(Bucket="acme-bucket", Key="a", Body=b"a")
    s3.get_object(Bucket="acme-bucket", Key="a")


def test_what_is_refused_without_tls_is_allowed_on_loopback(acme: Cloud) -> None:
    deny(acme, {"Bool": {"aws:SecureTransport": "false"}})
    write(acme)


def test_what_is_refused_with_tls_is_refused(acme: Cloud) -> None:
    deny(acme, {"Bool": {"aws:SecureTransport": "true"}})
    with pytest.raises(ClientError, match="with an explicit deny in a resource-based policy"):
        write(acme)


def test_what_is_refused_always_is_refused(acme: Cloud) -> None:
    deny(acme, None)
    with pytest.raises(ClientError, match="with an explicit deny in a resource-based policy"):
        write(acme)


def test_a_condition_that_is_not_known_is_not_enforced_and_the_report_says_so(acme: Cloud) -> None:
    deny(acme, {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}})
    write(acme)
    assert any("aws:principalorgid" in sentence for sentence in acme.journal.unproven)


def put(cloud: Cloud, **statement: Any) -> str:
    """Put a policy of one statement; return S3's refusal, nothing where it takes it."""
    given = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"} | statement
    given.setdefault("Resource", "arn:aws:s3:::acme-bucket/*")
    policy = json.dumps({"Version": "2012-10-17", "Statement": [given]})
    try:
        cloud.clients.client("s3").put_bucket_policy(Bucket="acme-bucket", Policy=policy)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "MalformedPolicy"
        return str(error.response["Error"]["Message"])
    return ""


def test_a_principal_that_is_not_there_is_refused(acme: Cloud) -> None:
    """As "Resolve the Invalid principal in policy error" of S3 has it; of other accounts nothing is known."""
    role = f"arn:aws:iam::{acme.account}:role/acme"
    assert put(acme, Principal={"AWS": role}) == "Invalid principal in policy"
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    acme.clients.client("iam").create_role(
        RoleName="acme",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust}),
    )
    root = f"arn:aws:iam::{acme.account}:root"
    assert put(acme, Principal={"AWS": [role, root, "arn:aws:iam::999999999999:role/x"]}) == ""
    user = f"arn:aws:iam::{acme.account}:user/ada"
    assert put(acme, Principal={"AWS": user}) == "Invalid principal in policy"


BUCKET, OBJECTS = "arn:aws:s3:::acme-bucket", "arn:aws:s3:::acme-bucket/*"
UNFIT = "Action does not apply to any resource(s) in statement"


@pytest.mark.parametrize(
    ("actions", "resources", "why"),
    [
        ("s3:ListBucket", OBJECTS, UNFIT),
        (["s3:GetObject", "s3:ListBucket"], OBJECTS, UNFIT),
        ("s3:GetObject", BUCKET, UNFIT),
        ("s3:PutObject*", BUCKET, UNFIT),
        (["s3:GetObject", "s3:ListBucket"], [BUCKET, OBJECTS], ""),
        ("s3:*", OBJECTS, ""),
        ("s3:*", BUCKET, ""),
        ("s3:List*", OBJECTS, ""),
        ("s3:getobject", OBJECTS, ""),
        ("s3:GetObject", "*", ""),
        ("s3:GetObject", "arn:aws:s3:::other/*", "Policy has invalid resource"),
    ],
)
def test_an_action_has_to_fit_a_resource_of_its_statement(
    acme: Cloud, actions: Any, resources: Any, why: str
) -> None:
    """By the resource types of "Actions, resources, and condition keys for Amazon S3"."""
    assert put(acme, Action=actions, Resource=resources) == why
