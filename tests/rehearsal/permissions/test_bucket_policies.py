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
