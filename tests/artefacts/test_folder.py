"""Artefact folders: saved whole, loaded only when every hash is right."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from unchurn.artefacts import Artefact, verify
from unchurn.artefacts.folder import Json, dump_json, file
from unchurn.errors import ArtefactError


@dataclass(frozen=True)
class Sample(Artefact):
    """One of each kind of file."""

    counts: Json = file("counts.json")
    table: Path = file("table.csv")
    parts: Path = file("parts/")


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A published sample's folder."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.ubj").write_bytes(b"booster")
    (tmp_path / "t.csv").write_text("x\n1\n")
    Sample({"b": 1, "a": [2]}, tmp_path / "t.csv", tmp_path / "in").save(tmp_path / "out")
    return tmp_path / "out"


def test_what_was_saved_is_loaded(sample: Path) -> None:
    """Plain data comes back equal, and files under their declared names."""
    loaded = Sample.load(sample)
    assert loaded.counts == {"a": [2], "b": 1}
    assert loaded.table == sample / "table.csv"
    assert (loaded.parts / "a.ubj").read_bytes() == b"booster"


def test_the_same_content_has_the_same_identity(sample: Path, tmp_path: Path) -> None:
    """An artefact's hash follows from its files alone, not from where it lies."""
    loaded = Sample.load(sample)
    assert loaded.save(tmp_path / "again") == verify(sample)


@pytest.mark.parametrize("name", ["counts.json", "table.csv", "parts/a.ubj"])
def test_one_changed_byte_is_refused_by_name(sample: Path, name: str) -> None:
    """A flipped byte is found before anything is parsed, and the file is named."""
    body = bytearray((sample / name).read_bytes())
    body[0] ^= 1
    (sample / name).write_bytes(bytes(body))
    with pytest.raises(ArtefactError, match=name):
        Sample.load(sample)


def test_a_missing_file_is_refused(sample: Path) -> None:
    """A file that went away is named."""
    (sample / "table.csv").unlink()
    with pytest.raises(ArtefactError, match=r"table\.csv is missing"):
        Sample.load(sample)


def test_a_file_that_was_slipped_in_is_refused(sample: Path) -> None:
    """A file the manifest does not list makes the artefact unusable."""
    (sample / "parts" / "extra.ubj").write_bytes(b"?")
    with pytest.raises(ArtefactError, match=r"extra\.ubj"):
        Sample.load(sample)


@pytest.mark.parametrize("name", ["../../secret", "/etc/hostname"])
def test_a_path_that_escapes_is_refused(sample: Path, name: str) -> None:
    """A manifest that points outside its folder is never followed."""
    (sample / "manifest.json").write_bytes(dump_json({"files": {name: "0" * 64}}))
    with pytest.raises(ArtefactError, match="outside its folder"):
        Sample.load(sample)


def test_a_link_in_place_of_a_file_is_refused(sample: Path, tmp_path: Path) -> None:
    """A symbolic link is not a published file, whatever it points to."""
    copy = tmp_path / "copy.csv"
    copy.write_bytes((sample / "table.csv").read_bytes())
    (sample / "table.csv").unlink()
    (sample / "table.csv").symlink_to(copy)
    with pytest.raises(ArtefactError, match="is missing"):
        Sample.load(sample)


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"files": 3}'])
def test_a_damaged_manifest_is_refused(sample: Path, body: bytes) -> None:
    """A manifest that is not a list of hashes is called damaged."""
    (sample / "manifest.json").write_bytes(body)
    with pytest.raises(ArtefactError, match="damaged"):
        verify(sample)


def test_not_a_number_is_never_written(tmp_path: Path) -> None:
    """NaN is not JSON and is refused where it would be written."""
    with pytest.raises(ValueError, match="JSON"):
        dump_json({"auc": float("nan")})
