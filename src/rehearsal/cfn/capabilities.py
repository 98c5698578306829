"""What a request has to allow expressly before a template's stack is made."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from rehearsal.cfn.problems import CapabilityError
from rehearsal.cfn.template import Template

NAMED = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
}
"""The property that gives a resource of IAM a name of its own."""
_IAM = {*NAMED, "AWS::IAM::AccessKey", "AWS::IAM::Policy", "AWS::IAM::UserToGroupAddition"}
_NO_VALUE = {"Ref": "AWS::NoValue"}


def check_capabilities(
    template: Template, given: Collection[str], macros: Collection[str] = ()
) -> None:
    """Raise `CapabilityError` naming the capabilities that the template needs and nobody gave.

    It looks at the template as written, whatever its conditions. `macros` are those that are
    expanded on the way: none for a change set, where they can be looked at first.
    """
    kinds = {body["Type"] for body in template.resources.values()}
    needed = set()
    if any(_is_named(body) for body in template.resources.values()):
        needed.add("CAPABILITY_NAMED_IAM")
    elif _IAM & kinds and "CAPABILITY_NAMED_IAM" not in given:
        needed.add("CAPABILITY_IAM")
    if macros:
        needed.add("CAPABILITY_AUTO_EXPAND")
    missing = sorted(needed - set(given))
    if missing:
        raise CapabilityError(f"Requires capabilities : [{', '.join(missing)}]")


def _is_named(body: dict[str, Any]) -> bool:
    name = (body.get("Properties") or {}).get(NAMED.get(body["Type"], ""), _NO_VALUE)
    return bool(name != _NO_VALUE)
