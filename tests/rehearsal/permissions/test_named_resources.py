"""A resource is judged by its own ARN however it is named, and a caller by its own id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from small_listener import lambda_role, policy

from rehearsal.cloud import Cloud
from rehearsal.opening import open_cloud


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    """A cloud that enforces, with a role `r` that Lambda assumes."""
    with open_cloud(tmp_path / "cloud") as opened:
        lambda_role(opened, "r")
        yield opened


def allow(cloud: Cloud, action: str, resource: str) -> None:
    cloud.clients.client("iam").put_role_policy(
        RoleName="r",
        PolicyName="own",
        PolicyDocument=policy({"Effect": "Allow", "Action": action, "Resource": resource}),
    )


def asked(cloud: Cloud, service: str, operation: str, **given: Any) -> str:
    """Call as the role; return the code of the refusal, nothing where there is none."""
    arn = f"arn:aws:iam::{cloud.account}:role/r"
    with cloud.permissions.as_role(arn, "lambda", "session"):
        try:
            getattr(cloud.clients.client(service), operation)(**given)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
    return ""


def test_a_secret_by_its_name_is_judged_by_its_own_arn(cloud: Cloud) -> None:
    """Which ends with six letters more: see "Secret ARN" in the guide of Secrets Manager."""
    made = cloud.clients.client("secretsmanager").create_secret(Name="acme/key", SecretString="x")
    plain = made["ARN"].rpartition("-")[0]
    for resource, code in (
        (plain, "AccessDeniedException"),
        (made["ARN"], ""),
        (f"{plain}-??????", ""),
        (f"{plain}*", ""),
    ):
        allow(cloud, "secretsmanager:GetSecretValue", resource)
        for name in ("acme/key", made["ARN"], plain):
            assert asked(cloud, "secretsmanager", "get_secret_value", SecretId=name) == code


def test_what_an_alias_becomes_is_asked_of_it_and_of_its_key(cloud: Cloud) -> None:
    """See "UpdateAlias" in the API reference of KMS: rights on the alias and on the keys."""
    kms = cloud.clients.client("kms")
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/acme", TargetKeyId=key["KeyId"])
    allow(cloud, "kms:DeleteAlias", key["Arn"])
    asking = {"AliasName": "alias/acme"}
    assert asked(cloud, "kms", "delete_alias", **asking) == "AccessDeniedException"


def test_a_key_by_its_alias_is_judged_by_its_own_arn(cloud: Cloud) -> None:
    """See "Controlling access with aliases" in the guide of KMS: an alias's ARN gives nothing."""
    kms = cloud.clients.client("kms")
    made = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/acme", TargetKeyId=made["KeyId"])
    alias = f"arn:aws:kms:{cloud.region}:{cloud.account}:alias/acme"
    for resource, code in ((alias, "AccessDeniedException"), (made["Arn"], "")):
        allow(cloud, "kms:Encrypt", resource)
        for name in ("alias/acme", alias, made["KeyId"], made["Arn"]):
            assert asked(cloud, "kms", "encrypt", KeyId=name, Plaintext=b"x") == code


@pytest.mark.parametrize(("kept", "code"), [("{}:*", ""), ("AROAOTHER:*", "AccessDenied")])
def test_a_caller_has_the_id_of_its_role_and_session(cloud: Cloud, kept: str, code: str) -> None:
    """As "IAM policy elements: aws:userid" has it of a role: its id, a colon, the session's name."""
    s3 = cloud.clients.client("s3")
    s3.create_bucket(Bucket="acme-bucket")
    role = cloud.clients.client("iam").get_role(RoleName="r")["Role"]["RoleId"]
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::acme-bucket",
        "Condition": {"StringNotLike": {"aws:userid": kept.format(role)}},
    }
    s3.put_bucket_policy(
        Bucket="acme-bucket", Policy=json.dumps({"Version": "2012-10-17", "Statement": deny})
    )
    allow(cloud, "s3:*", "*")
    assert asked(cloud, "s3", "list_objects_v2", Bucket="acme-bucket") == code
