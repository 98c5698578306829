"""The question: who is looked at, when, what leaving is, and how far ahead.

Days are local days of `timezone`, and intervals are closed–open. On a snapshot only what was known
before its midnight counts. The label says whether the customer leaves in
``[snapshot + lead, snapshot + lead + horizon)``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from unchurn.artefacts import dump_json
from unchurn.artefacts.contract import LISTING_ONLY, question_differences
from unchurn.errors import ConfigError
from unchurn.project import Churn

Event = Literal["subscription-ends", "inactivity"]
STEPS = ("month", "week", "renewal")


@dataclass(frozen=True)
class Question:
    """One question put to a history.

    `event`: what leaving is: ``subscription-ends`` (the last period ends and none begins within
    `grace_days`) or ``inactivity`` (`inactive_days` of silence are over).
    `lead_days`, `horizon_days`: the label's window. `every`: month, week, renewal or days.
    `since`, `until`: first snapshot and the day before which they end (None: as the data allow).
    `timezone`: an IANA name. `activity`: event tables that are signs of life, empty for all.
    `min_tenure_days`: how long a customer must have been there, again after a return.
    `eligible`: (column, values) pairs that must hold on the day.
    `pending`: ``leave-out`` or ``keep`` those whose cancellation is known on the day.
    """

    event: Event
    lead_days: int
    horizon_days: int
    grace_days: int
    inactive_days: int
    activity: tuple[str, ...]
    every: str | int
    since: dt.date | None
    until: dt.date | None
    timezone: str
    min_tenure_days: int
    eligible: tuple[tuple[str, tuple[str, ...]], ...]
    pending: str

    @classmethod
    def of(cls, churn: Churn) -> Self:
        """Read the question from [churn]. Raises `ConfigError` naming the key and the fix."""
        if churn.event == "label":
            raise ConfigError(
                "[churn] event is 'label': the table answers the question itself.",
                "Set it to 'subscription-ends' or 'inactivity' to ask a history.",
            )
        since, until = _day("[churn] since", churn.since), _day("[churn] until", churn.until)
        if since and until and since >= until:
            raise ConfigError(
                f"[churn] since ({since}) is not before until ({until}).",
                "Snapshots lie on or after since and before until.",
            )
        given = {each.name: getattr(churn, each.name) for each in fields(cls)}
        given |= {"since": since, "until": until, "every": _every(churn)}
        given |= {"timezone": _zone(churn.timezone)}
        given |= {"eligible": tuple(sorted(churn.eligible.items()))}
        return cls(**given)

    @property
    def merge_days(self) -> int:
        """A gap between two periods shorter than this is none; see `periods`."""
        return self.grace_days if self.event == "subscription-ends" else 0

    @property
    def settled_days(self) -> int:
        """Days after a snapshot from which on its label can be known."""
        return self.lead_days + self.horizon_days + self.merge_days

    @property
    def gap_days(self) -> int:
        """Days between a training and a test snapshot that keep the label's window unknown."""
        return self.lead_days + self.horizon_days

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data for ``contract.json``."""
        plain = asdict(self)
        plain["activity"] = list(self.activity)
        plain["eligible"] = {name: list(values) for name, values in self.eligible}
        return plain | {name: _iso(getattr(self, name)) for name in LISTING_ONLY}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Read back what `to_plain` made."""
        given = {each.name: plain[each.name] for each in fields(cls)}
        given["activity"] = tuple(plain["activity"])
        eligible = plain["eligible"].items()
        given["eligible"] = tuple((name, tuple(values)) for name, values in eligible)
        days = {name: _day(name, plain[name]) for name in LISTING_ONLY}
        return cls(**{**given, **days})

    @property
    def sha256(self) -> str:
        """Hash of everything that a label or a feature depends on."""
        plain = {k: v for k, v in self.to_plain().items() if k not in LISTING_ONLY}
        return hashlib.sha256(dump_json(plain)).hexdigest()

    def differences(self, other: Question) -> list[str]:
        """Say in words what another question asks differently, one entry a part."""
        return question_differences(self.to_plain(), other.to_plain())


def _every(churn: Churn) -> str | int:
    every = churn.every
    if isinstance(every, float):
        if every.is_integer():
            return int(every)
    elif every in STEPS:
        if every == "renewal" and churn.event != "subscription-ends":
            raise ConfigError(
                "[churn] every is 'renewal', and inactivity has no periods to renew.",
                "Use 'month', 'week' or a number of days.",
            )
        return every
    raise ConfigError(
        f"[churn] every is {every!r}.", "Choose 'month', 'week', 'renewal' or whole days, as in 14."
    )


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(
            f"[churn] timezone is {name!r}, which is not a time zone.",
            "Use a name such as 'Europe/Berlin' or 'UTC'.",
        ) from error
    return name


def _day(where: str, text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(
            f"{where} is {text!r}, which is not a day.", "Write it as in '2026-11-01'."
        ) from error


def day_of(where: str, text: str) -> dt.date:
    """Read an ISO day that has to be there. Raises `ConfigError` naming `where`."""
    found = _day(where, text)
    if found is None:
        raise ConfigError(f"{where} is empty.", "Write a day, as in '2026-11-01'.")
    return found


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
