"""One streaming pass over a text file's bytes: its hash, its encoding, and signs of damage."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from unchurn.errors import ConfigError, DataError
from unchurn.tables.cells import STORED_MARK
from unchurn.tables.encodings import Evidence, decoder_of
from unchurn.tables.line_marks import count_marks, without_end, without_marks
from unchurn.tables.packing import DAMAGE, open_unpacked, packing_of

CHUNK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN = (
    (b"PAR1", "a packed Parquet file", "Unpack it: Parquet is compressed by itself."),
    (b"ARROW1", "a packed Arrow file", "Unpack it: Arrow is compressed by itself."),
    (b"PK\x03\x04", "a ZIP archive inside another file", "Unpack it."),
    (b"\x1f\x8b", "packed twice", "Unpack it once."),
    (b"Obj\x01", "an Avro file", "Write it as Parquet."),
    (b"\x80\x04", "a pickle, which can run code when it is opened", "Write it as Parquet."),
    (b"\x80\x05", "a pickle, which can run code when it is opened", "Write it as Parquet."),
    (b"%PDF", "a PDF", "Export the table as CSV."),
    (b"SQLite format 3", "an SQLite database", "Export the table as CSV."),
    (b"version https://git-lfs", "a pointer of Git LFS", "Fetch the file itself: git lfs pull."),
)
_BINARY = (
    (b"ORC", "an ORC file"),
    (b"$FL", "an SPSS file"),
    (b"<stata_dta>", "a Stata file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\xfd7zXZ", "packed with xz"),
    (b"RDX", "an R file"),
    (b"X\n\0\0", "an R file"),
    (b"\0\1\0\0Standard", "an Access database"),
    (b"\0" * 12 + b"\xc2\xea\x81\x60", "a SAS file"),
)
"""What files with NUL bytes begin with; a table of text may begin with some of these."""
_WITHIN = ((257, b"ustar", "a tar archive"), (8, b"DUCK", "a DuckDB database"))
"""What stands at which byte of others."""
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<div")
_ELEMENT = re.compile(rb"<([A-Za-z][\w:.-]*)(?:\s[^<>]*)?>")
_PROGRAMS = (
    b"insert into ",
    b"create table ",
    b"drop table ",
    b"mysql dump ",
    b"postgresql database dump",
)
"""How dumps of databases begin, comment signs aside."""
_CONTROL = bytes(set(range(32)) - {1, 2, 9, 10, 11, 12, 13, 26, 27, 30, 31}) + b"\x7f"
"""Not those that part cells: Control-A, Control-B, the record and the unit separator; nor DOS's end."""
_NOT_IN_1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_TAIL = 1 << 16
_DAMAGED = "Export the file again from where it came."


@dataclass(frozen=True)
class Scan:
    """What a pass over the bytes found.

    `sha256` is of the bytes on disk; `encoding` a Python codec or `MIXED`; `guessed` is true where the
    encoding was found for bytes that are not UTF-8; `longest` is the longest line in
    bytes; `lines` counts lines; `tail` is the end of the text, as UTF-8; `sheet` is the one of a
    workbook that is read. `marks` counts lines that begin, or end the file, with what is none of a cell.
    """

    path: Path
    sha256: str
    size: int
    encoding: str
    guessed: bool
    longest: int
    lines: int = 0
    tail: bytes = b""
    sheet: str = ""
    marks: int = 0


def pieces(stream: BinaryIO, path: Path) -> Iterator[bytes]:
    """Read a stream in pieces of at most 1 MB. Raises `DataError` on damaged compression."""
    try:
        while piece := stream.read(CHUNK):
            yield piece
    except DAMAGE as error:
        raise DataError(f"{path.name} is damaged or cut short: {error}.", _DAMAGED) from error
    except OSError as error:
        why = error.strerror or error
        raise DataError(f"{path.name} cannot be read to its end: {why}.", _DAMAGED) from error


def _unread(error: UnicodeError) -> str:
    """Say which bytes are no text of an encoding, where the codec tells."""
    if not isinstance(error, UnicodeDecodeError):
        return "its first bytes are of another one"
    found = error.object[error.start : max(error.end, error.start + 1)][:4]
    return f"it holds {' '.join(f'{byte:02X}' for byte in found) or 'a broken end'}, which is no letter in it"


def _as_utf8(tail: bytes, encoding: str) -> bytes:
    """Decode the end of a file, whose first character may be cut."""
    return decoder_of(encoding, "replace").decode(tail, final=True).encode()


def scan_text(path: Path, encoding: str = "", sheet: str = "") -> Scan:
    """Pass over a text file once, whatever it is packed in; `sheet` is a workbook's.

    `encoding` is the user's; empty means found: by byte-order mark, else UTF-8, else by the
    letters (Windows-1252, where they say nothing). Raises `DataError` on an empty or binary file
    and on bytes that the encoding cannot decode, `ConfigError` on an unknown encoding.
    """
    with open_unpacked(path, sheet) as stream:
        begun = next(pieces(stream, path), b"").lstrip(b"\xef\xbb\xbf \t\r\n")
    first = begun[:64]
    if first.lower().startswith(_MARKUP) or (_ELEMENT.match(begun) and b"</" in begun):
        raise DataError(f"{path.name} is a web page or XML, not a table.", "Save it as CSV.")
    if first.lstrip(b"-/*! \t\r\n\xef\xbb\xbf").lower().startswith(_PROGRAMS):
        raise DataError(
            f"{path.name} is a dump of a database, in SQL.",
            "Load it, and export the table as CSV (psql --csv, mysql --batch, sqlite3 -csv).",
        )
    for magic, what, hint in _FOREIGN:
        if first.startswith(magic):
            raise DataError(f"{path.name} is {what}, not text.", hint)
    measured = _Measured(path, encoding, sheet)
    with open_unpacked(path, sheet) as stream:
        for piece in pieces(stream, path):
            measured.add(piece)
    return measured.result()


