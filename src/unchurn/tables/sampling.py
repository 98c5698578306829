"""The first records of a text file, for finding out how it is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unchurn.tables.lines import Lines
from unchurn.tables.mending import Mender, Shape
from unchurn.tables.records import Grammar

RECORDS = 300
_LONGEST = 400
"""Characters of a number, at most: a pattern takes its time over thousands of blanks."""
_NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)*|[.,]\d+)([eE][+-]?\d+)?\s*%?\s*")


@dataclass(frozen=True)
class Sampled:
    """One record: its first line (from 0), how many it takes, its text's beginning, its cells.

    `sure` is false where its quotes did not add up.
    """

    line: int
    lines: int
    text: str
    cells: tuple[str, ...]
    sure: bool = True

    @property
    def width(self) -> int:
        """How many cells it has."""
        return len(self.cells)

    @property
    def filled(self) -> int:
        """How many of them are not blank."""
        return sum(bool(cell.strip()) for cell in self.cells)


def is_number(cell: str) -> bool:
    """Tell whether a cell is a plain number, whatever its marks."""
    bare = cell.strip()
    return len(bare) <= _LONGEST and _NUMBER.fullmatch(bare) is not None


def pattern_of(cell: str) -> str:
    """Return what a cell looks like, ``a9`` for ``C1007``: its words as a, its numbers as 9."""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", cell.strip()))


def sampled(
    lines: Lines, grammar: Grammar, most: int = RECORDS, free: bool = True
) -> list[Sampled]:
    """Read the first records, lines without anything in them passed over.

    `free` lets a record escape its quotes in the other way.
    """
    found: list[Sampled] = []
    for width in _widths(lines, grammar):
        read = _read(lines, Shape(grammar, width, free=free), most)
        if not found or covered(read, width) > covered(found, usual([r.width for r in found])):
            found = read
    return found


def covered(records: Sequence[Sampled], width: int) -> int:
    """Count the lines of records of one width that were read as the standard says."""
    return sum(record.lines for record in records if record.width == width and record.sure)


def _read(lines: Lines, shape: Shape, most: int) -> list[Sampled]:
    mender = Mender(lines, shape, final=True)
    found: list[Sampled] = []
    line = 0
    while line < len(lines) and len(found) < most:
        text, last = lines[line], line
        if text.strip():
            cells, last, sure = _cells(lines, line, shape.grammar, mender)
            shown = text[:1000].decode("utf-8", "replace")
            decoded = tuple(cell.decode("utf-8", "replace") for cell in cells)
            found.append(Sampled(line, last - line + 1, shown, decoded, sure))
        line = last + 1
    return found


def usual(widths: Sequence[int]) -> int:
    """Return the commonest width, 0 where there is none."""
    return Counter(widths).most_common(1)[0][0] if widths else 0


def names_columns(records: Sequence[Sampled], place: int) -> bool:
    """Tell whether a record is text above at least one column of numbers."""
    record = records[place]
    below = [each.cells for each in records[place + 1 :] if each.width == record.width]
    if not below or any(is_number(cell) for cell in record.cells) or record.filled < 2:
        return False
    for column, cell in enumerate(record.cells):
        present = [row[column] for row in below if row[column].strip()]
        if cell.strip() and present and sum(map(is_number, present)) >= 0.8 * len(present):
            return True
    return False


def _cells(
    lines: Lines, line: int, grammar: Grammar, mender: Mender
) -> tuple[Sequence[bytes], int, bool]:
    text = lines[line]
    if b'"' not in text and not (grammar.backslash and b"\\" in text):
        return text.split(grammar.mark), line, True
    read = grammar.read(text, 0)
    if read.state == "closed":
        return read.cells, line, True
    mended = mender.mended(line)
    if mended is None or mended.cells is None:
        return grammar.literal(text), line, False
    return mended.cells, mended.last, mended.how != "stray"


def _widths(lines: Lines, grammar: Grammar) -> list[int]:
    """Return what the width of a record may be: most lines', most records', the first line's."""
    widths = []
    for line in range(min(len(lines), RECORDS)):
        text = lines[line]
        if not text.strip():
            continue
        if b'"' not in text:
            widths.append(text.count(grammar.mark) + 1)
        elif (read := grammar.read(text, 0)).state == "closed":
            widths.append(len(read.cells))
    found = [usual(widths)]
    if b'"' in lines.text:
        found += [*widths[:1], usual(_strict_widths(lines, grammar))]
    return list(dict.fromkeys(found))


def _strict_widths(lines: Lines, grammar: Grammar) -> list[int]:
    widths: list[int] = []
    line = 0
    while line < len(lines) and len(widths) < RECORDS:
        read = grammar.read(lines.text, int(lines.starts[line]))
        if read.state == "closed":
            widths.append(len(read.cells))
            line = max(line, int(lines.holding(np.array([read.stop]))[0]))
        line += 1
    return widths
