"""Each operator of a condition, by the cases of IAM's documentation."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.permissions.conditions import holds
from rehearsal.permissions.policies import PolicyError, read_policy

CONTEXT = {
    "aws:sourcearn": ["arn:aws:states:eu-west-1:123456789012:stateMachine:acme-training"],
    "aws:sourceaccount": ["123456789012"],
    "aws:sourceip": ["10.1.2.3"],
    "aws:securetransport": ["true"],
    "aws:currenttime": ["2026-11-29T12:00:00Z"],
    "aws:epochtime": ["1795953600"],
    "aws:username": ["Ada"],
    "aws:tagkeys": ["team", "stage"],
    "s3:prefix": ["runs/2026/"],
    "s3:max-keys": ["10"],
    "aws:requesttag/stage": ["test"],
}
CASES = [
    ("StringEquals", "s3:prefix", "runs/2026/", True),
    ("StringEquals", "s3:prefix", ["data/", "runs/2026/"], True),
    ("StringEquals", "S3:Prefix", "runs/2026/", True),
    ("StringEquals", "s3:prefix", "runs/*", False),
    ("StringEquals", "aws:username", "ada", False),
    ("StringEquals", "s3:nothing", "x", False),
    ("StringEqualsIfExists", "s3:nothing", "x", True),
    ("StringEqualsIfExists", "s3:prefix", "x", False),
    ("StringNotEquals", "s3:nothing", "x", True),
    ("StringNotEquals", "s3:prefix", ["x", "runs/2026/"], False),
    ("StringEqualsIgnoreCase", "aws:username", "ADA", True),
    ("StringNotEqualsIgnoreCase", "aws:username", "ADA", False),
    ("StringLike", "s3:prefix", ["data/*", "runs/????/"], True),
    ("StringLike", "s3:prefix", "run", False),
    ("StringNotLike", "s3:prefix", "runs/*", False),
    ("StringLike", "s3:prefix", "runs/${aws:username}/*", False),
    ("StringEquals", "aws:username", "${aws:UserName}", True),
    ("StringEquals", "aws:username", "${aws:nobody}", False),
    ("NumericEquals", "s3:max-keys", 10, True),
    ("NumericEquals", "s3:max-keys", "10.0", True),
    ("NumericNotEquals", "s3:max-keys", 10, False),
    ("NumericLessThan", "s3:max-keys", 10, False),
    ("NumericLessThanEquals", "s3:max-keys", 10, True),
    ("NumericGreaterThan", "s3:max-keys", "9", True),
    ("NumericGreaterThanEquals", "s3:max-keys", "11", False),
    ("NumericLessThan", "s3:prefix", "10", False),
    ("DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", True),
    ("DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", False),
    ("DateEquals", "aws:CurrentTime", "2026-11-29T12:00:00Z", True),
    ("DateLessThanEquals", "aws:EpochTime", "1795953600", True),
    ("Bool", "aws:SecureTransport", "true", True),
    ("Bool", "aws:SecureTransport", True, True),
    ("Bool", "aws:SecureTransport", "false", False),
    ("Bool", "aws:ViaAWSService", "false", False),
    ("BoolIfExists", "aws:ViaAWSService", "false", True),
    ("IpAddress", "aws:SourceIp", "10.0.0.0/8", True),
    ("IpAddress", "aws:SourceIp", ["192.168.0.0/16", "10.1.2.3"], True),
    ("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", False),
    ("ArnEquals", "aws:SourceArn", "arn:aws:states:*:123456789012:stateMachine:acme-*", True),
    ("ArnLike", "aws:SourceArn", "arn:aws:states:eu-west-1:*:*", True),
    ("ArnLike", "aws:SourceArn", "arn:aws:states:*", True),
    ("ArnLike", "aws:SourceArn", "arn:*:stateMachine:other:x:y", False),
    ("ArnNotLike", "aws:SourceArn", "arn:aws:lambda:*:*:*", True),
    ("Null", "aws:TokenIssueTime", "true", True),
    ("Null", "aws:TokenIssueTime", "false", False),
    ("Null", "s3:prefix", False, True),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["team", "stage", "more"], True),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["team"], False),
    ("ForAllValues:StringEquals", "aws:nothing", ["team"], True),
    ("ForAnyValue:StringEquals", "aws:TagKeys", ["team"], True),
    ("ForAnyValue:StringEquals", "aws:TagKeys", ["owner"], False),
    ("ForAnyValue:StringEquals", "aws:nothing", ["team"], False),
    ("ForAnyValue:StringNotEquals", "aws:TagKeys", ["team"], True),
    ("ForAllValues:StringNotEquals", "aws:TagKeys", ["team"], False),
    ("StringEquals", "aws:RequestTag/stage", "test", True),
]


@pytest.mark.parametrize(("operator", "key", "value", "so"), CASES)
def test_an_operator(operator: str, key: str, value: Any, so: bool) -> None:
    """Compare as IAM compares; a key that is missing equals nothing."""
    statement = {
        "Effect": "Allow",
        "Action": "*",
        "Resource": "*",
        "Condition": {operator: {key: value}},
    }
    policy = read_policy("P", {"Version": "2012-10-17", "Statement": statement})
    (test,) = policy.statements[0].conditions
    assert holds(test, CONTEXT) is so


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ({"Effect": "Allow", "Action": "*", "Condition": {"StringIs": {"a": "b"}}}, "'StringIs'"),
        ({"Effect": "allow", "Action": "*"}, "the Effect 'allow'"),
        ({"Effect": "Allow"}, "one of Action and NotAction"),
        ({"Effect": "Allow", "Action": "*", "Resources": "*"}, "'Resources'"),
        ("all", "'all'"),
    ],
)
def test_a_document_that_is_none_is_refused(statement: Any, words: str) -> None:
    """With what is wrong about it."""
    with pytest.raises(PolicyError, match=words):
        read_policy("P", {"Statement": [statement]})


def test_a_text_that_is_no_json_is_refused() -> None:
    """And one without a statement."""
    with pytest.raises(PolicyError, match="no JSON"):
        read_policy("P", "{")
    with pytest.raises(PolicyError, match="no Statement"):
        read_policy("P", "[]")
