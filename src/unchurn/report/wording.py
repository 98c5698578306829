"""Numbers as a person reads them: percentages, counts, money, chances."""

from __future__ import annotations

import re
from collections.abc import Callable

from unchurn.report.reading import number

ABSENT = "–"
MINUS = "\u2212"
_OFF = 0.05
"""Part of a share by which what is said of it may be off: "1 in 10" of 9.6% to 10.5%."""
_BELOW_ZERO = re.compile(r"(?<![^\s(])-(?=[^\s\d-]{0,3}\d)")


def decimal(value: float | None, digits: int = 3) -> str:
    """Write a number with fixed decimals: ``0.912``."""
    if value is None:
        return ABSENT
    written = f"{value:,.{digits}f}"
    if not written.strip("-0.,"):
        written = written.lstrip("-")
    return written.replace("-", MINUS)


def with_minus(words: str) -> str:
    """Give the numbers of a sentence that documents have, too, the minus sign of pages."""
    return _BELOW_ZERO.sub(MINUS, words)


def percent(value: float | None) -> str:
    """Write a share as a percentage; one decimal below 10% and above 99%."""
    if value is None:
        return ABSENT
    size = abs(value)
    plain = size in (0.0, 1.0) or 0.0995 <= size < 0.99 or size > 1.0
    return f"{decimal(100 * value, 0 if plain else 1)}%"


def percent_tick(value: float) -> str:
    """Write a share at an axis, with no more decimals than it needs."""
    return f"{100 * value:.10g}%".replace("-", MINUS)


def count(value: object) -> str:
    """Write a whole number with thousands separators: ``12,345``."""
    found = number(value)
    return ABSENT if found is None else decimal(found, 0)


def counted(value: object, thing: str) -> str:
    """Write how many there are of a thing: ``1 customer``, ``1,200 customers``."""
    return f"{count(value)} {thing}" if number(value) == 1 else f"{count(value)} {thing}s"


def money(value: float | None, currency: str = "") -> str:
    """Write an amount: ``12,345 EUR``, ``£12.50``; cents only below 100."""
    if value is None:
        return ABSENT
    cents = 0 < abs(value) < 100 and value != round(value)
    return priced(decimal(value, 2 if cents else 0), currency)


def priced(amount: str, currency: str) -> str:
    """Put the currency to a written amount: signs before it, as in ``$5``, letters after it."""
    if not currency:
        return amount
    if currency[-1].isalpha() or currency[-1] == ".":
        return f"{amount} {currency}"
    size = amount.lstrip(f"-{MINUS}")
    return f"{amount[: len(amount) - len(size)]}{currency}{size}"


def compact(value: float) -> str:
    """Write a number at an axis in little room: ``950``, ``12k``, ``1.5M``, ``0.25``."""
    for limit, suffix in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.4g}{suffix}".replace("-", MINUS)
    return f"{value:.4g}".replace("-", MINUS) if value else "0"


def times(value: float | None) -> str:
    """Write a multiple: ``4.9``."""
    return decimal(value, 1)


def points(value: float | None) -> str:
    """Write a difference of shares in percentage points: ``1.2``."""
    return ABSENT if value is None else decimal(100 * value, 1)


def chance(share: float | None) -> str:
    """Write a share as people say it, at most a twentieth of it off: ``7 in 10``, ``14 in 100``, ``4 in 1,000``."""
    if share is None:
        return ABSENT
    if share <= 0:
        return "none"
    if share >= 1:
        return "all"
    if share > 0.995:
        return "more than 99 in 100"
    whole = 10
    while not _near(share, part := round(share * whole), whole):
        whole *= 10
    return f"{part} in {count(whole)}"


def _near(share: float, part: int, whole: int) -> bool:
    return part < whole and abs(part / whole - share) <= _OFF * share


def between(
    low: float | None, high: float | None, write: Callable[[float | None], str] = decimal
) -> str:
    """Write an interval, or nothing when either end is missing."""
    return "" if low is None or high is None else f"{write(low)} to {write(high)}"


def anything(value: object) -> str:
    """Write a threshold or value of a rule, whatever its type; None becomes a dash."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    found = number(value)
    if found is not None:
        whole = found == round(found)
        return decimal(
            found, 0 if whole and isinstance(value, int) else 4 if abs(found) < 10 else 1
        )
    return ABSENT if value is None or isinstance(value, float) else str(value)
