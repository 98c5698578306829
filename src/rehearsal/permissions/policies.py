"""Policy documents, read: statements with everything that decides whether they apply."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rehearsal.errors import RehearsalError, listing

Texts = tuple[str, ...]
_MODERN = "2012-10-17"
_KNOWN = {
    *("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"),
    *("Principal", "NotPrincipal", "Condition"),
}


class PolicyError(RehearsalError):
    """A policy document is none that IAM would take."""


@dataclass(frozen=True)
class Principals:
    """Whom a statement names, by kind: AWS, Service, Federated, CanonicalUser; `*` is everybody."""

    named: Mapping[str, Texts]
    inverted: bool = False


@dataclass(frozen=True)
class Test:
    """One condition: `operator` as it is written, `key` in lower case, the values any of which will do."""

    operator: str
    key: str
    values: Texts

    __test__ = False  # no test of pytest's


@dataclass(frozen=True)
class Statement:
    """One statement. Of a pair such as `actions` and `not_actions` one is empty.

    A statement without resources, as those of trust policies are, is about what it is attached to.
    """

    effect: str
    actions: Texts = ()
    not_actions: Texts = ()
    resources: Texts = ()
    not_resources: Texts = ()
    principals: Principals | None = None
    conditions: tuple[Test, ...] = ()
    sid: str = ""


@dataclass(frozen=True)
class Policy:
    """A document by the `name` that a person finds it under; only a modern one has variables."""

    name: str
    statements: tuple[Statement, ...] = field(default=())
    modern: bool = True

    def without(self, number: int) -> Policy:
        """Return the policy without its statement of that number, counted from nought."""
        kept = (*self.statements[:number], *self.statements[number + 1 :])
        return Policy(self.name, kept, self.modern)


def read_policy(name: str, document: str | Mapping[str, Any]) -> Policy:
    """Read a document, text or parsed. Raises `PolicyError` saying what is wrong with it."""
    try:
        body = json.loads(document) if isinstance(document, str) else document
    except ValueError as error:
        raise PolicyError(f"The policy {name} is no JSON: {error}.") from error
    if not isinstance(body, Mapping) or "Statement" not in body:
        raise PolicyError(f"The policy {name} has no Statement.")
    given = body["Statement"]
    statements = given if isinstance(given, list) else [given]
    read = tuple(_statement(name, each) for each in statements)
    return Policy(name, read, body.get("Version") == _MODERN)


def _statement(name: str, given: Any) -> Statement:
    if not isinstance(given, Mapping):
        raise PolicyError(f"A statement of the policy {name} is {given!r}, not a mapping.")
    strangers = sorted(set(given) - _KNOWN)
    if strangers:
        raise PolicyError(f"A statement of the policy {name} has {listing(strangers)}.")
    if given.get("Effect") not in ("Allow", "Deny"):
        raise PolicyError(
            f"A statement of the policy {name} has the Effect {given.get('Effect')!r}.",
            "It must be Allow or Deny.",
        )
    if ("Action" in given) == ("NotAction" in given):
        raise PolicyError(f"A statement of {name} must have one of Action and NotAction.")
    return Statement(
        given["Effect"],
        _texts(given.get("Action")),
        _texts(given.get("NotAction")),
        _texts(given.get("Resource")),
        _texts(given.get("NotResource")),
        _principals(given),
        tuple(_tests(name, given.get("Condition") or {})),
        str(given.get("Sid", "")),
    )


def _principals(given: Mapping[str, Any]) -> Principals | None:
    for key in ("Principal", "NotPrincipal"):
        if key in given:
            found = given[key]
            named = found if isinstance(found, Mapping) else {"AWS": found}
            texts = {kind: _texts(value) for kind, value in named.items()}
            return Principals(texts, inverted=key == "NotPrincipal")
    return None


def _tests(name: str, condition: Any) -> list[Test]:
    from rehearsal.permissions.conditions import known_operator

    found = []
    for operator, keys in condition.items():
        if not known_operator(operator):
            raise PolicyError(f"The policy {name} has a condition {operator!r}, which is none.")
        found += [Test(operator, key.lower(), _texts(value)) for key, value in keys.items()]
    return found


def _texts(value: Any) -> Texts:
    """Return one value or several as texts; booleans and numbers as JSON writes them."""
    several = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(each if isinstance(each, str) else json.dumps(each) for each in several)
