"""What programs leave at the beginning of a line, and at the end of a file, and is none of a cell."""

from __future__ import annotations

import re

MARKS = (b"\xef\xbb\xbf", b"\x0c", b"\x1a")
"""A byte-order mark where files were put together, a page break, the end of a DOS file."""
_AT_BEGINNING = re.compile(rb"([\r\n])(?:\xef\xbb\xbf|\x0c|\x1a)+")
_PADDING = 4096
"""Bytes at the end of a file that may be marks: old systems filled its last block with them."""
_AT_END = re.compile(rb"\x1a+([\r\n]*)\Z")


def has_marks(text: bytes) -> bool:
    """Tell quickly whether any is there at all."""
    found = any(mark[:1] in text for mark in MARKS)  # one byte is found ten times as fast as three
    return found and any(mark in text for mark in MARKS)


def count_marks(text: bytes, begins: bool) -> int:
    """Count the lines of a text that begin with marks, its first one where a line `begins` there."""
    if not has_marks(text):
        return 0
    return len(_AT_BEGINNING.findall(text)) + (begins and text.startswith(MARKS))


def without_marks(text: bytes, begins: bool = True) -> bytes:
    """Take marks off the lines of a text, and off its beginning where a line `begins` there."""
    if not has_marks(text):
        return text
    if begins:
        while mark := next((each for each in MARKS if text.startswith(each)), b""):
            text = text.removeprefix(mark)
    return _AT_BEGINNING.sub(rb"\1", text)


def without_end(text: bytes) -> bytes:
    """Take the end of a DOS file, Control-Z, off the end of a file's text, behind its last cell too."""
    return _AT_END.sub(rb"\1", text) if b"\x1a" in text[-_PADDING:] else text


def may_end(text: bytes) -> int:
    """Count the bytes at the end of a text that are a mark only where nothing follows them."""
    found = _AT_END.search(text, max(0, len(text) - _PADDING))
    return len(text) - found.start() if found else 0
