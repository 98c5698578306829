"""The SQLite registry under several processes, kills and hands that reach into the file."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest

from unchurn.errors import RegistryError
from unchurn.registry import Entry, Record, open_registry
from unchurn.registry.migrate import migrate, scripts
from unchurn.registry.rows import to_row

SCRIPT = """
import sys, time
from hashlib import sha256
from pathlib import Path
from unchurn.errors import RegistryError
from unchurn.registry import Entry, open_registry

registry = open_registry(Path(sys.argv[1]))

def register(name, promote=False):
    passed = {"verdict": "passed"}
    bundle = sha256(name.encode()).hexdigest()
    entry = Entry(name, f"runs/{name}/model", bundle, "d", "c", "e", {}, {}, passed, {})
    return registry.register(entry, promote)

def together():
    print("ready", flush=True)
    sys.stdin.readline()

def slow(record):
    time.sleep(0.2)
"""


def start(root: Path, body: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT + body, str(root), *arguments]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def run_together(children: list[subprocess.Popen[str]]) -> list[str]:
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    outputs = [child.communicate(timeout=3600) for child in children]
    assert [error for _, error in outputs if error] == []
    return [output.strip() for output, _ in outputs]


def an_entry(run: str) -> Entry:
    passed = {"verdict": "passed"}
    bundle = sha256(run.encode()).hexdigest()
    return Entry(run, f"runs/{run}/model", bundle, "d", "c", "e", {}, {}, passed, {})


def fine(record: Record) -> None:
    """Load and score, without fault."""


def test_nothing_is_created_by_looking(tmp_path: Path) -> None:
    """Opening and reading a registry that is not there leaves no folder and no file."""
    registry = open_registry(tmp_path / "root")
    assert (registry.records(), registry.alias("champion"), registry.audit()) == ((), None, ())
    assert not (tmp_path / "root").exists()


def test_eight_processes_register_eight_consecutive_versions(tmp_path: Path) -> None:
    """Eight doors that create the registry and register at once share no version and skip none."""
    body = "together(); print(register(sys.argv[2], promote=True).version)"
    found = run_together([start(tmp_path, body, f"run-{n}") for n in range(8)])
    assert sorted(map(int, found)) == list(range(1, 9))
    registry = open_registry(tmp_path)
    assert registry.alias("champion") == 8
    assert [move.version for move in registry.audit()] == list(range(1, 9))


def test_two_promotions_at_once_leave_a_consistent_audit(tmp_path: Path) -> None:
    """Both were checked against the same champion: one wins, the other is told who did."""
    registry = open_registry(tmp_path)
    for number in range(1, 4):
        registry.register(an_entry(f"run-{number}"), promote=False)
    body = """
together()
try:
    print(registry.promote(int(sys.argv[2]), "eve", "", slow).words)
except RegistryError as error:
    print(error.message)
"""
    said = run_together([start(tmp_path, body, "2"), start(tmp_path, body, "3")])
    champion = registry.alias("champion")
    moves = [move for move in registry.audit() if move.alias == "champion"]
    assert all(before.version == after.previous for before, after in pairwise(moves))
    assert moves[-1].version == champion
    refused = [words for words in said if "somebody else changed the champion" in words]
    assert len(moves) == 1 + len(said) - len(refused)
    assert len(refused) <= 1


def test_a_killed_process_leaves_a_sound_registry(tmp_path: Path) -> None:
    """kill -9 while registering: no version is half there, and the next process carries on."""
    body = """
known = len(registry.records())
print("ready", flush=True)
while True:
    known += 1
    register(f"run-{known}", promote=known % 2 == 0)
