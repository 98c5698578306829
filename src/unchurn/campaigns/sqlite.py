"""The ledger of one machine: a SQLite file beside the registry, opened as that is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from unchurn.artefacts import dump_json
from unchurn.campaigns.entries import Asked, Entry, Member, Written
from unchurn.campaigns.ledger import Ledger, Seen, members_sha256, refuse_reached, settled
from unchurn.campaigns.outcomes import Told, new_of
from unchurn.errors import RegistryError
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


class CampaignLedger(Ledger):
    """The campaigns of `root`/campaigns.db; each call is one transaction."""

    restore = LEDGER.restore

    def __init__(
        self,
        root: Path,
        clock: Callable[[], datetime] = utc_now,
        who: Callable[[], str] = current_user,
    ) -> None:
        super().__init__(clock, who)
        self._path = root / FILE

    def entries(self) -> tuple[Entry, ...]:
        """Return every campaign, oldest first."""
        with reading(self._path, LEDGER) as db:
            return _entries(db) if db else ()

    def write(
        self, name: str, asked: Asked, request_sha256: str, campaign_sha256: str,
        summary: dict[str, Any], members: Iterable[Member], seen: Seen,
    ) -> Written:  # fmt: skip
        """Write a campaign, once; see `Ledger.write`."""
        rows = sorted(members)
        with writing(self._path, LEDGER) as db, transaction(db):
            entries = _entries(db)
            if (done := settled(entries, name, request_sha256, seen)) is not None:
                return done
            number = len(entries) + 1
            values = (
                number, name, request_sha256, campaign_sha256, members_sha256(rows),
                asked.starts.isoformat(), asked.ends.isoformat(), dump_json(summary).decode(),
                self._now(), self._who(),
            )  # fmt: skip
            _insert(db, "campaigns", (*values, row_checksum(*values)))
            db.executemany(
                "INSERT INTO members VALUES (?, ?, ?, ?, ?, ?, ?)", ((number, *row) for row in rows)
            )
            return Written(next(each for each in _entries(db) if each.name == name), True)

    def _cancel(self, entry: Entry, reason: str) -> bool:
        with writing(self._path, LEDGER) as db, transaction(db):
            if any(each.number == entry.number and each.cancelled for each in _entries(db)):
                return False
            refuse_reached(entry, _told(db, entry))
            values = (entry.number, self._now(), self._who(), reason)
            _insert(db, "cancellations", (*values, row_checksum(*values)))
        return True

    def told(self, entry: Entry) -> Told:
        """Return what is known of a campaign's customers; see `Ledger.told`."""
        with reading(self._path, LEDGER) as db:
            return Told() if db is None else _told(db, entry)

    def _members(self, entry: Entry) -> list[Member]:
        with reading(self._path, LEDGER) as db:
            return [] if db is None else _members(db, entry.number)

    def _add(self, entry: Entry, told: Told, at: str) -> int:
        with writing(self._path, LEDGER) as db, transaction(db):
            new = new_of(told, _told(db, entry))
            db.executemany(
                "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?)",
                ((entry.number, *each, int(value), at) for each, value in new.facts.items()),
            )
            db.executemany(
                "INSERT INTO revenues VALUES (?, ?, ?, ?)",
                ((entry.number, name, value, at) for name, value in new.revenue.items()),
            )
        return len(new)


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


def _told(db: sqlite3.Connection, entry: Entry) -> Told:
    own = (entry.number,)
    facts = db.execute("SELECT customer, what, value FROM outcomes WHERE campaign = ?", own)
    paid = db.execute("SELECT customer, amount FROM revenues WHERE campaign = ?", own)
    known = {(customer, what): bool(value) for customer, what, value in facts}
    return Told(known, dict(paid.fetchall()))


def _insert(db: sqlite3.Connection, table: str, values: tuple[object, ...]) -> None:
    db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)
