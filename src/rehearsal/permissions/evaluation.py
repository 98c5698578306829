"""The decision: an explicit deny wins, else something must allow, within every limit there is.

The rules of one account, as IAM documents them. A resource's policy that names the caller allows by
itself; one that names the account leaves it to the caller's own policies. Keys of KMS and the trust
of a role are decided by the resource's policy alone, or by both where it names the account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from rehearsal.permissions.conditions import holds
from rehearsal.permissions.patterns import Context, filled, matches, matches_arn
from rehearsal.permissions.policies import Policy, Principals, Statement

ANY_RESOURCE = "?"
"""A resource that is not known: whatever an Allow names is taken for it, a Deny must name all."""

_REGIONAL = re.compile(r"(?<=\w)\.[a-z]{2}(?:-[a-z]+)+-\d(\.amazonaws\.com)")
"""The region in the name of a service, which is the same service everywhere."""


class Grant(IntEnum):
    """How a resource's policy names a caller; the more narrowly, the less its role's limits matter."""

    NONE = 0
    ACCOUNT = 1
    ROLE = 2
    SESSION = 3


@dataclass(frozen=True)
class Caller:
    """Who asks: a session of a role, with the ARNs of both; or a `service` in its own name."""

    account: str
    arn: str = ""
    role: str = ""
    service: str = ""


@dataclass(frozen=True)
class Asked:
    """What is asked: `action` as ``s3:GetObject``, on the ARN of a `resource`, `*`, or `ANY_RESOURCE`."""

    caller: Caller
    action: str
    resource: str
    context: Context = field(default_factory=dict)


@dataclass(frozen=True)
class Policies:
    """Everything that decides: what the caller has, the resource has, and what limits both.

    With `resource_decides`, nothing is allowed but by way of the resource's policy.
    """

    identity: tuple[Policy, ...] = ()
    resource: Policy | None = None
    boundary: Policy | None = None
    session: Policy | None = None
    resource_decides: bool = False
    resource_word: str = "resource-based policy"


@dataclass(frozen=True)
class Decision:
    """Whether it is allowed; `because` ends the sentence of a refusal, `statement` says which decided."""

    allowed: bool
    because: str = ""
    statement: str = ""


Found = tuple[Policy, Statement]


def decide(asked: Asked, policies: Policies) -> Decision:
    """Decide what IAM would."""
    for word, several in _kinds(policies):
        for policy, statement in _applying(asked, several, "Deny"):
            because = f"with an explicit deny in {_article(word)} {word}"
            return Decision(False, because, _name(policy, statement))
    grant, by_resource = _granted_by_resource(asked, policies.resource)
    if (policies.resource_decides or asked.caller.service) and not grant:
        return _none(asked, policies.resource_word)
    own = next(_applying(asked, policies.identity, "Allow"), None)
    if own is None and grant < Grant.ROLE:
        return _none(asked, "identity-based policy")
    if grant < Grant.SESSION and (word := _limited(asked, policies)):
        return _none(asked, word)
    decided = own or by_resource
    return Decision(True, statement=_name(*decided) if decided else "")


def _limited(asked: Asked, policies: Policies) -> str:
    """Return which limit does not allow it, nothing where all do."""
    limits = (("permissions boundary", policies.boundary), ("session policy", policies.session))
    for word, limit in limits:
        if limit is not None and next(_applying(asked, (limit,), "Allow"), None) is None:
            return word
    return ""


def _kinds(policies: Policies) -> Iterator[tuple[str, tuple[Policy, ...]]]:
    yield "identity-based policy", policies.identity
    for word, policy in (
        (policies.resource_word, policies.resource),
        ("permissions boundary", policies.boundary),
        ("session policy", policies.session),
    ):
        yield word, (policy,) if policy is not None else ()


def _none(asked: Asked, word: str) -> Decision:
    return Decision(False, f"because no {word} allows the {asked.action} action")


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _name(policy: Policy, statement: Statement) -> str:
    number = policy.statements.index(statement)
    return f"{policy.name}/{statement.sid or number}"


def _applying(asked: Asked, policies: Iterable[Policy], effect: str) -> Iterator[Found]:
    for policy in policies:
        for statement in policy.statements:
            if statement.effect == effect and _applies(asked, policy, statement):
                yield policy, statement


def _applies(asked: Asked, policy: Policy, statement: Statement) -> bool:
    return (
        _is_about(asked.action, statement)
        and (statement.principals is None or bool(_grant(asked.caller, statement.principals)))
        and _is_on(asked, policy, statement)
        and all(holds(each, asked.context, policy.modern) for each in statement.conditions)
    )


def _is_about(action: str, statement: Statement) -> bool:
    if statement.not_actions:
        return not any(matches(each, action, ignore_case=True) for each in statement.not_actions)
    return any(matches(each, action, ignore_case=True) for each in statement.actions)


def _is_on(asked: Asked, policy: Policy, statement: Statement) -> bool:
    named = statement.resources or statement.not_resources
    if not named:  # of what the policy is attached to
        return True
    if asked.resource == ANY_RESOURCE:
        return statement.effect == "Allow" or "*" in statement.resources
    patterns = (filled(each, asked.context) if policy.modern else each for each in named)
    found = any(each is not None and matches_arn(each, asked.resource) for each in patterns)
    return found is bool(statement.resources)


def _granted_by_resource(asked: Asked, policy: Policy | None) -> tuple[Grant, Found | None]:
    """Return how the resource's policy allows it, and the statement that does so most narrowly."""
    best: tuple[Grant, Found | None] = (Grant.NONE, None)
    for found in _applying(asked, (policy,) if policy else (), "Allow"):
        principals = found[1].principals
        grant = _grant(asked.caller, principals) if principals else Grant.ROLE
        if grant > best[0]:
            best = (grant, found)
    return best


def _grant(caller: Caller, principals: Principals) -> Grant:
    """Return how the caller is among the principals of a statement."""
    found = max(
        (
            _grant_by(caller, kind, name)
            for kind, names in principals.named.items()
            for name in names
        ),
        default=Grant.NONE,
    )
    if principals.inverted:
        return Grant.NONE if found else Grant.ROLE
    return found


def _grant_by(caller: Caller, kind: str, name: str) -> Grant:
    if kind == "AWS" and name == "*":
        return Grant.ROLE
    if caller.service:
        named = _REGIONAL.sub(r"\1", name) in ("*", caller.service)
        return Grant.ROLE if kind == "Service" and named else Grant.NONE
    root = f"arn:aws:iam::{caller.account}:root"
    known = {
        caller.account: Grant.ACCOUNT,
        root: Grant.ACCOUNT,
        caller.role: Grant.ROLE,
        caller.arn: Grant.SESSION,
    }
    return known.get(name, Grant.NONE) if kind == "AWS" else Grant.NONE
