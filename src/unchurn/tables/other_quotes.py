"""Files whose cells stand between quotes that are not CSV's: ``'a','b'`` or ``“a”,“b”``."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from unchurn.tables.delimiters import DELIMITERS
from unchurn.tables.lines import lines_by

_PAIRS = ("''", "“”", "‘’", "„“", "””")
_LINES, _LOOKED = 200, 1 << 18
_ENOUGH = 0.9


def other_quotes(text: str, given: str) -> str:
    """Return the opening and the closing quote around all cells of nearly all lines, else ""."""
    lines = [line for line in text[:_LOOKED].splitlines()[: _LINES + 1] if line.strip()][:-1]
    if not lines or "\n" not in text:
        return ""
    for pair in _PAIRS:
        first, last = pair[0], pair[1]
        between = [last + mark + first for mark in ([given] if given else DELIMITERS)]
        around = [line for line in lines if len(line) > 2 and (line[0], line[-1]) == (first, last)]
        parted = max(sum(each in line for line in around) for each in between)
        if parted >= _ENOUGH * len(lines):
            return pair
    return ""


def requoted(pieces: Iterable[bytes], quotes: str) -> Iterator[bytes]:
    """Write CSV's quotes for those of a file; a quote of CSV's within a cell is doubled."""
    first, last = (each.encode() for each in quotes)
    marks = b"[" + b"".join(re.escape(mark.encode()) for mark in DELIMITERS) + b"]"
    edges = re.compile(
        rb"(?m)^" + first + rb"|" + last + rb"(?=\r?$)|" + last + rb"(" + marks + rb")" + first
    )
    rest = filter(None, pieces)
    begun = next(rest, b"")
    for lines in lines_by(b"\n", itertools.chain([begun], rest)):
        bare = edges.sub(_edge, lines.replace(b'"', b'""'))
        yield re.sub(rb"(?<=\w)''(?=\w)", b"'", bare) if quotes == "''" else bare


def _edge(found: re.Match[bytes]) -> bytes:
    return b'"' + found[1] + b'"' if found[1] else b'"'
