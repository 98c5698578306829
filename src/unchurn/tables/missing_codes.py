"""Numbers that stand for missing: 99 among marks of 0 to 10, -1 among counts.

What churn.toml names is read as missing; what only looks like one is said, and read as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from unchurn.artefacts import ColumnSummary
from unchurn.errors import ConfigError

Codes = frozenset[float]


def seems_missing(number: float, seen: tuple[float, float]) -> bool:
    """Tell -1 and numbers of nines only (-999, 9999) that are far from all others, `seen`.

    Far is below zero where the others never are, or further away than their range is wide.
    """
    low, high = seen
    if low <= number <= high or not may_be_code(number):
        return False
    return number < 0 <= low or max(low - number, number - high) > high - low


def may_be_code(number: float) -> bool:
    """Tell -1 and numbers of nines only."""
    size = abs(number)
    nines = 99 <= size < 1e15 and size.is_integer() and set(str(int(size))) == {"9"}
    return number == -1 or nines


def stated_codes(given: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> dict[str, Codes]:
    """Read `[columns] missing`; `names` maps columns as the user wrote them to headers.

    Raises `ConfigError` for what is no number.
    """
    return {
        names[name]: frozenset(_number(name, each) for each in codes)
        for name, codes in given.items()
    }


def check_coded(columns: Iterable[ColumnSummary], codes: Mapping[str, Codes]) -> None:
    """Raise `ConfigError` where codes are stated of a column that is none of numbers."""
    for column in (each.column for each in columns):
        if codes.get(column.name) and column.kind != "number":
            raise ConfigError(
                f"[columns] missing in churn.toml names numbers of {column.name!r}, which is read as a "
                f"{column.kind}.",
                "Take it out; words for missing go to [data] missing.",
            )


def _number(name: str, code: str) -> float:
    try:
        return float(code)
    except ValueError as error:
        raise ConfigError(
            f"[columns] missing in churn.toml: {code!r} of {name!r} is no number.",
            "Name numbers with a decimal point, as 99; words for missing go to [data] missing.",
        ) from error
