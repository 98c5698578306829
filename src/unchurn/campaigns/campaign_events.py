"""What happened to a ledger of campaigns, as events in order: each a line of text, and a chain of hashes.

An event is ``{"kind": "campaign"}`` with what the ledger knows of one, ``{"kind": "cancellation"}``, or
``{"kind": "outcomes"}``. Whoever is in a campaign, and what became of them, may be a million: an event
names that by the hash of its text alone.
Standard library only: this file is zipped with the Lambdas that use it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

Plain = dict[str, Any]


class LedgerDamaged(Exception):  # noqa: N818 (Step Functions shows the name)
    """The events of a ledger are not as they were written."""


class Event(NamedTuple):
    """One event: its JSON, and the hash over it and all before it."""

    text: str
    sha256: str


def following(text: str, before: Sequence[Event]) -> Event:
    """Return the event that a text is after those of `before`."""
    last = before[-1].sha256 if before else ""
    return Event(text, hashlib.sha256(f"{last}\n{text}".encode()).hexdigest())


def checked(events: list[Event]) -> list[Event]:
    """Return events as they are. Raises `LedgerDamaged` where one was changed or taken away."""
    for number, event in enumerate(events):
        if event != following(event.text, events[max(number - 1, 0) : number]):
            raise LedgerDamaged(
                f"Event {number + 1} of the ledger of campaigns is not as it was written."
            )
    return events


def campaigns_of(events: Sequence[Event]) -> dict[int, Plain]:
    """Return each campaign by number, with "cancelled" and "told" (hashes) from what came later."""
    found: dict[int, Plain] = {}
    for event in events:
        plain = json.loads(event.text)
        if plain["kind"] == "campaign":
            found[len(found) + 1] = {**plain, "cancelled": None, "told": []}
        elif plain["kind"] == "cancellation":
            about = {name: plain[name] for name in ("at", "by", "reason")}
            found[plain["campaign"]]["cancelled"] = about
        else:
            found[plain["campaign"]]["told"].append(plain["told_sha256"])
    return found


def published_as(folder: str, names: Sequence[str]) -> str:
    """Return which of the campaigns `names` a folder is of: that of its name, or by `run_mark` of its run."""
    if folder in names:
        return folder
    return next((each for each in names if each.endswith(run_mark(folder))), folder)


def run_mark(run_id: str) -> str:
    """Return how the name of a campaign ends that cannot be called as its run."""
    return f"-{hashlib.sha256(run_id.encode()).hexdigest()[:8]}"


def kept_name(sha256: str) -> str:
    """Name the file that holds what an event names by a hash: gzipped JSON of rows."""
    return f"{sha256}.json.gz"
