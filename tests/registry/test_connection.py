"""A registry file that is damaged, foreign, newer, busy, closed to writing, or out of room."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from unchurn.errors import RegistryError
from unchurn.registry import Entry, connection, open_registry


def an_entry(run: str = "run-1") -> Entry:
    passed = {"verdict": "passed"}
    bundle = sha256(run.encode()).hexdigest()
    return Entry(run, f"runs/{run}/model", bundle, "d", "c", "e", {}, {}, passed, {})


def refusals(root: Path) -> str:
    """Every way in is refused by the same kind of error; return the message of writing."""
    registry = open_registry(root)
    for attempt in (
        registry.records,
        registry.audit,
        lambda: registry.alias("champion"),
        lambda: registry.get(1),
        lambda: registry.rollback("eve", lambda record: None),
    ):
        with pytest.raises(RegistryError):
            attempt()
    with pytest.raises(RegistryError) as caught:
        registry.register(an_entry(), promote=True)
    return str(caught.value)


@pytest.mark.parametrize("content", [b"not a database", b"\x00\xff" * 5000, b"a" * 99])
def test_a_file_that_is_no_database_is_named_as_damaged(tmp_path: Path, content: bytes) -> None:
    """The file is named, the way out is given, and the file is left as it was."""
    path = tmp_path / "registry.db"
    path.write_bytes(content)
    message = refusals(tmp_path)
    assert f"{path} is damaged" in message
    assert "unchurn registry restore" in message
    assert path.read_bytes() == content


def test_a_truncated_registry_is_named_as_damaged(tmp_path: Path) -> None:
    """Half of the file is not half of the registry."""
    open_registry(tmp_path).register(an_entry(), promote=True)
    path = tmp_path / "registry.db"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    assert "is damaged" in refusals(tmp_path)


def test_an_empty_file_is_an_empty_registry(tmp_path: Path) -> None:
    """A process killed right after creating the file has lost nothing."""
    (tmp_path / "registry.db").touch()
    assert open_registry(tmp_path).records() == ()
    assert open_registry(tmp_path).register(an_entry(), promote=True).version == 1


def test_a_format_below_none_is_damage(tmp_path: Path) -> None:
    """The sign of the format's number, flipped, is no format."""
    open_registry(tmp_path).register(an_entry(), promote=True)
    with closing(sqlite3.connect(tmp_path / "registry.db")) as db:
        db.execute("PRAGMA user_version = -2147483646")
    assert "something else, or damaged" in refusals(tmp_path)


def test_a_newer_registry_is_not_touched(tmp_path: Path) -> None:
    """A registry of a later format names both formats and asks for an upgrade."""
    open_registry(tmp_path).register(an_entry(), promote=True)
    path = tmp_path / "registry.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    assert "newer unchurn (format 99;" in refusals(tmp_path)
    assert path.read_bytes() == before


def test_a_database_of_something_else_is_not_touched(tmp_path: Path) -> None:
    """Somebody's own SQLite file under that name is refused and keeps its tables."""
    with closing(sqlite3.connect(tmp_path / "registry.db")) as db:
        db.execute("CREATE TABLE customers (name TEXT)")
    assert "a database of something else" in refusals(tmp_path)
    with closing(sqlite3.connect(tmp_path / "registry.db")) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("customers",)]


def test_a_folder_in_the_registrys_place_is_refused(tmp_path: Path) -> None:
    """A folder called registry.db cannot be opened, and the message names it."""
    (tmp_path / "registry.db").mkdir()
    assert f"{tmp_path / 'registry.db'} cannot be opened" in refusals(tmp_path)


def test_a_file_in_the_roots_place_is_refused(tmp_path: Path) -> None:
    """A root that is a file gives a sentence, not a traceback."""
    (tmp_path / "root").write_text("x")
    with pytest.raises(RegistryError, match="cannot be opened"):
        open_registry(tmp_path / "root").register(an_entry(), promote=True)


def test_a_registry_in_use_is_waited_for(tmp_path: Path) -> None:
    """A transaction of half a second elsewhere delays a registration and does not fail it."""
    registry = open_registry(tmp_path)
    registry.register(an_entry("run-1"), promote=True)
    path = tmp_path / "registry.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as db:
        db.execute("BEGIN IMMEDIATE")
        threading.Timer(0.5, lambda: db.execute("COMMIT")).start()
        assert registry.register(an_entry("run-2"), promote=True).version == 2


