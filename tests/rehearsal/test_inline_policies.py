"""An inline policy without a version is taken as IAM takes it, and kept as it was given."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.cloud import Cloud

STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def put(cloud: Cloud, policy: dict[str, Any]) -> Any:
    iam = cloud.clients.client("iam")
    iam.create_user(UserName="ada")
    iam.put_user_policy(UserName="ada", PolicyName="reads", PolicyDocument=json.dumps(policy))
    return iam.get_user_policy(UserName="ada", PolicyName="reads")["PolicyDocument"]


@pytest.mark.parametrize("version", [{}, {"Version": "2008-10-17"}, {"Version": "2012-10-17"}])
def test_a_policy_of_either_version_is_kept_as_it_was_given(
    acme: Cloud, version: dict[str, str]
) -> None:
    policy = version | {"Statement": [STATEMENT]}
    assert put(acme, policy) == policy


def test_all_of_an_accounts_iam_is_a_resource(acme: Cloud) -> None:
    policy = {"Statement": [STATEMENT | {"Resource": f"arn:aws:iam::{acme.account}:*"}]}
    assert put(acme, policy) == policy


def test_a_policy_that_is_none_is_refused_as_before(acme: Cloud) -> None:
    with pytest.raises(ClientError, match="MalformedPolicyDocument"):
        put(acme, {"Statement": [STATEMENT | {"Effect": "Perhaps"}]})
