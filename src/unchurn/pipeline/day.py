"""A day as a flag names it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from zoneinfo import ZoneInfo

from unchurn.errors import ConfigError

_FIRST, _LAST = "1900-01-01", "2199-12-31"
"""Days that can be meant: a slip in the year is none, and months are counted on from both."""


def require_day(day: str, flag: str) -> None:
    """Raise `ConfigError` where a flag gives no day, or one of no customer's; an empty one is none given."""
    if not day:
        return
    if not is_day(day):
        raise ConfigError(f"{flag} is {day!r}, which is no day.", "Write it as 2027-03-01.")
    if not _FIRST <= day <= _LAST:
        raise ConfigError(f"{flag} is {day}.", f"Name a day from {_FIRST} to {_LAST}.")


def day_of_moment(text: str, timezone: str) -> str:
    """Return the local day of a moment of ISO 8601 with its offset; a day is itself.

    Raises `ConfigError` for what is neither.
    """
    if is_day(text):
        return text
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(ZoneInfo(timezone)).date().isoformat()
    raise ConfigError(
        f"The day to observe is {text!r}, which is neither a day nor a moment with its offset.",
        "Write it as 2027-03-01, or as 2027-03-01T05:00:00Z.",
    )


def is_day(text: str) -> bool:
    """Tell whether text is a day in its one spelling, so that days are in order as text is."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
