"""A model.tar.gz is opened as if a stranger had made it."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from job_trees import archive
from unchurn.artefacts import Params, verify
from unchurn.container import unpacking
from unchurn.container.unpacking import unpack_model
from unchurn.errors import ArtefactError

Add = Callable[[tarfile.TarFile], None]


def an_artefact(folder: Path) -> Path:
    Params([]).save(folder)
    return folder


def made(folder: Path, add: Add) -> Path:
    folder.mkdir(parents=True)
    with tarfile.open(folder / "model.tar.gz", "w:gz") as tar:
        add(tar)
    return folder


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> Add:
    def add(tar: tarfile.TarFile) -> None:
        info = tarfile.TarInfo(name)
        info.type, info.linkname, info.size = kind, link, 1 if kind == tarfile.REGTYPE else 0
        tar.addfile(info, io.BytesIO(b"x") if info.size else None)

    return add


def test_what_was_published_comes_back(tmp_path: Path) -> None:
    published = an_artefact(tmp_path / "params")
    given = archive(published, tmp_path / "given" / "model.tar.gz").parent
    assert verify(unpack_model(given, tmp_path / "out")) == verify(published)


def test_names_may_begin_with_a_point(tmp_path: Path) -> None:
    """SageMaker and `tar -C folder .` write ./manifest.json."""
    published = an_artefact(tmp_path / "params")
    given = made(tmp_path / "given", lambda tar: tar.add(published, arcname="."))
    assert unpack_model(given, tmp_path / "out") == tmp_path / "out"


@pytest.mark.parametrize(
    ("add", "words"),
    [
        (entry("../evil"), "outside"),
        (entry("/etc/evil"), "outside"),
        (entry("a/../../evil"), "outside"),
        (entry("link", tarfile.SYMTYPE, "/etc/passwd"), "neither a file nor a folder"),
        (entry("link", tarfile.LNKTYPE, "manifest.json"), "neither a file nor a folder"),
        (entry("pipe", tarfile.FIFOTYPE), "neither a file nor a folder"),
        (entry("device", tarfile.CHRTYPE), "neither a file nor a folder"),
    ],
)
def test_a_hostile_archive_is_refused(tmp_path: Path, add: Add, words: str) -> None:
    given = made(tmp_path / "given", add)
    with pytest.raises(ArtefactError, match=words):
        unpack_model(given, tmp_path / "out")
    assert not (tmp_path / "evil").exists()


def test_a_file_that_comes_twice_is_refused(tmp_path: Path) -> None:
    def add(tar: tarfile.TarFile) -> None:
        entry("manifest.json")(tar)
        entry("manifest.json")(tar)

    with pytest.raises(ArtefactError, match="twice"):
        unpack_model(made(tmp_path / "given", add), tmp_path / "out")


def test_size_and_number_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = archive(an_artefact(tmp_path / "params"), tmp_path / "given" / "model.tar.gz").parent
    monkeypatch.setattr(unpacking, "MOST_BYTES", 10)
    with pytest.raises(ArtefactError, match="more than 10 bytes"):
        unpack_model(given, tmp_path / "out")


@pytest.mark.parametrize("cut", [10, 100])
def test_a_truncated_archive_is_refused(tmp_path: Path, cut: int) -> None:
    given = archive(an_artefact(tmp_path / "params"), tmp_path / "given" / "model.tar.gz").parent
    path = given / "model.tar.gz"
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ArtefactError, match="cannot be read"):
        unpack_model(given, tmp_path / "out")


def test_a_changed_file_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    published = an_artefact(tmp_path / "params")
    (published / "params.json").write_text("[1]")
    given = archive(published, tmp_path / "given" / "model.tar.gz").parent
    with pytest.raises(ArtefactError, match="has changed since it was published"):
        unpack_model(given, tmp_path / "out")


def test_no_archive_is_said(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=r"There is no model\.tar\.gz"):
        unpack_model(tmp_path, tmp_path / "out")
