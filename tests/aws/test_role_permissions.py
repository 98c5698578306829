"""What a role may do is read from policies of its own and from those attached to it."""

from __future__ import annotations

from typing import Any

import pytest

from unchurn.aws.permissions import read_permissions
from unchurn.aws.resolve import Resolver
from unchurn.aws.templates import Template

DOCUMENT = {
    "Statement": [
        {"Sid": "ReadTable", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    ]
}


@pytest.mark.parametrize("named", [{}, {"ManagedPolicyName": "acme-reads"}])
@pytest.mark.parametrize("own", [{}, {"Policies": [{"PolicyDocument": DOCUMENT}]}])
def test_of_a_role_with_an_attached_policy(named: dict[str, Any], own: dict[str, Any]) -> None:
    """However that is called, and whether or not the role has others."""
    reads = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": DOCUMENT, **named}}
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {"ManagedPolicyArns": [{"Ref": "Reads"}], **own},
    }
    body = {"Resources": {"Reads": reads, "Reader": role}}
    found = read_permissions(Resolver(Template("small", "", body), {}))
    assert [(each.role, each.action, each.why) for each in found] == [
        ("Reader", "s3:GetObject", "read table")
    ] * (1 + len(own))


def test_an_attached_policy_of_anothers_is_named() -> None:
    """What it allows the template does not say."""
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    role = {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": [arn]}}
    (found,) = read_permissions(Resolver(Template("small", "", {"Resources": {"R": role}}), {}))
    assert (found.action, found.resources) == ("*", ("*",))
    assert found.why == f"whatever {arn} allows"
