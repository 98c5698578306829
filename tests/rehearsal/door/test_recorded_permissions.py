"""``up --record-permissions`` writes, in the end, the least that each role needed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import boto3
from opened_door import opened_door, run

TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "123456789012"},
        "Action": "sts:AssumeRole",
    },
}
MUCH = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"},
}


def client(environment: Any, service: str, key: str, secret: str, token: str | None = None) -> Any:
    """Return a client of the cloud that is up, signing with these keys."""
    session = boto3.session.Session(key, secret, token, environment["AWS_REGION"])
    return session.client(service, endpoint_url=environment["AWS_ENDPOINT_URL"])


def keys_of_role(inside: Any, *policies: Any) -> tuple[str, str, str]:
    """Make a role of these inline policies, and return the keys of a session of it."""
    own = inside["AWS_ACCESS_KEY_ID"], inside["AWS_SECRET_ACCESS_KEY"]
    iam, sts = client(inside, "iam", *own), client(inside, "sts", *own)
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    for each in policies:
        iam.put_role_policy(RoleName="r", PolicyName="own", PolicyDocument=json.dumps(each))
    got = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="me")["Credentials"]
    return got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"]


def test_the_least_that_a_role_used_is_written(tmp_path: Path) -> None:
    """One action on one queue, of all that it was allowed."""
    with opened_door(tmp_path, "--record-permissions", "least.json") as door:
        inside = door.environment
        client(inside, "sqs", *keys_of_role(inside, MUCH)).create_queue(QueueName="q")
        assert door.end()[0] == 0
    on = f"arn:aws:sqs:{inside['AWS_REGION']}:123456789012:q"
    assert json.loads((tmp_path / "least.json").read_text()) == {
        "schema_version": 1,
        "roles": {
            "r": {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": ["sqs:CreateQueue"], "Resource": [on]}],
            }
        },
    }


def test_a_file_that_cannot_be_written_is_said_before_anything_is_done(tmp_path: Path) -> None:
    """With the flag's name and the exit code of a wrong one."""
    refused = run(tmp_path, os.environ, "up", "--record-permissions", "none/least.json")
    assert (refused.returncode, "--record-permissions none/least.json" in refused.stderr) == (
        2,
        True,
    )


def test_unenforced_every_call_is_allowed_and_that_is_said(tmp_path: Path) -> None:
    """A role that may do nothing makes a queue; builds are thorough, if any were."""
    with opened_door(tmp_path, "--unenforced", "--thorough") as door:
        inside = door.environment
        client(inside, "sqs", *keys_of_role(inside)).create_queue(QueueName="q")
        code, said = door.end()
    assert (code, "Permissions are not enforced: every call is allowed." in said) == (0, True)
