"""The registry of one machine: a SQLite file, safe for many processes at once.

Each call opens the file, does one transaction and closes it: nothing to share between threads
or to leave behind after a kill. Network file systems, where SQLite's locks do not hold, are
not supported.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from unchurn.errors import RegistryError
from unchurn.registry.connection import reading, writing
from unchurn.registry.history import champions
from unchurn.registry.migrate import transaction
from unchurn.registry.people import current_user
from unchurn.registry.protocol import (
    ANY,
    Action,
    Alias,
    Change,
    Check,
    Entry,
    Move,
    Record,
    Registration,
)
from unchurn.registry.refusals import (
    another_bundle,
    overtaken,
    require_earlier,
    require_loads,
    require_passed,
    unknown_version,
)
from unchurn.registry.rows import COLUMNS, to_move, to_record, to_row

FILE = "registry.db"


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class SqliteRegistry:
    """A `Registry` in `root`/registry.db. The clock (aware datetimes) and the user are given."""

    def __init__(
        self,
        root: Path,
        clock: Callable[[], datetime] = utc_now,
        who: Callable[[], str] = current_user,
    ) -> None:
        self._path = root / FILE
        self._clock = clock
        self._who = who

    def register(
        self, entry: Entry, promote: bool, against: int | Literal["any"] | None = ANY
    ) -> Registration:
        """Add a version; see `Registry.register`."""
        require_passed(entry)
        row = to_row(entry, self._now(), self._who())
        with writing(self._path) as db, transaction(db):
            known = _one(db, "SELECT * FROM versions WHERE run_id = ?", entry.run_id)
            if known:
                return _known(db, to_record(known), entry)
            names = ", ".join(COLUMNS)
            marks = ", ".join("?" * len(COLUMNS))
            version = db.execute(f"INSERT INTO versions ({names}) VALUES ({marks})", row).lastrowid
            if version is None:
                raise RegistryError(f"Run {entry.run_id!r} was given no version.")
            return self._place(db, version, promote, against)

    def records(self) -> tuple[Record, ...]:
        """Return every version, oldest first."""
        with reading(self._path) as db:
            rows = db.execute("SELECT * FROM versions ORDER BY version").fetchall() if db else []
        return tuple(to_record(row) for row in rows)

    def get(self, version: int) -> Record:
        """Return one version; see `Registry.get`."""
        records = {record.version: record for record in self.records()}
        if version in records:
            return records[version]
        raise unknown_version(version, list(records))

    def alias(self, name: Alias) -> int | None:
        """Return the version that an alias points at, or None."""
        with reading(self._path) as db:
            return _alias(db, name)[0] if db else None

    def promote(self, version: int, by: str, reason: str, check: Check) -> Change:
        """Make a version the champion; see `Registry.promote`."""
        record = self.get(version)
        with reading(self._path) as db:
            champion, seen = _alias(db, "champion") if db else (None, 0)
        if champion == version:
            return Change(version, version, False, f"Version {version} is the champion already.")
        return self._change(record, champion, seen, "promote", by, reason, check)

    def rollback(self, by: str, check: Check) -> Change:
        """Put the previous champion back; see `Registry.rollback`."""
        moves = self.audit()
        stack = champions(moves)
        require_earlier(stack)
        seen = max(move.number for move in moves if move.alias == "champion")
        reason = f"rollback from version {stack[-1]}"
        record = self.get(stack[-2])
        return self._change(record, stack[-1], seen, "rollback", by, reason, check)

    def audit(self) -> tuple[Move, ...]:
        """Return every move of an alias, oldest first."""
        with reading(self._path) as db:
            rows = db.execute("SELECT * FROM moves ORDER BY number").fetchall() if db else []
        return tuple(to_move(row) for row in rows)

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="milliseconds")

    def _place(
        self, db: sqlite3.Connection, version: int, promote: bool, against: int | str | None
    ) -> Registration:
        champion, _ = _alias(db, "champion")
        if champion is None:
            reason = "the first model that passed its gate"
        elif not promote:
            reason = "passed its gate; the gate's rule left the champion in charge"
        elif against not in (ANY, champion):
            promote, was = False, "none" if against is None else f"version {against}"
            reason = f"passed its gate against champion {was}, but it is version {champion} by now"
        else:
            reason = "passed its gate and the gate's rule for promotion"
        promoted = promote or champion is None
        alias: Alias = "champion" if promoted else "challenger"
        self._move(db, alias, version, "register", self._who(), reason)
        return Registration(version, promoted, f"Version {version} is {alias}: {reason}.")

    def _change(
        self, record: Record, champion: int | None, seen: int,
        action: Action, by: str, reason: str, check: Check,
    ) -> Change:  # fmt: skip
        require_loads(record, action, check)
        with writing(self._path) as db, transaction(db):
            current, number = _alias(db, "champion")
            if number != seen:
                raise overtaken(record.version, champion, current)
            self._move(db, "champion", record.version, action, by, reason)
            if _alias(db, "challenger")[0] == record.version:
                self._move(db, "challenger", None, action, by, "became champion")
        words = f"Version {record.version} is champion now, in place of version {champion}."
        return Change(record.version, champion, True, words)

    def _move(
        self, db: sqlite3.Connection, alias: Alias, to: int | None,
        action: Action, by: str, reason: str,
    ) -> None:  # fmt: skip
        db.execute(
            "INSERT INTO moves (alias, action, previous, version, at, by, reason)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (alias, action, _alias(db, alias)[0], to, self._now(), by, reason),
        )


def _one(db: sqlite3.Connection, query: str, value: object) -> Any:
    return db.execute(query, (value,)).fetchone()


def _alias(db: sqlite3.Connection, name: Alias) -> tuple[int | None, int]:
    """Return the version an alias points at, and the number of the move that said so."""
    row = _one(db, "SELECT version, number FROM aliases WHERE alias = ?", name)
    return (row["version"], row["number"]) if row else (None, 0)


def _known(db: sqlite3.Connection, record: Record, entry: Entry) -> Registration:
    if record.entry.bundle_sha256 != entry.bundle_sha256:
        raise another_bundle(record.version, record.entry.bundle_sha256, entry)
    query = "SELECT alias FROM moves WHERE action = 'register' AND version = ?"
    alias = _one(db, query, record.version)["alias"]
    words = f"Version {record.version} was registered before, as {alias}."
    return Registration(record.version, alias == "champion", words)
