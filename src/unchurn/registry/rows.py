"""Between the registry's rows and its frozen records."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from typing import Any

from unchurn.artefacts import dump_json
from unchurn.errors import RegistryError
from unchurn.registry.protocol import Entry, Move, Record

_PLAIN = ("environment", "metrics", "verdict", "lineage")
_ENTRY = tuple(item.name for item in fields(Entry))
VERSION = ("version", *_ENTRY, "created_at", "created_by")
"""Columns of a version's row, in the order of `to_row`; ``checksum`` follows."""
MOVE = tuple(item.name for item in fields(Move))
"""Columns of a move's row; ``checksum`` follows."""
ALIAS = ("alias", "version", "number")
"""Columns of an alias's row; ``checksum`` follows."""


def row_checksum(*values: object) -> str:
    """Hash the values of a row, in the order of its columns, as 64 hex digits."""
    return hashlib.sha256(json.dumps(values, default=repr).encode()).hexdigest()


def to_row(version: int, entry: Entry, created_at: str, created_by: str) -> tuple[object, ...]:
    """Turn an entry into the values of `VERSION`.

    Raises `RegistryError` when a field holds what JSON cannot (an infinite number, an object).
    """
    values = [_text(entry, name) if name in _PLAIN else getattr(entry, name) for name in _ENTRY]
    return (version, *values, created_at, created_by)


def require_plain(entry: Entry) -> None:
    """Raise `RegistryError` when a field holds what JSON cannot; see `to_row`."""
    for name in _PLAIN:
        _text(entry, name)


def to_record(row: Any) -> Record:
    """Turn a row of ``versions`` into a record. Raises `RegistryError` when it is damaged."""
    try:
        plain = {name: json.loads(row[name]) if name in _PLAIN else row[name] for name in _ENTRY}
        return Record(row["version"], Entry(**plain), row["created_at"], row["created_by"])
    except (ValueError, TypeError) as error:
        raise RegistryError(
            f"Version {row['version']} of the registry is damaged: {error}.",
            "Restore it with: unchurn registry restore",
        ) from error


def to_move(row: Any) -> Move:
    """Turn a row of ``moves`` into a move."""
    return Move(**{item.name: row[item.name] for item in fields(Move)})


def _text(entry: Entry, name: str) -> str:
    try:
        return dump_json(getattr(entry, name)).decode()
    except (ValueError, TypeError) as error:
        raise RegistryError(
            f"The {name} of run {entry.run_id!r} cannot be kept: {error}.",
            "This is a bug in unchurn.",
        ) from error
