"""Opening a SQLite file, the registry's or another kind's, and what its failures mean to a person."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from unchurn.errors import RegistryError
from unchurn.registry.contents import DamageError
from unchurn.registry.migrate import REGISTRY, Kind, migrate, pending, scripts

BUSY_SECONDS = 30.0
"""How long a process waits for another one's transaction."""

_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_CLOSED = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")
_DISK = ("SQLITE_FULL", "SQLITE_IOERR")
_REFUSED = ("SQLITE_CONSTRAINT", "SQLITE_INTERRUPT")


@contextmanager
def reading(path: Path, kind: Kind = REGISTRY) -> Iterator[sqlite3.Connection | None]:
    """Open a database to read it; None where there is none yet (nothing is created).

    Raises `RegistryError` when it is there and cannot be read.
    """
    with explained(path, kind):
        if not path.exists():
            yield None
            return
        with closing(_opened(path, kind)) as connection:
            yield connection


def _opened(path: Path, kind: Kind) -> sqlite3.Connection:
    # A folder nobody here may write to, or a disk that is full, has no room for SQLite's side files.
    # Without a log left behind there is nothing in them, and the file can be read as it stands.
    frozen = not os.access(path.parent, os.W_OK) or not os.access(path, os.W_OK)
    if not frozen:
        try:
            return _connect(path, "mode=rw", _settle, kind)
        except sqlite3.OperationalError as error:
            if not _named(error, _DISK) or _has_log(path):
                raise
    return _connect(path, "mode=rw" if _has_log(path) else "immutable=1", _require_current, kind)


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


@contextmanager
def writing(path: Path, kind: Kind = REGISTRY) -> Iterator[sqlite3.Connection]:
    """Open a database to change it, making it where there is none.

    Raises `RegistryError` when the folder or the file cannot be written.
    """
    with explained(path, kind):
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(_connect(path, "mode=rwc", _settle, kind)) as connection:
            yield connection


@contextmanager
def explained(path: Path, kind: Kind = REGISTRY) -> Iterator[None]:
    """Turn failures of SQLite and of the file system into `RegistryError`."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explanation(path, error, kind) from error
    except (DamageError, UnicodeDecodeError) as error:
        # The second is SQLite's words on names that are no longer text.
        raise RegistryError(f"The {kind.name} {path} is damaged: {error}.", kind.restore) from error
    except OSError as error:
        raise RegistryError(
            f"The {kind.name} {path} cannot be opened: {error.strerror}.",
            "Check the permissions of its folder, or choose another with [artefacts] root.",
        ) from error


def _connect(
    path: Path, mode: str, prepare: Callable[[sqlite3.Connection, Kind], None], kind: Kind
) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?{mode}"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        prepare(connection, kind)
    except BaseException:
        connection.close()
        raise
    return connection


def require_sound(connection: sqlite3.Connection) -> None:
    """Raise `DamageError` where SQLite's own structures do not hang together."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise DamageError(" ".join(str(found).split()))


def _settle(connection: sqlite3.Connection, kind: Kind) -> None:
    _use_wal(connection)
    if pending(connection, scripts(kind.package), kind):
        require_sound(connection)  # checksums are made of what is there
        migrate(connection, scripts(kind.package), kind)


def _require_current(connection: sqlite3.Connection, kind: Kind) -> None:
    if pending(connection, scripts(kind.package), kind):
        raise RegistryError(
            f"The {kind.name} was written by an older unchurn and cannot be brought up to date: "
            "its folder is not writable, or the disk is full.",
            "Open it once with permission to write, for example: unchurn registry list",
        )


def _use_wal(connection: sqlite3.Connection) -> None:
    # Switching to WAL can report "locked" at once, without waiting out the busy timeout.
    deadline = time.monotonic() + BUSY_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not _named(error, _BUSY) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _named(error: sqlite3.Error, names: tuple[str, ...]) -> bool:
    # Extended codes carry a suffix, for example SQLITE_READONLY_DIRECTORY.
    return str(getattr(error, "sqlite_errorname", "")).startswith(names)


def _explanation(path: Path, error: sqlite3.Error, kind: Kind) -> RegistryError:
    if _named(error, _BUSY):
        return RegistryError(
            f"The {kind.name} {path} was in use by another process for {BUSY_SECONDS:.0f} seconds.",
            "Wait for that process to end, and try again.",
        )
    if _named(error, _CLOSED):
        return RegistryError(
            f"The {kind.name} {path} cannot be opened for this: {error}.",
            "Check the permissions of the file and of its folder; where they are right, the file is "
            f"damaged. {kind.restore}",
        )
    if _named(error, _DISK):
        return RegistryError(
            f"The {kind.name} {path} cannot be written: {error}. Nothing was changed.",
            "Free some space and try again.",
        )
    if _named(error, _REFUSED):
        return RegistryError(f"The {kind.name} {path} refused: {error}. Nothing was changed.")
    # Whatever else SQLite says of statements that are ours, it says of the file.
    return RegistryError(f"The {kind.name} {path} is damaged: {error}.", kind.restore)
