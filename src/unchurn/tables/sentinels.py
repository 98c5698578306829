"""Numbers that many cells hold and that nothing is near: what may stand for missing.

A spread of numbers has no spike beyond its end; 88 beside marks of 0 to 10, 0 beside ages and 3650
beside days of at most a year are one. Amounts of money, shares and caps have honest spikes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

Rows = Mapping[float, int]

_COMMON, _COMMON_ZERO = 0.35, 0.2
"""Share of a column's numbers above which one is no code but a value like others; and 0."""
_USUAL, _ANY, _LEAST = 0.01, 0.02, 5
"""Share of the numbers that a spike has at least, one of no usual code, and rows."""
_APART = 3.0
"""Times the largest step among its neighbours by which a spike lies beyond them."""
_MOST, _NEAR = 3, 6
"""Codes at one end, and neighbours whose steps are looked at."""
_SPREAD = 10
"""Different numbers beside which any whole number may be a code, however unusual."""
_FEW = 5.0
"""Classes and counts up to it are beside 7, 8 and 9 for missing."""
_LIMITS = frozenset((127.0, 255.0, 32767.0, 65535.0, 2.0**31 - 1, 2.0**32 - 1))
_LOWEST = frozenset((-128.0, -32768.0, -(2.0**31)))
"""The largest and the least whole numbers that a computer's cells hold."""
_ONE_DIGIT, _THREE = (7.0, 8.0, 9.0), 3
"""Codes beside classes of one digit; classes beside which another is likelier one than a code."""
_REPEATED = re.compile(r"([789])\1+|9+[78]|99+\.9+")
_NEVER_ZERO = re.compile(
    r"(?<![a-z])(?:age|ages|alter|edad|idade|leeftijd|wiek|born|year|yob|jahr|height|weight|lat|latitude|"
    r"lon|lng|longitude)(?![a-z])|birth|geburt|naissance|nacimiento|credit.?score|fico"
)
"""Names, in small letters, of what is never 0."""
_THINGS = re.compile(
    r"account|acct|contract|device|phone|car|vehicle|polic|debt|loan|card|tenure|subscri"
)
"""What may be of age 0."""
_WHOLE = 100.0
"""What percentages end at."""
_FAR_AMOUNT = 5.0
"""Times the others' width beyond which no amount of money lies: brackets of 1 to 8, and 98."""
_SCORE = re.compile(r"score|height|weight")
_AMOUNT = re.compile(
    r"charge|pri[cx]|preis|fee|amount|amt|betrag|montant|importe|cost|kosten|revenue|umsatz|spen[dt]|paid|"
    r"pay|balance|saldo|bill|rechnung|premium|arpu|mrr|income|salary|wage|sales|value|money|usd|eur|gbp|"
    r"dollar|debt|limit|tax|discount|refund|invoice|tariff|deposit"
)
_SHARE = re.compile(r"pct|perc|proz|rate(?![a-z])|ratio|share|quot|util|anteil|%|avail|uptime")


@dataclass(frozen=True)
class Meaning:
    """What tells honest spikes: the column's `name`, and whether its cells are `amounts` or `shares`.

    `spread`: whether it has more than `_SPREAD` different numbers.
    """

    name: str = ""
    amounts: bool = False
    shares: bool = False
    spread: bool = False

    @classmethod
    def of(cls, name: str, amounts: bool, shares: bool, distinct: int) -> Meaning:
        """Judge by the name and by how cells are written."""
        small = name.casefold()
        amounts, shares = (
            amounts or bool(_AMOUNT.search(small)),
            shares or bool(_SHARE.search(small)),
        )
        return cls(small, amounts, shares, distinct > _SPREAD)


def sentinels_at_ends(rows: Rows, count: int, meaning: Meaning) -> dict[float, int]:
    """Return the numbers that look like codes for missing, with their rows.

    `rows` are the numbers at either end of a column, see `Extremes`; `count` are all its numbers.
    """
    found: dict[float, int] = {}
    for sign in (1.0, -1.0, 1.0):  # what is found at one end lets the other be judged
        left = sorted(sign * each for each in rows if each not in found)
        for many in range(min(_MOST, len(left) - 2), 0, -1):
            codes = {sign * each: rows[sign * each] for each in left[-many:]}
            if _are_codes(codes, [sign * each for each in left[:-many]], rows, count, meaning):
                found |= codes
                break
    return found


def _are_codes(codes: Rows, others: list[float], rows: Rows, count: int, meaning: Meaning) -> bool:
    """Judge what lies beyond all `others`, of which the last is the nearest."""
    least = max(_LEAST, _USUAL * count)
    common = _COMMON_ZERO if 0 in codes else _COMMON
    if min(codes.values()) < least or sum(codes.values()) > common * count:
        return False
    near = others[-_NEAR:]
    steps = [abs(each - after) for each, after in pairwise(near)]
    gap = min(abs(code - others[-1]) for code in codes)
    if gap < _APART * max(steps):
        return False
    width = abs(others[-1] - others[0])
    return all(
        _is_code(code, others, (gap, width), rows[code] / count, meaning)
        and not is_class(code, others, rows, meaning)
        for code in codes
    )


def is_class(code: float, others: list[float], rows: Rows, meaning: Meaning) -> bool:
    """Tell one of few numbers that is about as frequent as `others`: a class, a price, a step."""
    if meaning.spread or not others:
        return False
    ranked = sorted(others)
    run = all(after - each <= 1 for each, after in pairwise(ranked))
    beside = min(abs(code - each) for each in others) <= 1
    # -1 beside 0, 1 and 2 may be one of four; beside 0 to 5 it hardly is
    if run and code not in _ONE_DIGIT and not (beside and len(others) <= _THREE):
        return False
    told = sorted(rows[each] for each in others)
    return 2 * rows[code] > (told[-2:][0] if run and beside else told[0])


def _is_code(
    code: float, others: list[float], apart: tuple[float, float], share: float, meaning: Meaning
) -> bool:
    """Judge one number that `apart`, the gap and the others' width, tells from all others."""
    gap, width = apart
    low, high = min(others), max(others)
    if code == 0:
        return low > 0 and _no_zero(
            gap, width, replace(meaning, shares=meaning.shares or high == _WHOLE)
        )
    if (code < 0 <= low and code in (-7, -8, -9)) or code in _LOWEST:
        return True
    if (code in _LIMITS and code > high) or _is_repeated(code):
        return not meaning.amounts or gap > _FAR_AMOUNT * width
    if code in _ONE_DIGIT and code > high:
        return high <= _FEW and low in (0, 1)
    arbitrary = code.is_integer() and share >= _ANY and gap > width and meaning.spread
    return arbitrary and not (meaning.amounts or meaning.shares)


def _is_repeated(code: float) -> bool:
    """Tell 77, 888, 998 and 999.9."""
    return _REPEATED.fullmatch(f"{abs(code):.15g}") is not None


def _no_zero(gap: float, width: float, meaning: Meaning) -> bool:
    """Tell whether 0 can be no number of the column's: by its name, else far from all others."""
    if _NEVER_ZERO.search(meaning.name):
        return not _THINGS.search(meaning.name)
    if meaning.amounts or meaning.shares:
        return False
    return gap > (width / 2 if _SCORE.search(meaning.name) else width) and meaning.spread
