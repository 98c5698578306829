"""Bringing a database to the format this code knows.

Migrations are the numbered ``.sql`` files of its package's `migrations/`, applied in order, each in
one transaction with the number it brings the database to (``PRAGMA user_version``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from unchurn.errors import RegistryError
from unchurn.registry.rows import row_checksum


@dataclass(frozen=True)
class Kind:
    """A kind of database: what people call it, whose migrations it has, what to do where it is lost."""

    name: str
    package: str
    restore: str


REGISTRY = Kind(
    "registry",
    "unchurn.registry",
    "Put the copy that is kept beside it in its place with: unchurn registry restore — the models "
    "themselves lie under runs/ and are untouched.",
)


@cache
def scripts(package: str = REGISTRY.package) -> tuple[str, ...]:
    """Return the SQL of every migration of a package, first to last."""
    folder = files(package).joinpath("migrations")
    found = sorted(
        (item for item in folder.iterdir() if item.name.endswith(".sql")),
        key=lambda item: item.name,
    )
    return tuple(item.read_text(encoding="utf-8") for item in found)


def migrate(
    connection: sqlite3.Connection, migrations: Sequence[str], kind: Kind = REGISTRY
) -> None:
    """Apply the migrations that `connection`'s database lacks; safe when two do it at once.

    Raises `RegistryError` when the database is newer than `migrations`, or is none of this `kind`.
    """
    if pending(connection, migrations, kind):
        connection.create_function("row_checksum", -1, row_checksum, deterministic=True)
        with transaction(connection):
            # Read again under the lock: another process may have migrated meanwhile.
            for number in range(pending(connection, migrations, kind), 0, -1):
                level = len(migrations) - number
                for statement in _statements(migrations[level]):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {level + 1}")


def pending(
    connection: sqlite3.Connection, migrations: Sequence[str], kind: Kind = REGISTRY
) -> int:
    """Count the migrations that the database lacks. Raises `RegistryError` as `migrate` does."""
    # Tables before format: a migration that commits in between must not look like a stranger.
    filled = connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    level: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if level > len(migrations):
        raise RegistryError(
            f"The {kind.name} was written by a newer unchurn (format {level}; "
            f"this one knows formats up to {len(migrations)}).",
            f"Upgrade unchurn, or, where it never was newer: {kind.restore}",
        )
    if level < 0 or (level == 0 and filled):
        raise RegistryError(
            f"The file of the {kind.name} is a database of something else, or damaged: it has tables "
            "but no format.",
            f"Point [artefacts] root in churn.toml at another folder, or: {kind.restore}",
        )
    return len(migrations) - level


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the one write lock from the start, so that what is read stays true until commit."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _statements(script: str) -> Iterator[str]:
    # executescript would commit first; a trigger's body has semicolons of its own.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