"""
    for pause in (0.0, 0.013, 0.031, 0.057, 0.1):
        child = start(tmp_path, body)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(pause)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        assert_sound(tmp_path)
    before = len(open_registry(tmp_path).records())
    assert open_registry(tmp_path).register(an_entry("last"), promote=True).version == before + 1


def assert_sound(root: Path) -> None:
    registry = open_registry(root)
    versions = [record.version for record in registry.records()]
    assert versions == list(range(1, len(versions) + 1))
    # Every version came with exactly one move, in the same transaction.
    assert [move.version for move in registry.audit()] == versions
    if versions:
        with closing(sqlite3.connect(root / "registry.db")) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE versions SET bundle_sha256 = 'x'",
        "DELETE FROM versions",
        "INSERT OR REPLACE INTO versions SELECT 1, 'new', bundle, bundle_sha256, data_sha256,"
        " config_sha256, code_sha256, environment, metrics, verdict, lineage, created_at,"
        " created_by, checksum FROM versions WHERE version = 1",
        "INSERT OR REPLACE INTO versions SELECT 9, run_id, bundle, bundle_sha256, data_sha256,"
        " config_sha256, code_sha256, environment, metrics, verdict, lineage, created_at,"
        " created_by, checksum FROM versions WHERE version = 1",
        "UPDATE moves SET by = 'nobody'",
        "DELETE FROM moves",
        "REPLACE INTO moves SELECT 1, alias, action, previous, version, at, 'x', reason, checksum"
        " FROM moves",
    ],
)
def test_versions_and_audit_cannot_be_rewritten(tmp_path: Path, statement: str) -> None:
    """The database itself refuses to change, delete or replace what was registered."""
    open_registry(tmp_path).register(an_entry("run-1"), promote=True)
    with (
        closing(sqlite3.connect(tmp_path / "registry.db")) as db,
        pytest.raises(sqlite3.IntegrityError, match="is never"),
    ):
        db.execute(statement)


def test_an_alias_cannot_point_at_a_version_that_is_not_there(tmp_path: Path) -> None:
    """Foreign keys hold on every connection the registry opens."""
    open_registry(tmp_path).register(an_entry("run-1"), promote=True)
    with closing(sqlite3.connect(tmp_path / "registry.db")) as db:
        db.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            db.execute(
                "INSERT INTO moves (alias, action, version, at, by, reason)"
                " VALUES ('champion', 'promote', 7, '', '', '')"
            )


def test_no_side_files_are_left_behind(tmp_path: Path) -> None:
    """Once nobody uses it, the registry is one file that can be copied, and its copy."""
    registry = open_registry(tmp_path)
    registry.register(an_entry("run-1"), promote=True)
    registry.records()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["registry.copy.db", "registry.db"]


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        ("UPDATE versions SET metrics = '{'", "row 1 of its versions is not as it was written"),
        ("UPDATE moves SET version = 1", "row 2 of its moves is not as it was written"),
        ("UPDATE aliases SET version = 1", "row 1 of its aliases is not as it was written"),
        ("DELETE FROM aliases", "its aliases are not where the last moves"),
        ("DELETE FROM moves WHERE number = 2", "2 versions, but 1 registrations"),
        ("DELETE FROM versions WHERE version = 1", "version 1 is not there"),
        ("ALTER TABLE moves RENAME COLUMN at TO when_", "no such column: at"),
    ],
)
def test_what_is_not_as_it_was_written_is_refused_in_words(
    tmp_path: Path, statements: str, words: str
) -> None:
    """A cell, a row, or a column that changed is told by whoever reads or writes; nothing moves."""
    registry = open_registry(tmp_path)
    for run in ("run-1", "run-2"):
        registry.register(an_entry(run), promote=True)
    with closing(sqlite3.connect(tmp_path / "registry.db", isolation_level=None)) as db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute(statements)
    attempts: tuple[Callable[[], object], ...] = (
        registry.records,
        registry.audit,
        lambda: registry.alias("champion"),
        lambda: registry.promote(1, "eve", "", fine),
        lambda: registry.register(an_entry("run-3"), promote=True),
    )
    for attempt in attempts:
        with pytest.raises(RegistryError, match=r"registry\.db is damaged") as refused:
            attempt()
        assert words in refused.value.message
        assert "unchurn registry restore" in refused.value.hint


def test_a_registry_without_checksums_is_given_them(tmp_path: Path) -> None:
    """One of the first format is brought up to date on opening, and is as sound as before."""
    path = tmp_path / "registry.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrate(db, scripts()[:1])
        for number in (1, 2):
            entry = an_entry(f"run-{number}")
            *values, _, _ = to_row(number, entry, "", "")
            db.execute(
                f"INSERT INTO versions VALUES ({', '.join('?' * 13)})", (*values, "then", "ada")
            )
            db.execute(
                "INSERT INTO moves VALUES (?, 'champion', 'register', ?, ?, 'then', 'ada', '')",
                (number, number - 1 or None, number),
            )
    registry = open_registry(tmp_path)
    assert [record.entry.run_id for record in registry.records()] == ["run-1", "run-2"]
    assert registry.alias("champion") == 2
    assert registry.rollback("eve", fine).version == 1
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT min(length(checksum)) FROM versions").fetchone() == (64,)


@pytest.mark.parametrize("privileged", [True, False])
def test_who_registers_is_known_without_a_name(privileged: bool) -> None:
    """In a container whose user has no name, the audit holds the user's number."""
    if os.getuid() != 0:
        pytest.skip("only root can become a user without a name")
    become = "" if privileged else "import os; os.setuid(54321)\n"
    body = "from unchurn.registry import current_user\n" + become + "print(current_user())"
    names = ("LOGNAME", "USER", "LNAME", "USERNAME")
    environment = {key: value for key, value in os.environ.items() if key not in names}
    done = subprocess.run(
        [sys.executable, "-c", body],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ("root" if privileged else "uid 54321")
