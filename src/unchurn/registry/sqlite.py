"""The registry of one machine: a SQLite file, safe for many processes at once.

Each call opens the file, does one transaction and closes it: nothing to share between threads
or to leave behind after a kill. Network file systems, where SQLite's locks do not hold, are
not supported.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from unchurn.registry.audit_user import current_user
from unchurn.registry.backup import FILE, keep_copy, require_none_before
from unchurn.registry.connection import explained, reading, require_sound, writing
from unchurn.registry.contents import Contents, read_contents
from unchurn.registry.history import champions
from unchurn.registry.migrate import transaction
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
from unchurn.registry.rows import ALIAS, MOVE, VERSION, require_plain, row_checksum, to_row


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
        require_plain(entry)
        with self._changing() as (db, found):
            for known in found.records:
                if known.entry.run_id == entry.run_id:
                    return _known(found, known, entry)
            for known in found.records:
                if known.entry.bundle_sha256 == entry.bundle_sha256:
                    return _unchanged(found, known)
            version = len(found.records) + 1
            _insert(db, "versions", VERSION, to_row(version, entry, self._now(), self._who()))
            return self._place(db, found, version, promote, against)

    def records(self) -> tuple[Record, ...]:
        """Return every version, oldest first."""
        return self._contents().records

    def get(self, version: int) -> Record:
        """Return one version; see `Registry.get`."""
        records = {record.version: record for record in self.records()}
        if version in records:
            return records[version]
        raise unknown_version(version, list(records))

    def alias(self, name: Alias) -> int | None:
        """Return the version that an alias points at, or None."""
        return self._contents().alias(name)[0]

    def promote(self, version: int, by: str, reason: str, check: Check) -> Change:
        """Make a version the champion; see `Registry.promote`."""
        record = self.get(version)
        champion, seen = self._contents().alias("champion")
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
        return self._contents().moves

    def _contents(self) -> Contents:
        with reading(self._path) as db:
            found = read_contents(db) if db else Contents()
        if not found.records:
            with explained(self._path):
                require_none_before(self._path.parent)
        return found

    @contextmanager
    def _changing(self) -> Iterator[tuple[sqlite3.Connection, Contents]]:
        """Open one transaction on a sound registry, and keep a copy of what it made of it."""
        with explained(self._path):
            if not self._path.exists():
                require_none_before(self._path.parent)  # opening would make an empty one
        with writing(self._path) as db:
            with transaction(db):
                require_sound(db)
                found = read_contents(db)
                if not found.records:
                    require_none_before(self._path.parent)
                yield db, found
            keep_copy(db, self._path.parent)

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="milliseconds")

    def _place(
        self, db: sqlite3.Connection, found: Contents, version: int, promote: bool,
        against: int | str | None,
    ) -> Registration:  # fmt: skip
        champion, _ = found.alias("champion")
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
        self._move(db, found, alias, version, "register", self._who(), reason)
        return Registration(version, promoted, f"Version {version} is {alias}: {reason}.")

    def _change(
        self, record: Record, champion: int | None, seen: int,
        action: Action, by: str, reason: str, check: Check,
    ) -> Change:  # fmt: skip
        require_loads(record, action, check)
        with self._changing() as (db, found):
            current, number = found.alias("champion")
            if number != seen:
                raise overtaken(record.version, champion, current)
            moved = self._move(db, found, "champion", record.version, action, by, reason)
            if found.alias("challenger")[0] == record.version:
                self._move(db, moved, "challenger", None, action, by, "became champion")
        words = f"Version {record.version} is champion now, in place of version {champion}."
        return Change(record.version, champion, True, words)

    def _move(
        self, db: sqlite3.Connection, found: Contents, alias: Alias, to: int | None,
        action: Action, by: str, reason: str,
    ) -> Contents:  # fmt: skip
        """Write a move and the alias it moves; return `found` with it."""
        number = len(found.moves) + 1
        move = Move(number, alias, action, found.alias(alias)[0], to, self._now(), by, reason)
        _insert(db, "moves", MOVE, astuple(move))
        db.execute("DELETE FROM aliases WHERE alias = ?", (alias,))
        _insert(db, "aliases", ALIAS, (alias, to, number))
        aliases = {**found.aliases, alias: (to, number)}
        return replace(found, moves=(*found.moves, move), aliases=aliases)


def _insert(
    db: sqlite3.Connection, table: str, columns: tuple[str, ...], values: tuple[object, ...]
) -> None:
    """Write a row and its checksum."""
    names, marks = ", ".join((*columns, "checksum")), ", ".join("?" * (len(columns) + 1))
    db.execute(
        f"INSERT INTO {table} ({names}) VALUES ({marks})",
        (*values, row_checksum(*values)),
    )


def _known(found: Contents, record: Record, entry: Entry) -> Registration:
    if record.entry.bundle_sha256 != entry.bundle_sha256:
        raise another_bundle(record.version, record.entry.bundle_sha256, entry)
    moves = (m for m in found.moves if (m.action, m.version) == ("register", record.version))
    alias = next(moves).alias
    words = f"Version {record.version} was registered before, as {alias}."
    return Registration(record.version, alias == "champion", words)


def _unchanged(found: Contents, record: Record) -> Registration:
    role = "the champion" if found.alias("champion")[0] == record.version else "not the champion"
    words = f"Nothing has changed: the model is that of version {record.version}, {role}."
    return Registration(record.version, False, words, unchanged=True)
