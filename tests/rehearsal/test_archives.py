"""A model travels as a tar of plain files: alike for alike, and opened as if a stranger had made it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from rehearsal.archives import extract, pack
from rehearsal.errors import ArchiveError


def _archive(path: Path, *members: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for member in members:
            tar.addfile(member, io.BytesIO(b"x" * member.size))
    return path


def _member(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc/passwd" if kind == tarfile.SYMTYPE else ""
    return member


def test_what_is_packed_comes_out_again_and_is_the_same_each_time(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "code").mkdir(parents=True)
    (source / "model.json").write_text("{}")
    (source / "code" / "run.sh").write_text("#!/bin/sh\n")
    (source / "code" / "run.sh").chmod(0o755)
    (source / "link.json").symlink_to("model.json")
    for name in ("one.tar.gz", "two.tar.gz"):
        pack(source, tmp_path / name)
    assert (tmp_path / "one.tar.gz").read_bytes() == (tmp_path / "two.tar.gz").read_bytes()
    extract(tmp_path / "one.tar.gz", tmp_path / "out")
    assert (tmp_path / "out/link.json").read_text() == "{}"
    assert (tmp_path / "out/code/run.sh").stat().st_mode & 0o111
    assert not (tmp_path / "out/model.json").stat().st_mode & 0o111


@pytest.mark.parametrize(
    ("member", "words"),
    [
        (_member("../out.txt"), "a path outside its folder"),
        (_member("/out.txt"), "a path outside its folder"),
        (_member("link", tarfile.SYMTYPE), "neither a file nor a folder"),
        (_member("pipe", tarfile.FIFOTYPE), "neither a file nor a folder"),
    ],
)
def test_what_leads_outside_is_refused(tmp_path: Path, member: tarfile.TarInfo, words: str) -> None:
    with pytest.raises(ArchiveError, match=words):
        extract(_archive(tmp_path / "bad.tar.gz", member), tmp_path / "in" / "out")
    assert not list((tmp_path / "in").rglob("*.txt"))


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\x00cut"])
def test_a_damaged_archive_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.tar.gz").write_bytes(content)
    with pytest.raises(ArchiveError, match=r"bad\.tar\.gz cannot be read"):
        extract(tmp_path / "bad.tar.gz", tmp_path / "out")
