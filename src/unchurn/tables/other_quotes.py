"""Files whose cells stand between quotes that are not CSV's: ``'a','b'`` or ``“a”,“b”``, or between two of them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from unchurn.tables.delimiters import DELIMITERS
from unchurn.tables.lines import lines_by

Quotes = tuple[str, str]
NONE: Quotes = ("", "")
_TWICE, _ESCAPED = ('"""', '"""'), ('\\"', '\\"')
"""How cells stand that were quoted by two programs, or in text that was a program's."""
_PAIRS: tuple[Quotes, ...] = (
    ("'", "'"),
    ("“", "”"),
    ("‘", "’"),
    ("„", "“"),
    ("”", "”"),
    ("`", "`"),
    _TWICE,
    _ESCAPED,
)
_LINES, _LOOKED = 200, 1 << 18
_ENOUGH = 0.9


def other_quotes(text: str, given: str) -> Quotes:
    """Return the opening and the closing quote around all cells of nearly all lines, else `NONE`."""
    lines = [line for line in text[:_LOOKED].splitlines()[: _LINES + 1] if line.strip()][:-1]
    if not lines or "\n" not in text:
        return NONE
    for first, last in _PAIRS:
        between = [last + mark + first for mark in ([given] if given else DELIMITERS)]
        around = [line for line in lines if line.startswith(first) and line.endswith(last)]
        parted = max(sum(each in line for line in around) for each in between)
        if parted >= _ENOUGH * len(lines):
            return first, last
    return NONE


def requoted(pieces: Iterable[bytes], quotes: Quotes) -> Iterator[bytes]:
    """Write CSV's quotes for those of a file; a quote of CSV's within a cell is doubled."""
    first, last = (each.encode() for each in quotes)
    marks = b"[" + b"".join(re.escape(mark.encode()) for mark in DELIMITERS) + b"]"
    opens, closes = re.escape(first), re.escape(last)
    edges = re.compile(rb"(?m)^%b|%b(?=\r?$)|%b(%b)%b" % (opens, closes, closes, marks, opens))
    rest = filter(None, pieces)
    begun = next(rest, b"")
    for lines in lines_by(b"\n", itertools.chain([begun], rest)):
        if quotes == _ESCAPED:
            yield lines.replace(b'\\"', b'"')
        elif quotes == _TWICE:
            yield edges.sub(_edge, lines).replace(b'""""', b'""')
        else:
            bare = edges.sub(_edge, lines.replace(b'"', b'""'))
            yield re.sub(rb"(?<=\w)''(?=\w)", b"'", bare) if first == b"'" else bare


def _edge(found: re.Match[bytes]) -> bytes:
    return b'"' + found[1] + b'"' if found[1] else b'"'
