"""All that a registry's file holds, read at once and compared with its own checksums.

A file can change without anybody writing to it. SQLite notices when its pages no longer hang
together, but not when a 1 became a 3 inside a cell, or when a row is no longer there. So every row
has a checksum, versions and moves are numbered without a gap, each version came with one move, and
each alias is kept twice: as the last move says, and in a row of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from unchurn.registry.protocol import Alias, Move, Record
from unchurn.registry.rows import ALIAS, MOVE, VERSION, row_checksum, to_move, to_record


class DamageError(Exception):
    """The file does not hold what was written to it; `connection.explained` says so with its path."""


@dataclass(frozen=True)
class Contents:
    """Versions and moves, oldest first; where each alias points, and the move that said so."""

    records: tuple[Record, ...] = ()
    moves: tuple[Move, ...] = ()
    aliases: Mapping[str, tuple[int | None, int]] = field(default_factory=dict)

    def alias(self, name: Alias) -> tuple[int | None, int]:
        """Return the version that an alias points at (or None), and the number of its last move."""
        return self.aliases.get(name, (None, 0))


def read_contents(db: sqlite3.Connection) -> Contents:
    """Read everything in one moment. Raises `DamageError` when it is not what was written."""
    own = not db.in_transaction
    if own:
        db.execute("BEGIN")
    try:
        versions = _rows(db, "versions", VERSION, "version")
        moves = _rows(db, "moves", MOVE, "number")
        aliases = _rows(db, "aliases", ALIAS, "alias")
    finally:
        if own:
            db.execute("ROLLBACK")
    found = Contents(
        tuple(map(to_record, versions)),
        tuple(map(to_move, moves)),
        {row["alias"]: (row["version"], row["number"]) for row in aliases},
    )
    _agree(found)
    return found


def _rows(db: sqlite3.Connection, table: str, columns: tuple[str, ...], by: str) -> list[Any]:
    # Sorted here and by no index: an index may be what is damaged.
    rows = db.execute(f"SELECT {', '.join(columns)}, checksum FROM {table}").fetchall()
    for place, row in enumerate(rows, 1):
        *values, checksum = tuple(row)
        if row_checksum(*values) != checksum:
            raise DamageError(f"row {place} of its {table} is not as it was written")
    return sorted(rows, key=lambda row: row[by])


def _agree(found: Contents) -> None:
    numbers = [record.version for record in found.records]
    _require_all(numbers, "version")
    _require_all([move.number for move in found.moves], "move")
    registered = sorted(move.version or 0 for move in found.moves if move.action == "register")
    if registered != numbers:
        raise DamageError(
            f"{len(numbers)} versions, but {len(registered)} registrations in its audit"
        )
    said = {move.alias: (move.version, move.number) for move in found.moves}
    if said != dict(found.aliases):
        raise DamageError("its aliases are not where the last moves of its audit put them")


def _require_all(numbers: Iterable[int], what: str) -> None:
    for wanted, number in enumerate(numbers, 1):
        if number != wanted:
            raise DamageError(f"{what} {wanted} is not there")
