"""What programs leave at the beginning of a line, and is none of its first cell."""

from __future__ import annotations

import re

MARKS = (b"\xef\xbb\xbf", b"\x0c", b"\x1a")
"""A byte-order mark where files were put together, a page break, the end of a DOS file."""
_AT_BEGINNING = re.compile(rb"([\r\n])(?:\xef\xbb\xbf|\x0c|\x1a)+")


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
