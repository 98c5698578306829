"""Condition keys that a request says here; a condition on any other is left out, and that is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rehearsal.permissions.policies import Policy, Statement

_KNOWN = {
    "aws:currenttime", "aws:epochtime", "aws:securetransport", "aws:sourceip", "aws:principalarn",
    "aws:principalaccount", "aws:principaltype", "aws:resourceaccount", "aws:requestedregion",
    "aws:sourceaccount", "aws:sourcearn", "aws:sourceowner", "aws:tagkeys", "aws:username",
    "aws:userid", "iam:passedtoservice", "cloudwatch:namespace", "sns:protocol", "lambda:principal",
    "kms:viaservice", "cloudformation:rolearn", "sts:externalid", "s3:prefix", "s3:delimiter",
    "s3:max-keys", "s3:x-amz-acl", "s3:x-amz-server-side-encryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:x-amz-storage-class",
}  # fmt: skip
_TAGS = ("aws:resourcetag/", "aws:requesttag/", "aws:principaltag/")


def understood(policy: Policy, say: Callable[[str], None]) -> Policy:
    """Return a policy without what cannot be judged here.

    A Deny under such a condition does not apply; an Allow applies whatever it says.
    """
    statements = []
    for statement in policy.statements:
        strange = [test for test in statement.conditions if not _is_known(test.key)]
        for test in strange:
            say(f"The condition {test.operator} of {test.key} in {policy.name} was not enforced.")
        if not strange or statement.effect == "Allow":
            statements.append(_without(statement))
    return replace(policy, statements=tuple(statements))


def _without(statement: Statement) -> Statement:
    kept = tuple(test for test in statement.conditions if _is_known(test.key))
    return replace(statement, conditions=kept)


def _is_known(key: str) -> bool:
    return key in _KNOWN or key.startswith(_TAGS)
