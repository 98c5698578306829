"""Text files of any encoding as streams of UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from unchurn.tables.cells import STORED_MARK
from unchurn.tables.encodings import decoder_of
from unchurn.tables.line_marks import MARKS, may_end, without_end, without_marks
from unchurn.tables.packing import open_unpacked
from unchurn.tables.scan import CHUNK, Scan, pieces

_UNDECODABLE = "replace"  # lone surrogates only: everything else was refused by the scan


def utf8_pieces(scan: Scan) -> Iterator[bytes]:
    """Read a scanned file as pieces of UTF-8, without byte-order marks and page breaks."""
    if not scan.marks:
        yield from _decoded(scan)
        return
    left, begins = b"", True
    for piece in _decoded(scan):
        text = left + piece
        # half a mark waits for the rest of it, the end of a DOS file for what may follow
        cut = next((n for n in (1, 2) if MARKS[0].startswith(text[-n:])), 0) if text else 0
        cut = cut or may_end(text)
        left, text = (text[len(text) - cut :], text[: len(text) - cut]) if cut else (b"", text)
        if cleaned := without_marks(text, begins):
            yield cleaned
            begins = cleaned.endswith((b"\n", b"\r"))
    if left := without_end(without_marks(left, begins)):
        yield left


def _decoded(scan: Scan) -> Iterator[bytes]:
    """Read a scanned file as pieces of UTF-8 without the mark at its beginning."""
    # what a guess cannot read is replaced, as everywhere; a stated encoding was proved by the scan
    decoder = decoder_of(scan.encoding, "replace" if scan.guessed else "strict")
    with open_unpacked(scan.path, scan.sheet) as stream:
        if scan.encoding == "utf-8":  # the scan has decoded it once
            yield next(pieces(stream, scan.path), b"").removeprefix(codecs.BOM_UTF8)
            yield from pieces(stream, scan.path)
            return
        for piece in pieces(stream, scan.path):
            yield decoder.decode(piece).encode("utf-8", _UNDECODABLE)
        yield decoder.decode(b"", final=True).encode("utf-8", _UNDECODABLE)


def sample_text(scan: Scan) -> tuple[str, bool]:
    """Return the beginning of a file, and whether that is the whole of it.

    At least 256 KB and two of the longest lines, at most 16 MB. The numbers of a workbook have
    a point.
    """
    wanted = min(16 * CHUNK, max(CHUNK // 4, 2 * scan.longest + 2))
    taken = b""
    for piece in utf8_pieces(scan):
        taken += piece
        if len(taken) > wanted:
            return _plain(taken[:wanted].decode("utf-8", "ignore"), scan), False
    return _plain(taken.decode("utf-8"), scan), True


def _plain(text: str, scan: Scan) -> str:
    return text.replace(STORED_MARK, ".") if scan.sheet else text
