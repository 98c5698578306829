"""The copy beside the registry, and the ways back from a registry that is damaged or gone."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from unchurn.errors import RegistryError
from unchurn.registry import Entry, Record, Registry, open_registry, restore


def an_entry(run: str) -> Entry:
    passed = {"verdict": "passed"}
    bundle = sha256(run.encode()).hexdigest()
    return Entry(run, f"runs/{run}/model", bundle, "d", "c", "e", {}, {}, passed, {})


def fine(record: Record) -> None:
    """Load and score, without fault."""


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """Two versions, the first of them champion again."""
    made = open_registry(tmp_path)
    for run in ("run-1", "run-2"):
        made.register(an_entry(run), promote=True)
    made.rollback("ada", fine)
    return made


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[content.index(b"run-2")] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", [b"CREATE TRIGGER", b"TABLE moves", b"checksum"])
def test_names_that_are_no_text_any_more_are_damage(
    tmp_path: Path, registry: Registry, name: bytes
) -> None:
    """Where SQLite's own message cannot be decoded, it is told in words all the same."""
    path = tmp_path / "registry.db"
    content = bytearray(path.read_bytes())
    content[content.index(name)] ^= 128
    path.write_bytes(content)
    with pytest.raises(RegistryError, match="is damaged"):
        registry.records()
    assert restore(tmp_path).champion == 1


@pytest.mark.parametrize("how", ["damaged", "gone", "empty", "foreign", "cut"])
def test_the_copy_is_put_in_its_place(tmp_path: Path, registry: Registry, how: str) -> None:
    """Versions, audit and champion are as after the last change; a damaged file is kept."""
    path = tmp_path / "registry.db"
    before = registry.records(), registry.audit(), registry.alias("champion")
    spoil = {
        "damaged": lambda: damage(path),
        "gone": path.unlink,
        "empty": lambda: path.write_bytes(b""),
        "foreign": lambda: path.write_bytes(b"not a database"),
        "cut": lambda: path.write_bytes(path.read_bytes()[:5000]),
    }
    spoil[how]()
    for attempt in (registry.records, lambda: registry.register(an_entry("run-3"), promote=True)):
        with pytest.raises(RegistryError) as refused:
            attempt()  # type: ignore[operator]
        assert "unchurn registry restore" in refused.value.hint
    done = restore(tmp_path)
    assert (done.changed, done.versions, done.champion) == (True, 2, 1)
    assert (done.kept is None) == (how == "gone")
    assert (registry.records(), registry.audit(), registry.alias("champion")) == before
    assert registry.register(an_entry("run-3"), promote=True).version == 3


def test_a_sound_registry_is_left_alone(tmp_path: Path, registry: Registry) -> None:
    """Restoring by mistake takes nothing back."""
    (tmp_path / "registry.copy.db").write_bytes(b"older")
    before = (tmp_path / "registry.db").read_bytes()
    done = restore(tmp_path)
    assert (done.changed, done.words) == (
        False,
        "The registry is sound (2 versions, champion 1); nothing was changed.",
    )
    assert (tmp_path / "registry.db").read_bytes() == before


def test_a_copy_that_is_damaged_too_is_refused(tmp_path: Path, registry: Registry) -> None:
    """Nothing takes the place of the registry that was not verified."""
    for name in ("registry.db", "registry.copy.db"):
        damage(tmp_path / name)
    with pytest.raises(RegistryError, match=r"registry\.copy\.db is damaged"):
        restore(tmp_path)


def test_without_a_copy_the_way_out_is_said(tmp_path: Path) -> None:
    """There is nothing to restore from, and what is left to do is named."""
    with pytest.raises(RegistryError, match="There is no copy") as refused:
        restore(tmp_path)
    assert "[artefacts] root" in refused.value.hint


def test_version_1_is_not_given_again_over_older_runs(tmp_path: Path) -> None:
    """A root whose runs were registered has lost its registry, not never had one."""
    made = tmp_path / "runs" / "abc" / "version"
    made.mkdir(parents=True)
    (made / "version.json").write_text(json.dumps({"version": 4, "promoted": True}))
    registry = open_registry(tmp_path)
    for attempt in (
        lambda: registry.register(an_entry("run-9"), promote=True),
        lambda: registry.alias("champion"),
    ):
        with pytest.raises(RegistryError, match=r"gone or empty, although .* version 4"):
            attempt()
    assert not (tmp_path / "registry.db").exists()


def test_versions_that_the_copy_does_not_know_are_named(tmp_path: Path, registry: Registry) -> None:
    """A copy that could not be renewed says what it lacks."""
    made = tmp_path / "runs" / "abc" / "version"
    made.mkdir(parents=True)
    (made / "version.json").write_text(json.dumps({"version": 3}))
    (tmp_path / "registry.db").unlink()
    assert "It does not know version 3" in restore(tmp_path).words