def test_a_registry_in_use_for_too_long_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the busy timeout the message says what happened; reading went on all the time."""
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.2)
    registry = open_registry(tmp_path)
    registry.register(an_entry("run-1"), promote=True)
    with closing(sqlite3.connect(tmp_path / "registry.db", isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        with pytest.raises(RegistryError, match="in use by another process"):
            registry.register(an_entry("run-2"), promote=True)
        assert len(registry.records()) == 1


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    """When a page cannot be written, the message says so and the registry is as before."""
    registry = open_registry(tmp_path)
    registry.register(an_entry("run-1"), promote=True)
    body = """
import resource, signal, sys
from pathlib import Path
from unchurn.errors import RegistryError
from unchurn.registry import Entry, open_registry
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
big = {"words": "x" * 100_000}
entry = Entry("run-2", "runs/2", "b" * 64, "", "", "", {}, big, {"verdict": "passed"}, {})
try:
    open_registry(Path(sys.argv[1])).register(entry, promote=True)
except RegistryError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", body, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert "cannot be written" in done.stdout
    assert "Free some space" in done.stdout
    assert [record.version for record in registry.records()] == [1]
    assert registry.alias("champion") == 1


def test_a_full_disk_is_no_reason_not_to_read(tmp_path: Path) -> None:
    """SQLite's side files have no room; the registry says who is champion all the same."""
    open_registry(tmp_path).register(an_entry("run-1"), promote=True)
    body = """
import resource, signal, sys
from pathlib import Path
from unchurn.registry import open_registry
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
sys.stderr.write(str(open_registry(Path(sys.argv[1])).alias("champion")))
"""
    done = subprocess.run(
        [sys.executable, "-B", "-c", body, str(tmp_path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert done.stderr == "1"


UNPRIVILEGED = """
import os, sys
from pathlib import Path
from unchurn.errors import RegistryError
from unchurn.registry import Entry, open_registry
from unchurn.registry.migrate import scripts
scripts()  # while the package itself can still be read
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
root = Path(sys.argv[1])
registry = open_registry(root)
try:
    print(len(registry.records()), registry.alias("champion"))
except RegistryError as error:
    print("reading:", error)
entry = Entry("run-2", "runs/2", "b" * 64, "", "", "", {}, {}, {"verdict": "passed"}, {})
try:
    registry.register(entry, promote=True)
    print("registered")
except RegistryError as error:
    print("writing:", error)
"""


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A folder whose parents anybody may pass through; pytest's own are private."""
    place = tmp_path
    while place != Path(place.anchor) and os.access(place, os.W_OK):
        if place.stat().st_uid == os.getuid() and not place.stat().st_mode & 0o001:
            place.chmod(0o711)
        place = place.parent
    root = tmp_path / "root"
    root.mkdir()
    return root


def unprivileged(root: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED, str(root)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_a_read_only_folder_is_read_and_not_written(closed: Path) -> None:
    """Scoring from a read-only place works; registering there is refused, with the fix."""
    open_registry(closed).register(an_entry(), promote=True)
    (closed / "registry.db").chmod(0o444)
    closed.chmod(0o555)
    read, written, hint = unprivileged(closed)
    closed.chmod(0o755)
    assert read == "1 1"
    assert written.startswith(f"writing: The registry {closed / 'registry.db'} cannot be opened")
    assert "permissions" in hint


def test_a_read_only_folder_without_a_registry_is_refused(closed: Path) -> None:
    """There is nothing to read there, and nothing can be made."""
    closed.chmod(0o555)
    read, written, _ = unprivileged(closed)
    closed.chmod(0o755)
    assert read == "0 None"
    assert "cannot be opened" in written


def test_a_folder_without_read_permission_is_refused(closed: Path) -> None:
    """A closed folder gives a sentence for reading and for writing."""
    open_registry(closed).register(an_entry(), promote=True)
    closed.chmod(0o000)
    lines = unprivileged(closed)
    closed.chmod(0o755)
    assert [line.split(":")[0] for line in lines[::2]] == ["reading", "writing"]
    assert "permissions" in lines[1]
