"""Archives travel whole and equal; a hostile one writes nothing."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path

import pytest

from unchurn.artefacts import Params, verify
from unchurn.artefacts.archive import extract, pack
from unchurn.errors import ArtefactError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "made"
    Params([{"name": "ünïcode — a"}]).save(made)
    (made / "boosters").mkdir()
    (made / "boosters" / "0.ubj").write_bytes(bytes(range(256)) * 1000)
    return made


def an_archive(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for member, body in members:
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))
    return path


def a_member(name: str, kind: bytes = tarfile.REGTYPE, to: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, to
    return member


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_was_packed_comes_back(folder: Path, tmp_path: Path) -> None:
    pack(folder, tmp_path / "model.tar.gz")
    extract(tmp_path / "model.tar.gz", tmp_path / "deep" / "back")
    assert contents(tmp_path / "deep" / "back") == contents(folder)


def test_equal_files_make_equal_bytes(folder: Path, tmp_path: Path) -> None:
    pack(folder, tmp_path / "one.tar.gz")
    for path in folder.rglob("*"):
        path.chmod(0o700)
        os.utime(path, (0, 0))
    pack(folder, tmp_path / "two.tar.gz")
    assert (tmp_path / "one.tar.gz").read_bytes() == (tmp_path / "two.tar.gz").read_bytes()


def test_an_artefact_verifies_after_its_journey(tmp_path: Path) -> None:
    digest = Params([]).save(tmp_path / "made")
    pack(tmp_path / "made", tmp_path / "model.tar.gz")
    extract(tmp_path / "model.tar.gz", tmp_path / "back")
    assert verify(tmp_path / "back") == digest


def test_names_that_begin_with_a_dot_slash_are_welcome(tmp_path: Path) -> None:
    """As ``tar czf model.tar.gz .`` writes them."""
    members = [(a_member(".", tarfile.DIRTYPE), b""), (a_member("./a/b.json"), b"{}")]
    extract(an_archive(tmp_path / "a.tar.gz", *members), tmp_path / "back")
    assert contents(tmp_path / "back") == {"a/b.json": b"{}"}


@pytest.mark.parametrize(
    ("member", "why"),
    [
        (a_member("a", tarfile.SYMTYPE, "b"), "neither a file nor a folder"),
        (a_member("a", tarfile.LNKTYPE, "fine"), "neither a file nor a folder"),
        (a_member("a", tarfile.CHRTYPE), "neither a file nor a folder"),
        (a_member("a", tarfile.FIFOTYPE), "neither a file nor a folder"),
        (a_member("/tmp/evil"), "outside its folder"),
        (a_member("a/../../evil"), "outside its folder"),
        (a_member("a\\..\\evil"), "outside its folder"),
        (a_member("./fine"), "twice"),
    ],
)
def test_a_hostile_member_is_refused_before_anything_is_written(
    tmp_path: Path, member: tarfile.TarInfo, why: str
) -> None:
    archive = an_archive(tmp_path / "a.tar.gz", (a_member("fine"), b"fine"), (member, b""))
    with pytest.raises(ArtefactError, match=why):
        extract(archive, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_too_many_bytes_are_refused(tmp_path: Path) -> None:
    archive = an_archive(tmp_path / "a.tar.gz", (a_member("a"), b"x" * 600), (a_member("b"), b"y"))
    extract(archive, tmp_path / "back", limit_bytes=601)
    with pytest.raises(ArtefactError, match="more than 600 bytes"):
        extract(archive, tmp_path / "other", limit_bytes=600)
    assert not (tmp_path / "other").exists()


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unchurn.artefacts.archive.LIMIT_FILES", 3)
    archive = an_archive(tmp_path / "a.tar.gz", *((a_member(f"{n}"), b"") for n in range(4)))
    with pytest.raises(ArtefactError, match="or 3 files"):
        extract(archive, tmp_path / "back")


def test_a_bomb_hidden_in_a_header_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An extended header is read before its member is seen; only the stream can bound it."""
    monkeypatch.setattr("unchurn.artefacts.archive.LIMIT_FILES", 3)
    member = a_member("a")
    member.pax_headers = {"comment": "x" * (1 << 20)}
    with pytest.raises(ArtefactError, match="more than 1,000 bytes"):
        extract(an_archive(tmp_path / "a.tar.gz", (member, b"")), tmp_path / "back", 1000)


@pytest.mark.parametrize("cut", ["half", "header", "text", "flipped", "empty"])
def test_a_damaged_archive_is_an_error_that_names_it(
    folder: Path, tmp_path: Path, cut: str
) -> None:
    archive = tmp_path / "model.tar.gz"
    pack(folder, archive)
    body = archive.read_bytes()
    flipped = bytes(
        [*body[: len(body) // 2], body[len(body) // 2] ^ 255, *body[len(body) // 2 + 1 :]]
    )
    damaged = {
        "half": body[: len(body) // 2],
        "header": gzip.compress(b"not a tar" * 100),
        "text": b"not even gzip",
        "flipped": flipped,
        "empty": b"",
    }
    archive.write_bytes(damaged[cut])
    with pytest.raises(ArtefactError, match=r"model\.tar\.gz cannot be read"):
        extract(archive, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_missing_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=r"nothing\.tar\.gz could not be read"):
        extract(tmp_path / "nothing.tar.gz", tmp_path / "back")


def test_a_folder_with_a_link_is_not_packed(folder: Path, tmp_path: Path) -> None:
    (folder / "link").symlink_to("/etc/hostname")
    with pytest.raises(ArtefactError, match="does not travel"):
        pack(folder, tmp_path / "model.tar.gz")
    assert not list(tmp_path.glob("*.tar.gz*"))
