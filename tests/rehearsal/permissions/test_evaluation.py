"""What IAM would decide: the cases of its documentation, and what holds for any policy."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.permissions.evaluation import (
    ANY_RESOURCE,
    Asked,
    Caller,
    Decision,
    Policies,
    decide,
)
from rehearsal.permissions.policies import Policy, read_policy

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/jobs"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/jobs/one"
CALLER = Caller(ACCOUNT, SESSION, ROLE)
KEY = "arn:aws:s3:::bucket/data/a.csv"
CONTEXT = {"aws:username": ["ada"], "aws:principaltag/team": ["churn"]}
GET = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
TO_EVENTS = Caller(ACCOUNT, service="events.amazonaws.com")


def policy(*statements: dict[str, Any], version: str = "2012-10-17") -> Policy:
    """Return a policy of these statements."""
    return read_policy("P", {"Version": version, "Statement": list(statements)})


def asked(action: str = "s3:GetObject", resource: str = KEY, caller: Caller = CALLER) -> Asked:
    """Return one question."""
    return Asked(caller, action, resource, CONTEXT)


def decided(*statements: dict[str, Any], **what: Any) -> Decision:
    """Return what a role with one policy of these statements may do."""
    return decide(asked(**what), Policies((policy(*statements),)))


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ({"Action": "s3:GetObject", "Resource": KEY}, True),
        ({"Action": "S3:getobject", "Resource": KEY}, True),
        ({"Action": "s3:Get*", "Resource": "arn:aws:s3:::bucket/*"}, True),
        ({"Action": "s3:GetObjec?", "Resource": "*"}, True),
        ({"Action": ["s3:PutObject", "*"], "Resource": ["arn:aws:s3:::other/*", "*"]}, True),
        ({"Action": "s3:GetObjectTagging", "Resource": "*"}, False),
        ({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/data"}, False),
        ({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::BUCKET/*"}, False),
        ({"NotAction": "iam:*", "Resource": "*"}, True),
        ({"NotAction": ["iam:*", "s3:Get*"], "Resource": "*"}, False),
        ({"Action": "s3:*", "NotResource": "arn:aws:s3:::bucket/secret/*"}, True),
        ({"Action": "s3:*", "NotResource": "arn:aws:s3:::bucket/data/*"}, False),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::bucket/${aws:username}/*"}, False),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::bucket/${aws:nobody}*"}, False),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::bucket/${aws:nobody, 'data'}/*"}, True),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::bucket/data${*}"}, False),
    ],
)
def test_one_statement_is_about_actions_and_resources(
    statement: dict[str, Any], allowed: bool
) -> None:
    """Wildcards, the case of actions, what is left out by Not…, and variables."""
    assert decided({"Effect": "Allow", **statement}).allowed is allowed


def test_a_variable_is_its_value_and_no_wildcard() -> None:
    """A value with a wildcard in it matches itself alone; an old policy has no variables."""
    starred = {"aws:username": ["*"]}
    mine = {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::b/${aws:username}"}
    for name, allowed in (("*", True), ("ada", False)):
        question = Asked(CALLER, "s3:GetObject", f"arn:aws:s3:::b/{name}", starred)
        assert decide(question, Policies((policy(mine),))).allowed is allowed
    old = policy(mine, version="2008-10-17")
    assert not decide(
        Asked(CALLER, "s3:GetObject", "arn:aws:s3:::b/*", starred), Policies((old,))
    ).allowed


def test_nothing_is_allowed_by_nobody() -> None:
    """An implicit deny says which kind of policy would have to allow it."""
    found = decide(asked(), Policies())
    assert found.because == "because no identity-based policy allows the s3:GetObject action"


def test_an_explicit_deny_names_its_statement() -> None:
    """It wins over whatever allows, and says where it stands."""
    deny = {"Sid": "NoData", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    found = decided(GET, deny)
    assert (found.allowed, found.statement) == (False, "P/NoData")
    assert found.because == "with an explicit deny in an identity-based policy"


def names(principal: Any, **more: Any) -> dict[str, Any]:
    """Return a statement of a resource's policy."""
    return {**GET, "Principal": principal, **more}


@pytest.mark.parametrize(
    ("principal", "own", "boundary", "allowed"),
    [
        ("*", False, False, True),
        ({"AWS": ROLE}, False, False, True),
        ({"AWS": SESSION}, False, False, True),
        ({"AWS": ACCOUNT}, False, False, False),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, False, False, False),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, True, False, True),
        ({"AWS": "arn:aws:iam::123456789012:role/other"}, False, False, False),
        ({"Service": "s3.amazonaws.com"}, False, False, False),
        ({"AWS": ROLE}, False, True, False),
        ({"AWS": SESSION}, False, True, True),
    ],
)
def test_a_resource_allows_whom_it_names(
    principal: Any, own: bool, boundary: bool, allowed: bool
) -> None:
    """The account alone is not enough; a boundary limits a role, not a session that is named."""
    nothing = policy({"Effect": "Allow", "Action": "sns:*", "Resource": "*"})
    policies = Policies(
        (policy(GET),) if own else (), policy(names(principal)), nothing if boundary else None
    )
    assert decide(asked(), policies).allowed is allowed


