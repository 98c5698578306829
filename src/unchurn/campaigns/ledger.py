"""The ledger of one machine: a SQLite file beside the registry, opened as that is.

Campaigns and their members are written in one transaction and never change; to cancel one adds a
line. A campaign is written against what was seen of the others: where another one came in between,
`write` says so, for its control group has to be left alone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from unchurn.artefacts import dump_json
from unchurn.campaigns.entries import Asked, Entry, Member
from unchurn.errors import ConfigError, RegistryError, listing
from unchurn.registry import current_user
from unchurn.registry.connection import reading, writing
from unchurn.registry.migrate import Kind, transaction
from unchurn.registry.rows import row_checksum
from unchurn.registry.sqlite import utc_now

FILE = "campaigns.db"
LEDGER = Kind(
    "ledger of campaigns",
    "unchurn.campaigns",
    "Put campaigns.db back from a backup: who is left alone stands in it.",
)
_COLUMNS = (
    "number, name, request_sha256, campaign_sha256, members_sha256, starts, ends, summary, "
    "created_at, created_by"
)


@dataclass(frozen=True)
class Written:
    """What `write` did: `entry` is the campaign; None where another one came in between."""

    entry: Entry | None
    changed: bool = False


class CampaignLedger:
    """The campaigns of `root`/campaigns.db. The clock (aware datetimes) and the user are given."""

    def __init__(
        self,
        root: Path,
        clock: Callable[[], datetime] = utc_now,
        who: Callable[[], str] = current_user,
    ) -> None:
        self._path = root / FILE
        self._clock = clock
        self._who = who

    def entries(self) -> tuple[Entry, ...]:
        """Return every campaign, oldest first. Raises `RegistryError` where the file is damaged."""
        with reading(self._path, LEDGER) as db:
            return _entries(db) if db else ()

    def find(self, name: str) -> Entry | None:
        """Return the campaign of a name, or None."""
        return next((each for each in self.entries() if each.name == name), None)

    def get(self, name: str) -> Entry:
        """Return the campaign of a name. Raises `ConfigError` where there is none."""
        found = self.find(name)
        if found is None:
            known = listing(each.name for each in self.entries())
            raise ConfigError(
                f"There is no campaign {name!r}.", f"Campaigns: {known or 'none yet'}."
            )
        return found

    def members(self, entry: Entry) -> list[Member]:
        """Return everybody in a campaign, by id. Raises `RegistryError` where that has changed."""
        with reading(self._path, LEDGER) as db:
            rows = [] if db is None else _members(db, entry.number)
        if _members_sha256(rows) != entry.members_sha256:
            raise RegistryError(
                f"The ledger of campaigns {self._path} is damaged: the members of {entry.name!r} are "
                "not as they were written.",
                LEDGER.restore,
            )
        return rows

    def left_alone(self, asked: Asked) -> tuple[dict[str, str], dict[str, str], tuple[int, int]]:
        """Return whom a campaign may not contact, ids and why: controls of others, then cooling off.

        The last value is what was seen of the ledger, for `write`.
        """
        controls: dict[str, str] = {}
        cooling: dict[str, str] = {}
        entries = self.entries()
        for entry in entries:
            keeps, cools = entry.keeps_from(asked), entry.cools_off(asked)
            for member in self.members(entry) if keeps or cools else ():
                if member.arm == "control" and keeps:
                    controls.setdefault(member.customer, f"{entry.name}, until {entry.ends}")
                elif member.arm == "contact" and cools:
                    cooling.setdefault(member.customer, f"{entry.name}, of {entry.starts}")
        return controls, cooling, _seen(entries)

    def write(
        self, name: str, asked: Asked, request_sha256: str, campaign_sha256: str,
        summary: dict[str, Any], members: Iterable[Member], seen: tuple[int, int],
    ) -> Written:  # fmt: skip
        """Write a campaign, once. The same request by the same name is the campaign there is.

        Raises `ConfigError` where the name is another campaign's.
        """
        rows = sorted(members)
        with writing(self._path, LEDGER) as db, transaction(db):
            entries = _entries(db)
            known = next((each for each in entries if each.name == name), None)
            if known is not None:
                require_same(known, request_sha256)
                return Written(known)
            if _seen(entries) != seen:
                return Written(None)
            number = len(entries) + 1
            values = (
                number, name, request_sha256, campaign_sha256, _members_sha256(rows),
                asked.starts.isoformat(), asked.ends.isoformat(), dump_json(summary).decode(),
                self._now(), self._who(),
            )  # fmt: skip
            _insert(db, "campaigns", (*values, row_checksum(*values)))
            db.executemany(
                "INSERT INTO members VALUES (?, ?, ?, ?, ?, ?, ?)", ((number, *row) for row in rows)
            )
            return Written(next(each for each in _entries(db) if each.name == name), True)

    def cancel(self, name: str, reason: str) -> bool:
        """Cancel a campaign: its people are free for others. Tell whether it stood until now."""
        entry = self.get(name)
        with writing(self._path, LEDGER) as db, transaction(db):
            if any(each.number == entry.number and each.cancelled for each in _entries(db)):
                return False
            values = (entry.number, self._now(), self._who(), reason)
            _insert(db, "cancellations", (*values, row_checksum(*values)))
        return True

    def today(self) -> date:
        """Return the day that a campaign begins on unless another is named, where this machine is."""
        return self._clock().astimezone().date()

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="milliseconds")


def require_same(known: Entry, request_sha256: str) -> None:
    """Raise `ConfigError` where a campaign was cancelled, or was asked for otherwise."""
    if known.cancelled is not None:
        raise ConfigError(
            f"The campaign {known.name!r} was cancelled on {known.cancelled['at'][:10]}.",
            "Give the new one another --name.",
        )
    if known.request_sha256 != request_sha256:
        raise ConfigError(
            f"There is a campaign {known.name!r} already, of {known.starts}, of other customers, "
            "another model or other settings; a campaign never changes.",
            f"Give this one another --name; to see that one: unchurn campaign show {known.name}",
        )


def _entries(db: sqlite3.Connection) -> tuple[Entry, ...]:
    cancelled = {
        row[0]: {"at": row[1], "by": row[2], "reason": row[3]}
        for row in _checked(db, "cancellations", "campaign, at, by, reason")
    }
    found = []
    for number, name, *hashes, starts, ends, summary, at, by in _checked(db, "campaigns", _COLUMNS):
        days = date.fromisoformat(starts), date.fromisoformat(ends)
        request, made, members = hashes
        plain = json.loads(summary)
        cancel = cancelled.get(number)
        found.append(Entry(number, name, request, made, members, *days, plain, at, by, cancel))
    return tuple(sorted(found, key=lambda each: each.number))


def _checked(db: sqlite3.Connection, table: str, columns: str) -> list[tuple[Any, ...]]:
    found = [tuple(row) for row in db.execute(f"SELECT {columns}, checksum FROM {table}")]
    for place, (*values, checksum) in enumerate(found, 1):
        if row_checksum(*values) != checksum:
            raise RegistryError(
                f"The ledger of campaigns is damaged: row {place} of its {table} is not as it was "
                "written.",
                LEDGER.restore,
            )
    return [row[:-1] for row in found]


def _members(db: sqlite3.Connection, number: int) -> list[Member]:
    rows = db.execute(
        "SELECT customer, arm, stratum, offer, probability, expected_value FROM members "
        "WHERE campaign = ?",
        (number,),
    )
    return sorted(Member(*row) for row in rows)


def _members_sha256(rows: list[Member]) -> str:
    return row_checksum(*(list(row) for row in rows))


def _seen(entries: tuple[Entry, ...]) -> tuple[int, int]:
    return len(entries), sum(each.cancelled is not None for each in entries)


def _insert(db: sqlite3.Connection, table: str, values: tuple[object, ...]) -> None:
    db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)
