"""Whether registered files still are what was registered."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest

from unchurn.artefacts import Params
from unchurn.errors import ArtefactError
from unchurn.registry import (
    Entry,
    LocalModelStore,
    Registry,
    check_files,
    open_registry,
    verify_versions,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two registered bundles; any published artefact will do."""
    registry = open_registry(tmp_path)
    for run in ("run-1", "run-2"):
        digest = Params([{"name": run}]).save(tmp_path / "runs" / run / "model")
        passed = {"verdict": "passed"}
        entry = Entry(run, f"runs/{run}/model", digest, "d", "c", "e", {}, {}, passed, {})
        registry.register(entry, promote=True)
    return tmp_path


@pytest.fixture
def registry(root: Path) -> Registry:
    return open_registry(root)


def test_sound_files_have_no_problem(root: Path, registry: Registry) -> None:
    """Every version is named with its folder and is in order."""
    sound = {"ok": True, "problem": "", "hint": ""}
    assert verify_versions(registry, partial(check_files, root)) == {
        "versions": [
            {"version": 1, "bundle": "runs/run-1/model", **sound},
            {"version": 2, "bundle": "runs/run-2/model", **sound},
        ],
        "problems": 0,
    }


def test_one_flipped_byte_is_found(root: Path, registry: Registry) -> None:
    """The version and the file are named, and the other version is still in order."""
    path = root / "runs/run-2/model/params.json"
    path.write_bytes(path.read_bytes().replace(b"run-2", b"run-3"))
    found = verify_versions(registry, partial(check_files, root))
    assert found["problems"] == 1
    assert [each["ok"] for each in found["versions"]] == [True, False]
    assert "params.json has changed" in found["versions"][1]["problem"]


def test_a_bundle_replaced_as_a_whole_is_found(root: Path, registry: Registry) -> None:
    """Another artefact, valid in itself, is not the one that was registered."""
    shutil.rmtree(root / "runs/run-1/model")
    shutil.copytree(root / "runs/run-2/model", root / "runs/run-1/model")
    found = verify_versions(registry, partial(check_files, root))
    assert "is not what was registered as version 1" in found["versions"][0]["problem"]
    with pytest.raises(ArtefactError, match="not what was registered"):
        check_files(root, registry.get(1))


def test_a_bundle_edited_together_with_its_manifest_is_not_handed_out(
    root: Path, registry: Registry
) -> None:
    """A folder that is sound in itself is refused when the registry knows another hash."""
    folder = root / "runs/run-1/model"
    store = LocalModelStore(root)
    record = registry.get(1)
    assert store.folder(record) == folder
    Params([{"name": "another"}]).save(folder)
    assert Params.load(folder).configurations == [{"name": "another"}]
    with pytest.raises(ArtefactError, match="not what was registered as version 1"):
        store.folder(record)


def test_a_missing_bundle_is_found(root: Path, registry: Registry) -> None:
    """A deleted run is a problem of its version, not a traceback."""
    shutil.rmtree(root / "runs/run-1")
    found = verify_versions(registry, partial(check_files, root))["versions"][0]
    assert not found["ok"]
    assert "no manifest.json" in found["problem"]


def test_an_empty_registry_has_no_problem(tmp_path: Path) -> None:
    """Nothing registered, nothing wrong."""
    found = verify_versions(open_registry(tmp_path / "none"), partial(check_files, tmp_path))
    assert found == {"versions": [], "problems": 0}
