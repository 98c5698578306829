"""Conditions: the operators of IAM, and when a statement's tests hold for a request."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from rehearsal.permissions.patterns import Context, filled, matches, matches_arn, plain
from rehearsal.permissions.policies import Test

Compare = Callable[[str, str], bool]
"""``compare(value of the request, value of the policy)``."""

_IF_EXISTS = "IfExists"
_ALL, _ANY = "ForAllValues:", "ForAnyValue:"
_NULL = "Null"


def _number(compare: Callable[[float, float], bool]) -> Compare:
    return lambda given, wanted: compare(float(given), float(wanted))


def _date(compare: Callable[[datetime, datetime], bool]) -> Compare:
    return lambda given, wanted: compare(_moment(given), _moment(wanted))


def _moment(text: str) -> datetime:
    """Read a date of ISO 8601, or the seconds since 1970."""
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except ValueError:
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=UTC)


def _same(given: str, wanted: str) -> bool:
    return given == plain(wanted)


def _alike(given: str, wanted: str) -> bool:
    return matches(wanted, given)


def _same_but_for_case(given: str, wanted: str) -> bool:
    return given.lower() == plain(wanted).lower()


def _arn(given: str, wanted: str) -> bool:
    return matches_arn(wanted, given)


def _address(given: str, wanted: str) -> bool:
    return ip_address(given) in ip_network(wanted, strict=False)


_OPERATORS: dict[str, tuple[Compare, bool]] = {
    "StringEquals": (_same, False),
    "StringNotEquals": (_same, True),
    "StringEqualsIgnoreCase": (_same_but_for_case, False),
    "StringNotEqualsIgnoreCase": (_same_but_for_case, True),
    "StringLike": (_alike, False),
    "StringNotLike": (_alike, True),
    "NumericEquals": (_number(operator.eq), False),
    "NumericNotEquals": (_number(operator.eq), True),
    "NumericLessThan": (_number(operator.lt), False),
    "NumericLessThanEquals": (_number(operator.le), False),
    "NumericGreaterThan": (_number(operator.gt), False),
    "NumericGreaterThanEquals": (_number(operator.ge), False),
    "DateEquals": (_date(operator.eq), False),
    "DateNotEquals": (_date(operator.eq), True),
    "DateLessThan": (_date(operator.lt), False),
    "DateLessThanEquals": (_date(operator.le), False),
    "DateGreaterThan": (_date(operator.gt), False),
    "DateGreaterThanEquals": (_date(operator.ge), False),
    "Bool": (_same_but_for_case, False),
    "BinaryEquals": (_same, False),
    "IpAddress": (_address, False),
    "NotIpAddress": (_address, True),
    "ArnEquals": (_arn, False),
    "ArnLike": (_arn, False),
    "ArnNotEquals": (_arn, True),
    "ArnNotLike": (_arn, True),
}
"""By name: how one value is compared with another, and whether the test is that none is so."""


def known_operator(name: str) -> bool:
    """Tell whether IAM has an operator of that name, with its qualifiers."""
    return name == _NULL or _parts(name)[1] in _OPERATORS


def _parts(name: str) -> tuple[str, str, bool]:
    """Split an operator into its qualifier, its name, and whether a key may be missing."""
    qualifier = next((each for each in (_ALL, _ANY) if name.startswith(each)), "")
    base = name.removeprefix(qualifier)
    return qualifier, base.removesuffix(_IF_EXISTS), base.endswith(_IF_EXISTS)


def holds(test: Test, context: Context, modern: bool = True) -> bool:
    """Tell whether one condition holds; a value that cannot be compared is a value that differs."""
    given = context.get(test.key)
    if test.operator == _NULL:
        return (given is None) == (test.values[:1] == ("true",))
    qualifier, base, may_lack = _parts(test.operator)
    compare, negated = _OPERATORS[base]
    if not given:
        # A key that is missing equals nothing: what is negated holds, and so does all of nothing.
        return may_lack or qualifier == _ALL or (negated and not qualifier)
    wanted = [text for each in test.values if (text := _filled(each, context, modern)) is not None]

    def fits(value: str) -> bool:
        return _any_like(compare, value, wanted) is not negated

    every = qualifier == _ALL or (negated and qualifier != _ANY)
    return all(map(fits, given)) if every else any(map(fits, given))


def _filled(text: str, context: Context, modern: bool) -> str | None:
    return filled(text, context) if modern else text


def _any_like(compare: Compare, value: str, wanted: Sequence[str]) -> bool:
    for each in wanted:
        try:
            if compare(value, each):
                return True
        except ValueError:
            continue
    return False