class _Measured:
    """State of one pass."""

    def __init__(self, path: Path, encoding: str, sheet: str) -> None:
        self.path = path
        self.sheet = sheet
        self.packed = bool(packing_of(path))
        self.stated = encoding
        self.size = self.longest = self.line = self.lines = self.marks = 0
        self.tail = self.first = b""
        self.encoding = ""
        self.undefined = False
        self.valid = True
        self.evidence = Evidence()
        self.digest = hashlib.sha256()

    def add(self, piece: bytes) -> None:
        if first := not self.size:
            self._begin(piece)
        self.size += len(piece)
        if not self.packed:
            self.digest.update(piece)
        text = self._decoded(piece)
        self._refuse_binary(text)
        self._count_marks(text, first)
        self._measure_lines(text)
        if not self.stated:
            self.undefined = self.undefined or any(byte in piece for byte in _NOT_IN_1252)
            self.evidence.look(piece)

    def _count_marks(self, text: bytes, first: bool) -> None:
        begins = self.tail.endswith((b"\n", b"\r"))
        if first:  # the mark of the file itself is no line's
            text = text.removeprefix(codecs.BOM_UTF8) if self.encoding == "utf-8" else text
            begins = True
        self.marks += count_marks(text, begins)

    def result(self) -> Scan:
        if not self.size:
            raise DataError(f"{self.path.name} is empty.", "Name a table with a header and rows.")
        self._finish()
        guessed = not self.valid
        encoding = self.encoding if self.valid else self.evidence.encoding(self.undefined)
        with self.path.open("rb") as stream:
            sha = hashlib.file_digest(stream, "sha256") if self.packed else self.digest
        longest = max(self.longest, self.line)
        tail = without_marks(self.tail if not guessed else _as_utf8(self.tail, encoding))
        marks, tail = self.marks + (without_end(tail) != tail), without_end(tail)
        if self.sheet:  # numbers as they stand in the sample of the beginning
            tail = tail.replace(STORED_MARK.encode(), b".")
        lines = self.lines + (not tail.endswith((b"\n", b"\r")))
        return Scan(
            self.path,
            sha.hexdigest(),
            self.size,
            encoding,
            guessed,
            longest,
            lines,
            tail,
            self.sheet,
            marks,
        )

    def _begin(self, piece: bytes) -> None:
        self.first = piece[:512]
        marked = next((name for bom, name in _BOMS if piece.startswith(bom)), "")
        self.encoding = self.stated or marked or "utf-8"
        if self.encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig", "ascii"):
            self.encoding = "utf-8"
        try:
            self.decoder = codecs.getincrementaldecoder(self.encoding)()
        except LookupError as error:
            raise ConfigError(
                f"[data] encoding is {self.stated!r}, which is not a text encoding.",
                "Use for example utf-8, utf-16, cp1252 or latin-1, or leave it empty.",
            ) from error

    def _decoded(self, piece: bytes) -> bytes:
        """Check the piece against the encoding; return it as UTF-8, or as it is once refuted."""
        if not self.valid:
            return piece
        try:
            text = self.decoder.decode(piece)
        except (UnicodeDecodeError, UnicodeError) as error:
            self._refute(error)
            return piece
        return piece if self.encoding == "utf-8" else text.encode("utf-8", "replace")

    def _finish(self) -> None:
        if self.valid:
            try:
                self.decoder.decode(b"", final=True)
            except (UnicodeDecodeError, UnicodeError) as error:
                self._refute(error)

    def _refute(self, error: UnicodeError) -> None:
        if self.stated or self.encoding != "utf-8":
            raise DataError(
                f"{self.path.name} is not {self.encoding}: {_unread(error)}.",
                "Leave [data] encoding empty, or name the right one.",
            ) from error
        self.valid = False

    def _known(self) -> str:
        inner = (what for place, magic, what in _WITHIN if self.first.startswith(magic, place))
        return next(
            (what for magic, what in _BINARY if self.first.startswith(magic)), next(inner, "")
        )

    def _refuse_binary(self, text: bytes) -> None:
        if b"\0" in text and (what := self._known()):
            raise DataError(
                f"{self.path.name} is {what}, not text.",
                "Unpack it, or write the table as Parquet or CSV.",
            )
        if b"\0" in text:
            raise DataError(
                f"{self.path.name} holds NUL bytes: it is binary, damaged, or UTF-16 without "
                "a byte-order mark.",
                'If it is UTF-16, set [data] encoding = "utf-16-le". ' + _DAMAGED,
            )
        controls = len(text) - len(text.translate(None, _CONTROL))
        if controls > 0.02 * len(text):
            raise DataError(
                f"{self.path.name} is not text: {controls:,} of {len(text):,} bytes are "
                "control characters.",
                _DAMAGED,
            )

    def _measure_lines(self, text: bytes) -> None:
        buffer = np.frombuffer(text, dtype=np.uint8)
        returns = text.count(b"\r")
        marks = buffer == 10
        if returns:
            marks |= buffer == 13
        ends = np.flatnonzero(marks)
        split = self.tail.endswith(b"\r") and text.startswith(b"\n")
        self.lines += len(ends) - (text.count(b"\r\n") if returns else 0) - split
        self.tail = text[-_TAIL:] if len(text) >= _TAIL else (self.tail + text)[-_TAIL:]
        if not len(ends):
            self.line += len(buffer)
            return
        inside = int(np.diff(ends).max()) if len(ends) > 1 else 0
        self.longest = max(self.longest, self.line + int(ends[0]), inside)
        self.line = len(buffer) - int(ends[-1])
