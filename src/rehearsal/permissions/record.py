"""What roles asked for: kept once each, so that the least they need can be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from rehearsal.permissions.evaluation import ANY_RESOURCE, Asked, Decision, Policies, decide

_EVERY_TIME = {"aws:currenttime", "aws:epochtime"}


@dataclass(frozen=True)
class Use:
    """One thing that a role asked for, with everything that decided it."""

    asked: Asked
    policies: Policies
    decision: Decision

    @property
    def role(self) -> str:
        """Name of the role."""
        return self.asked.caller.role.rpartition("/")[2]


@dataclass
class Record:
    """The uses of one cloud, from any thread."""

    _uses: dict[object, Use] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def add(self, use: Use) -> bool:
        """Keep one use; tell whether it is the first of its like."""
        asked = use.asked
        said = {k: tuple(v) for k, v in asked.context.items() if k not in _EVERY_TIME}
        like = (asked.caller.role, asked.action, asked.resource, frozenset(said.items()))
        with self._lock:
            first = (like, use.decision.allowed) not in self._uses
            self._uses[like, use.decision.allowed] = use
        return first

    @property
    def uses(self) -> tuple[Use, ...]:
        """Every use, in the order of the first of its like."""
        with self._lock:
            return tuple(self._uses.values())


def least_privilege(uses: Iterable[Use]) -> dict[str, Any]:
    """Return a policy for each role that allows what it was allowed, and no more.

    Conditions are not guessed, except the service that a role is passed to.
    """
    found: dict[str, dict[tuple[str, str], set[str]]] = defaultdict(lambda: defaultdict(set))
    for use in uses:
        if use.decision.allowed and use.asked.caller.role:
            on = "*" if use.asked.resource == ANY_RESOURCE else use.asked.resource
            to = "".join(use.asked.context.get("iam:passedtoservice", ()))
            found[use.role][use.asked.action, to].add(on)
    return {role: _document(found[role]) for role in sorted(found)}


def _document(actions: Mapping[tuple[str, str], set[str]]) -> dict[str, Any]:
    """Return one policy: actions on the same resources in one statement."""
    alike: dict[tuple[frozenset[str], str], list[str]] = defaultdict(list)
    for (action, to), on in sorted(actions.items()):
        alike[frozenset(on), to].append(action)
    statements = []
    for (together, to), several in alike.items():
        resources = sorted(together)
        statement: dict[str, Any] = {"Effect": "Allow", "Action": several, "Resource": resources}
        if to:
            statement["Condition"] = {"StringEquals": {"iam:PassedToService": to}}
        statements.append(statement)
    return {"Version": "2012-10-17", "Statement": statements}


@dataclass(frozen=True)
class Tried:
    """One statement of a role taken away; `denies` are the actions that are then refused."""

    role: str
    policy: str
    statement: str
    denies: tuple[str, ...]


def without_each(uses: Iterable[Use]) -> list[Tried]:
    """Take away each statement of each role that asked for something; tell what is then denied.

    Judged by the very questions that were asked, with everything else as it was.
    """
    by_role: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        if use.decision.allowed and use.asked.caller.role:
            by_role[use.role].append(use)
    tried = []
    for role, asked in sorted(by_role.items()):
        for policy in asked[-1].policies.identity:
            for number, statement in enumerate(policy.statements):
                denies = {use.asked.action for use in asked if _denied(use, policy.name, number)}
                name = statement.sid or str(number)
                tried.append(Tried(role, policy.name, name, tuple(sorted(denies))))
    return tried


def _denied(use: Use, name: str, number: int) -> bool:
    policies = use.policies
    left = tuple(each.without(number) if each.name == name else each for each in policies.identity)
    rest = Policies(
        left,
        policies.resource,
        policies.boundary,
        policies.session,
        policies.resource_decides,
        policies.resource_word,
    )
    return not decide(use.asked, rest).allowed
