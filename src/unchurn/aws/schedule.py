"""How often a schedule fires, for the estimate of costs and for what each run looks back at."""

from __future__ import annotations

import math
import re

from unchurn.errors import ConfigError

_DAYS = 30.4
_DAY, _LONGEST_MONTH = 24, 31 * 24
"""Hours."""
_PER_MONTH = {"minute": _DAYS * 24 * 60, "hour": _DAYS * 24, "day": _DAYS}
_NAMES = {
    name: number
    for names in (
        ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"),
        ("", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
    )
    for number, name in enumerate(names)
    if name
}


def runs_a_month(schedule: str) -> float:
    """Return how often an EventBridge schedule fires in an average month; 0 for an empty one.

    Raises `ConfigError` for what is neither ``rate(7 days)``, ``cron(…)`` of six fields, nor
    ``at(…)``.
    """
    if not schedule:
        return 0.0
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", schedule)
    if rate and int(rate[1]):
        return _PER_MONTH[rate[2]] / int(rate[1])
    cron = re.fullmatch(r"cron\((.+)\)", schedule)
    if cron and len(cron[1].split()) == 6:
        return _cron(cron[1].upper().split(), schedule)
    if re.fullmatch(r"at\(.+\)", schedule):
        return 1.0
    raise ConfigError(
        f"The schedule {schedule!r} is not one that EventBridge knows.",
        "Write rate(7 days), or cron(0 3 ? * MON *): minute hour day month weekday year.",
    )


def hours_between(schedule: str) -> int:
    """Return how many hours lie between two runs of an even schedule, rounded up; 24 of an empty one.

    Of one a month, as many as the longest has. Raises `ConfigError` as `runs_a_month` does, and beyond a day and a
    month: watches are compared day by day, and no run looks back further than that.
    """
    runs = runs_a_month(schedule)
    if not runs:
        return _DAY
    hours = _LONGEST_MONTH if runs == 1 else math.ceil(round(_DAY * _DAYS / runs, 6))
    if _DAY <= hours <= _LONGEST_MONTH:
        return hours
    often = "more often than once a day" if hours < _DAY else "less often than once a month"
    raise ConfigError(
        f"The schedule {schedule!r} watches what the endpoint was asked {often}.",
        "Write rate(1 day) to rate(31 days), or a cron(…) of a day, a week or a month, as [endpoint] capture_schedule.",
    )


def _cron(fields: list[str], schedule: str) -> float:
    minutes, hours, days, months, weekdays, _ = fields
    try:
        a_day = _count(minutes, 60) * _count(hours, 24)
        if weekdays not in ("?", "*"):
            in_month = _count(weekdays, 7) * _DAYS / 7 if "#" not in weekdays else 1.0
        else:
            in_month = _DAYS if days in ("?", "*") else _count(days, 31)
        return a_day * in_month * _count(months, 12) / 12
    except ValueError as error:
        raise ConfigError(
            f"The schedule {schedule!r} has a field that is no number, name, list or range.",
            "Write for example cron(0 3 ? * MON *): minute hour day month weekday year.",
        ) from error


def _count(field: str, size: int) -> float:
    """Count the values that a field of a cron schedule stands for."""
    total = 0.0
    for part in field.split(","):
        span, _, step = part.partition("/")
        low, _, high = span.partition("-")
        if span in ("*", "?"):
            count = float(size)
        elif high:
            count = float((_number(high) - _number(low)) % size + 1)
        else:
            count = float(size - _number(low)) if step else float(bool(low))
            _number(low)
        total += count / int(step) if step else count
    return total


def _number(text: str) -> int:
    if text in _NAMES:
        return _NAMES[text]
    return 1 if text.rstrip("LW") == "" and text else int(text.rstrip("LW"))
