"""What conditions of [quality] are given: numbers, days, words, shares and patterns, read and checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from unchurn.errors import ConfigError

Bound = float | str
"""A number, a day as ISO text, or "" for an end that is left open."""
_SPELLED = 'Write it as between = [0, 500] or ["2024-01-01", ""]; "" or inf leaves an end open.'
_MOST_VALUES = 10_000


def read_bounds(value: Any) -> tuple[Bound, Bound]:
    """Read two numbers or two days, the lower first; "" is an end left open. Raises `ConfigError`."""
    low, high = (_bound(each) for each in _pair("between", value, _SPELLED))
    if value[0] == math.inf or value[1] == -math.inf:
        raise ConfigError(f"between is {_shown(value)}: nothing lies there.", "Exchange them.")
    if low == high == "":
        raise ConfigError("between leaves both ends open, which asks nothing.", _SPELLED)
    if "" not in (low, high) and type(low) is not type(high):
        raise ConfigError(f"between is {_shown(value)}, a number and a day.", _SPELLED)
    if "" not in (low, high) and low > high:  # type: ignore[operator]
        raise ConfigError(
            f"between is {_shown(value)}: its lower end is above the other.", "Exchange them."
        )
    return low, high


def _bound(value: Any) -> Bound:
    if isinstance(value, str):
        return value and _day(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    number = _number("between", value, _SPELLED)
    return "" if math.isinf(number) else number


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ConfigError(f"between has {_shown(text)}, which is no day.", _SPELLED) from error


def read_values(value: Any) -> tuple[Bound, ...]:
    """Read words, or numbers that a float64 holds exactly. Raises `ConfigError`."""
    hint = 'Write in = ["basic", "plus"] of words, or in = [1, 2] of numbers.'
    if not isinstance(value, (list, tuple)) or not 0 < len(value) <= _MOST_VALUES:
        raise ConfigError(f"in is {_shown(value)}; it must be 1 to {_MOST_VALUES:,} values.", hint)
    if all(isinstance(each, str) for each in value):
        if "" in value:
            raise ConfigError(
                "in has '', a missing cell, which breaks no rule but complete.", "Leave it out."
            )
        return tuple(value)
    found = tuple(_number("in", each, hint) for each in value)
    for each, number in zip(value, found, strict=True):
        if number != each or math.isinf(number):
            raise ConfigError(
                f"in has {_shown(each)}, which no number of a table can be exactly.",
                "Write it in quotes if the column holds words or ids; for sizes, use between.",
            )
    return found


def read_rows(value: Any) -> tuple[Bound, Bound]:
    """Read the fewest and the most rows; "" is no upper end. Raises `ConfigError`."""
    hint = 'Write rows = [1000, 5000]; "" or inf leaves an end open.'
    found = []
    for each in _pair("rows", value, hint):
        number = math.inf if each == "" else _number("rows", each, hint)
        if number < 0 or (math.isfinite(number) and number % 1):
            raise ConfigError(f"rows has {_shown(each)}, which counts no rows.", hint)
        found.append(number)
    low, high = found
    if low > high or math.isinf(low):
        raise ConfigError(
            f"rows is {_shown(value)}: no table has so many rows and so few.", "Exchange them."
        )
    if not low and math.isinf(high):
        raise ConfigError("rows asks nothing: every table has 0 rows or more.", hint)
    return int(low), "" if math.isinf(high) else int(high)


def read_share(value: Any) -> tuple[float, float]:
    """Read the least share, or the least and the greatest. Raises `ConfigError`."""
    hint = "Write share = 0.99 for at least 99% of cells, or share = [0.1, 0.3]."
    ends = value if isinstance(value, (list, tuple)) else [value, 1.0]
    low, high = (_number("share", each, hint) for each in _pair("share", ends, hint))
    if not 0 <= low <= high <= 1 or (low, high) == (0, 1):
        raise ConfigError(
            f"share is {_shown(value)}; it must be a share above 0, or two from 0 to 1, the lower first.",
            hint,
        )
    return low, high


def _pair(name: str, value: Any, hint: str) -> Sequence[Any]:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise ConfigError(f"{name} is {_shown(value)}; it must be two values.", hint)
    return value


def _number(name: str, value: Any, hint: str) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or (isinstance(value, float) and math.isnan(value))
    ):
        raise ConfigError(f"{name} has {_shown(value)}, which it cannot compare with.", hint)
    try:
        return float(value)
    except OverflowError as error:
        raise ConfigError(
            f"{name} has {_shown(value)}; no number of a table is that large.", hint
        ) from error


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # thousands of digits
        return "a number of thousands of digits"
    return text if len(text) <= 60 else f"{text[:59]}…"


def no_pattern(text: str) -> str:
    """Say why a regular expression cannot be used, by the matcher that will use it."""
    if not text:
        return ""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(pa.array([""]), text)
    except pa.ArrowInvalid as error:
        return (
            f"{str(error).removesuffix('.')}. Patterns are RE2's, which takes time in proportion to the "
            "cell: no look-around, no back-references, at most 1,000 repetitions."
        )
    return ""