def test_a_service_is_allowed_by_the_resource_alone() -> None:
    """In its own name a service has no policy; conditions say on whose behalf it may come."""
    question = Asked(TO_EVENTS, "s3:GetObject", KEY, {"aws:sourceaccount": [ACCOUNT]})
    its = {"Service": "events.amazonaws.com"}
    mine = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    other = {"StringEquals": {"aws:SourceAccount": "999999999999"}}
    assert decide(question, Policies(resource=policy(names(its)))).allowed
    assert decide(question, Policies(resource=policy(names(its, Condition=mine)))).allowed
    for refusing in (names(its, Condition=other), names({"Service": "sns.amazonaws.com"})):
        found = decide(question, Policies(resource=policy(refusing)))
        assert found.because == "because no resource-based policy allows the s3:GetObject action"


def test_a_key_is_opened_by_its_own_policy() -> None:
    """The policy of a key, and the trust of a role, must allow; naming the account defers to the caller."""
    root = names({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
    for statements, own, allowed in (
        ([root], True, True),
        ([root], False, False),
        ([], True, False),
        ([names({"AWS": ROLE})], False, True),
    ):
        policies = Policies(
            (policy(GET),) if own else (), policy(*statements), resource_decides=True
        )
        assert decide(asked(), policies).allowed is allowed


def test_limits_allow_nothing_and_take_away() -> None:
    """A boundary and a session's policy are both needed, and say which of them was not enough."""
    put = policy({"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"})
    own = policy(GET)
    assert decide(asked(), Policies((own,), boundary=own, session=own)).allowed
    assert not decide(asked(), Policies((), boundary=own)).allowed
    because = decide(asked(), Policies((own,), boundary=put)).because
    assert because == "because no permissions boundary allows the s3:GetObject action"
    assert "session policy" in decide(asked(), Policies((own,), session=put)).because


def test_a_deny_may_spare_principals() -> None:
    """NotPrincipal denies everybody else."""
    sparing = {**names({}), "Effect": "Deny"}
    del sparing["Principal"]
    own = policy(GET)
    spared = policy({**sparing, "NotPrincipal": {"AWS": [ROLE, SESSION]}})
    hit = policy({**sparing, "NotPrincipal": {"AWS": "arn:aws:iam::123456789012:role/other"}})
    assert decide(asked(), Policies((own,), spared)).allowed
    assert not decide(asked(), Policies((own,), hit)).allowed


def test_a_resource_that_is_not_known_is_whatever_an_allow_names() -> None:
    """Only a Deny of everything denies it."""
    some = {**GET, "Resource": "arn:aws:s3:::bucket/x"}
    assert decided(some, resource=ANY_RESOURCE).allowed
    assert decided(GET, {**some, "Effect": "Deny"}, resource=ANY_RESOURCE).allowed
    assert not decided(GET, {**GET, "Effect": "Deny"}, resource=ANY_RESOURCE).allowed


_ACTIONS = st.sampled_from(["s3:*", "s3:GetObject", "s3:PutObject", "*", "sns:Publish"])
_RESOURCES = st.sampled_from(["*", KEY, "arn:aws:s3:::bucket/*", "arn:aws:s3:::other/*"])
_CONDITIONS = st.sampled_from(
    [
        {},
        {"StringEquals": {"aws:username": "ada"}},
        {"StringNotEquals": {"aws:username": "ada"}},
        {"Null": {"s3:prefix": "true"}},
    ]
)
_STATEMENTS = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": _ACTIONS,
        "Resource": _RESOURCES,
        "Condition": _CONDITIONS,
    }
)
_SEVERAL = st.lists(_STATEMENTS, max_size=5)


@given(_SEVERAL)
def test_an_explicit_deny_wins_over_any_policy(statements: list[dict[str, Any]]) -> None:
    """Whatever else there is."""
    denial = {"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}
    assert not decided(*statements, denial).allowed


@given(_SEVERAL, _STATEMENTS)
def test_one_more_allow_never_takes_away(
    statements: list[dict[str, Any]], more: dict[str, Any]
) -> None:
    """And one more deny never gives."""
    before = decided(*statements).allowed
    after = decided(*statements, more).allowed
    assert after >= before if more["Effect"] == "Allow" else after <= before


@given(_SEVERAL.flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_order_does_not_matter(both: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> None:
    """Neither within a policy nor of which is split into two."""
    first, second = both
    answer = decided(*first).allowed
    assert decided(*second).allowed is answer
    split = Policies((policy(*second[:2]), policy(*second[2:])))
    assert decide(asked(), split).allowed is answer


@given(
    st.permutations([{**GET, "Principal": each} for each in ("*", {"AWS": ROLE}, {"AWS": SESSION})])
)
def test_the_narrowest_naming_counts_in_any_order(statements: list[dict[str, Any]]) -> None:
    """A session that is named is not limited by its role's boundary, wherever it is named."""
    nothing = policy({"Effect": "Allow", "Action": "sns:*", "Resource": "*"})
    assert decide(asked(), Policies((), policy(*statements), nothing)).allowed
