"""Files in which every row is quoted as one cell."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from unchurn.tables.delimiters import DELIMITERS
from unchurn.tables.lines import lines_by

_WRAPPED = {
    b"\n": re.compile(rb'(?m)^"((?:[^"\n]|"")*)"\r?$'),
    b"\r": re.compile(rb'(?:\A|(?<=\r))"((?:[^"\r]|"")*)"(?=\r|\Z)'),
}
"""Lines that are one quoted cell, by what lines end in: a cell may hold a lone CR among LF."""
_LINES = 200
_ENOUGH = 0.9


def is_wrapped(text: str, given: str) -> bool:
    """Tell whether every data row is a single quoted cell that holds several."""
    lines = [line for line in text.splitlines()[: _LINES + 1] if line.strip()]
    rows = lines[1:-1] or lines[-1:]
    if not rows or not all(len(row) > 2 and row[0] == row[-1] == '"' for row in rows):
        return False
    csv.field_size_limit(1 << 30)  # the process-wide default refuses cells over 128 KB
    for delimiter in [given] if given else DELIMITERS:
        outer = [next(csv.reader([row], delimiter=delimiter)) for row in rows]
        inner = [next(csv.reader([cells[0]], delimiter=delimiter), []) for cells in outer]
        counts = Counter(map(len, inner))
        if all(len(cells) == 1 for cells in outer) and counts.most_common(1)[0][0] > 1:
            return counts.most_common(1)[0][1] >= _ENOUGH * len(rows)
    return False


def unwrapped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Take off the quotes of lines that are one quoted cell each."""
    rest = filter(None, pieces)
    first = next(rest, b"")
    end = b"\r" if b"\r" in first and b"\n" not in first else b"\n"
    for lines in lines_by(end, itertools.chain([first], rest)):
        yield _WRAPPED[end].sub(lambda found: found[1].replace(b'""', b'"'), lines)
