"""Migrations: in order, once, whole or not at all."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from unchurn.errors import RegistryError
from unchurn.registry.migrate import migrate, pending, scripts

FIRST = "-- a comment; with a semicolon\nCREATE TABLE a (x);\n"
SECOND = """
CREATE TABLE b (y);
CREATE TRIGGER t BEFORE DELETE ON b BEGIN
    SELECT 1;
    SELECT RAISE(ABORT, 'kept; always');
END;
INSERT INTO b VALUES (1)
"""


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as connection:
        yield connection


def tables(db: sqlite3.Connection) -> list[str]:
    rows = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in rows]


def level(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_migrations_apply_in_order_and_once(db: sqlite3.Connection) -> None:
    """A database at format 1 gets only the second migration; a third time nothing happens."""
    migrate(db, [FIRST])
    assert (tables(db), level(db)) == (["a"], 1)
    assert pending(db, [FIRST, SECOND]) == 1
    for _ in range(2):
        migrate(db, [FIRST, SECOND])
        assert (tables(db), level(db)) == (["a", "b"], 2)
    assert db.execute("SELECT count(*) FROM b").fetchone() == (1,)


def test_a_failing_migration_leaves_the_database_as_it_was(db: sqlite3.Connection) -> None:
    """Half a migration is none, the format number included."""
    migrate(db, [FIRST])
    with pytest.raises(sqlite3.OperationalError):
        migrate(db, [FIRST, "CREATE TABLE c (z);\nCREATE TABLE a (x);"])
    assert (tables(db), level(db), db.in_transaction) == (["a"], 1, False)


def test_a_newer_database_is_refused(db: sqlite3.Connection) -> None:
    """Code that knows one format does not touch a database of the second."""
    migrate(db, [FIRST, SECOND])
    with pytest.raises(RegistryError, match=r"format 2; this one knows formats up to 1"):
        migrate(db, [FIRST])


def test_the_migrations_shipped_build_a_registry(db: sqlite3.Connection) -> None:
    """The numbered files of the package apply, and there is at least one."""
    migrate(db, scripts())
    assert tables(db) == ["aliases", "moves", "versions"]
    assert level(db) == len(scripts()) >= 1


@pytest.mark.parametrize("attempt", range(8))
def test_two_migrating_at_once_do_it_once(tmp_path: Path, attempt: int) -> None:
    """The second waits for the first, looks again and finds nothing to do."""
    start, lost = threading.Barrier(4), []

    def one() -> None:
        with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as connection:
            start.wait()
            try:
                migrate(connection, [FIRST, SECOND])
            except (sqlite3.Error, RegistryError) as error:
                lost.append(error)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        assert (lost, level(connection)) == ([], 2)
