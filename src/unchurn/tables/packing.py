"""What a file is by its first bytes, and the text inside it as one stream.

A file's suffix is a hint for people. What it is packed in (gzip, zstd, bzip2, a ZIP archive with one
table in it) and whether it is a workbook is told by its bytes; a workbook's sheet is handed on
as CSV, so that titles, totals and blank rows are read by the same rules as in a text file.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal, cast

import pyarrow as pa

from unchurn.errors import ConfigError, DataError, listing

Packing = Literal["", "gzip", "zstd", "bzip2", "zip", "workbook"]
MOST_UNFOLDED = 4 << 30
"""Bytes that a member of an archive may unfold to."""
_MAGIC: tuple[tuple[bytes, Packing], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xd0\xcf\x11\xe0", "workbook"),
)
_SHEETS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_PIECE = 1 << 20
_DAMAGED = "Export or pack the file again from where it came."
DAMAGE = (gzip.BadGzipFile, EOFError, zlib.error, zipfile.BadZipFile, lzma.LZMAError)
"""What reading raises where packed bytes are not what they should be."""


class Chunks(io.RawIOBase):
    """A readable stream over pieces of bytes."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__()
        self._pieces = iter(pieces)
        self._left = b""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes (all where negative), b"" at the end."""
        while not self._left or size < 0:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._left += piece
        taken = self._left if size < 0 else self._left[:size]
        self._left = self._left[len(taken) :]
        return taken


def packing_of(path: Path) -> Packing:
    """Tell what a file is packed in, by its first bytes. Raises `ConfigError`, `DataError`."""
    first = beginning(path)
    for magic, found in _MAGIC:
        if first.startswith(magic):
            return found
    if not first.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ""
    with archive_at(path) as archive:
        names = set(archive.namelist())
    return "workbook" if names.intersection(_SHEETS) else "zip"


def beginning(path: Path, size: int = 16) -> bytes:
    """Return the first bytes of a file as it lies on disk. Raises `ConfigError`."""
    try:
        with path.open("rb") as stream:
            return stream.read(size)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}.", "Check the path and its permissions."
        ) from error


def open_unpacked(path: Path, sheet: str = "") -> BinaryIO:
    """Open the text of a file, whatever it is packed in; a workbook's sheet as CSV in UTF-8.

    A workbook has to be known to `find_sheet`, which refuses one that is too large to be opened
    and tells the name of the sheet.
    Raises `ConfigError` where it cannot be opened, `DataError` on archives that hold no table or
    several, and on damaged ones; reading may raise `DAMAGE` or `OSError`.
    """
    packing = packing_of(path)
    try:
        if packing == "gzip":
            return cast(BinaryIO, gzip.GzipFile(path, "rb"))
        if packing == "bzip2":
            return cast(BinaryIO, Chunks(_bzip2_pieces(path)))
        if packing == "zstd":
            return cast(BinaryIO, pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"))
        if packing == "zip":
            return _member(path)
        if packing == "workbook":
            from unchurn.tables.workbook import sheet_lines

            return cast(BinaryIO, Chunks(sheet_lines(path, sheet)))
        return path.open("rb")
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror or error}.",
            "Check the path and its permissions.",
        ) from error


def _bzip2_pieces(path: Path) -> Iterator[bytes]:
    """Unpack every stream of a file; `bz2` itself passes over what it does not know behind the first.

    Raises `EOFError` where the last one is cut, `OSError` where something else follows.
    """
    unpacked = bz2.BZ2Decompressor()
    with path.open("rb") as stream:
        while packed := stream.read(_PIECE):
            while packed:
                if unpacked.eof:
                    unpacked = bz2.BZ2Decompressor()
                yield unpacked.decompress(packed, _PIECE)
                while not unpacked.needs_input and not unpacked.eof:
                    yield unpacked.decompress(b"", _PIECE)
                packed = unpacked.unused_data if unpacked.eof else b""
    if not unpacked.eof:
        raise EOFError("it ends inside its last stream")


def inner_name(path: Path) -> str:
    """Name the text in a file as it would be called unpacked: by suffix, or in its archive."""
    packing = packing_of(path)
    if packing == "zip":
        with archive_at(path) as archive:
            return _only_member(path, archive).filename
    if packing in ("gzip", "zstd", "bzip2") and path.suffix.lower() in (".gz", ".zst", ".bz2"):
        return path.stem
    return path.name


@contextmanager
def archive_at(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive or a workbook. Raises `DataError` where it is damaged, while it is read too."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (*DAMAGE, OSError) as error:
        words = f"{path.name} is a ZIP archive or a workbook that is damaged or cut short: {error}."
        raise DataError(words, _DAMAGED) from error


def _only_member(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [each for each in archive.infolist() if not each.is_dir() and not _hidden(each)]
    if len(members) != 1:
        names = listing((each.filename for each in members), 6)
        raise DataError(
            f"{path.name} holds {len(members)} files{f' ({names})' if members else ''}; a ZIP "
            "archive is read where it holds one table.",
            "Unpack it, and name the file or the folder.",
        )
    member = members[0]
    if member.flag_bits & 1:
        raise DataError(f"{path.name} is locked with a password.", "Unpack it first.")
    if member.file_size > MOST_UNFOLDED:
        raise DataError(
            f"{member.filename} in {path.name} unfolds to {member.file_size:,} bytes; "
            f"{MOST_UNFOLDED:,} are read from a ZIP archive.",
            "Unpack it, or pack it with gzip or zstd.",
        )
    return member


def _hidden(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename).parts
    return "__MACOSX" in parts or parts[-1].startswith(".")


def _member(path: Path) -> BinaryIO:
    """Open the one member of an archive as a stream; nothing of it is written anywhere."""
    archive = zipfile.ZipFile(path)
    try:
        return cast(BinaryIO, archive.open(_only_member(path, archive)))
    except NotImplementedError as error:
        raise DataError(
            f"{path.name} is packed by a method that is not read: {error}.",
            "Unpack it, or pack it with gzip or zstd.",
        ) from error
