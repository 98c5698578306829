"""Snapshots as days, and days as numbers since 1970: all month arithmetic there is.

A list of months is counted from its first day and cut to each month's length, so that the 31st
stays the end of the month (31 January, 29 February, 31 March).
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator

from unchurn.errors import ConfigError
from unchurn.history.question import Question

EPOCH = dt.date(1970, 1, 1)
FOREVER = 1_000_000
"""The day on which a period ends that has no end: in the year 4707."""
ALWAYS = -FOREVER
"""The day on which a constant became known."""
MOST = 2_000
"""Most snapshots of one table."""


def number(day: dt.date) -> int:
    """Count days since 1 January 1970."""
    return (day - EPOCH).days


def day(number: int) -> dt.date:
    """Turn days since 1 January 1970 into a date."""
    return EPOCH + dt.timedelta(days=number)


def snapshot_days(question: Question, first: dt.date, end: dt.date) -> list[int]:
    """List the snapshots from the history's `first` day on and not after `end`, as numbers.

    They start at ``since``; without it at the first of a month (month), a Monday (week) or the
    first day itself. Raises `ConfigError` where there are none, or too many.
    """
    start = question.since or _start(question.every, first)
    last = min(end, question.until - dt.timedelta(days=1)) if question.until else end
    found = []
    for each in _steps(start, question.every):
        if each > last:
            break
        found.append(number(each))
        if len(found) > MOST:
            raise ConfigError(
                f"[churn] every = {question.every!r} makes more than {MOST:,} snapshots from "
                f"{start} to {last}.",
                "Take longer steps, or set [churn] since and until.",
            )
    if not found:
        raise ConfigError(
            f"There is no snapshot: the first would be {start}, and the last day is {last}.",
            "Set [churn] since and until within the history, which begins on "
            f"{first} and is complete until {end}.",
        )
    return found


def _start(every: str | int, first: dt.date) -> dt.date:
    if every == "month":
        return first if first.day == 1 else months_on(first.replace(day=1), 1)
    if every == "week":
        return first + dt.timedelta(days=-first.weekday() % 7)
    return first


def _steps(start: dt.date, every: str | int) -> Iterator[dt.date]:
    step = 0
    while True:
        if every == "month":
            yield months_on(start, step)
        else:
            days = 7 if every == "week" else int(every)
            yield start + dt.timedelta(days=days * step)
        step += 1


def months_on(start: dt.date, months: int) -> dt.date:
    """Return the day some months later; the last of a month that is too short."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(start.day, last))
