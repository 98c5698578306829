"""What each role may do, read from the templates: every action, on what, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from unchurn.aws.resolve import Resolver

_ATTACHED = "AWS::IAM::ManagedPolicy"


@dataclass(frozen=True)
class Permission:
    """One action that one role is allowed, on which resources, under which condition, and why."""

    role: str
    action: str
    resources: tuple[str, ...]
    condition: str
    why: str


def read_permissions(resolver: Resolver) -> tuple[Permission, ...]:
    """Return every allowed action of the roles that a template makes, in its order."""
    found: list[Permission] = []
    for name, body in resolver.made().items():
        if body["Type"] == "AWS::IAM::Role":
            for statement, why in _statements(body, resolver):
                found += _permissions(name, statement, why)
    return tuple(found)


def _statements(
    role: Mapping[str, Any], resolver: Resolver
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, str]]]:
    """Yield the statements of a role's own policies and of those attached to it, each with its reasons.

    A policy that another made, such as AWS's own, is known by its ARN alone.
    """
    properties, made = resolver.resolve(role["Properties"]), resolver.made()
    policies = {
        resolver.resolve({"Ref": name}): body
        for name, body in made.items()
        if body["Type"] == _ATTACHED
    }
    attached = properties.get("ManagedPolicyArns", [])
    for arn in (each for each in attached if each not in policies):
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*", "Sid": arn}
        yield everything, {arn: f"whatever {arn} allows"}
    for holder in (role, *(policies[arn] for arn in attached if arn in policies)):
        why = holder.get("Metadata", {}).get("Why", {})
        given = resolver.resolve(holder["Properties"])
        for policy in [given] if holder["Type"] == _ATTACHED else given.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield statement, why


def _permissions(
    role: str, statement: Mapping[str, Any], why: Mapping[str, str]
) -> Iterator[Permission]:
    if statement.get("Effect") != "Allow":
        return
    sid = str(statement.get("Sid", ""))
    resources = tuple(str(each) for each in _listed(statement.get("Resource", [])))
    for action in _listed(statement.get("Action", [])):
        yield Permission(
            role, str(action), resources, _condition(statement), why.get(sid) or _words(sid)
        )


def _condition(statement: Mapping[str, Any]) -> str:
    tests = [
        f"{key} {operator} {', '.join(str(each) for each in _listed(value))}"
        for operator, keys in statement.get("Condition", {}).items()
        for key, value in keys.items()
    ]
    return " and ".join(tests)


def _words(sid: str) -> str:
    """Read a Sid as the sentence it is: ``WriteRunFolders`` → ``write run folders``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", sid).lower()


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]
