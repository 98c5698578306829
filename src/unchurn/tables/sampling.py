"""The first records of a text file, for finding out how it is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from unchurn.tables.lines import Lines
from unchurn.tables.mending import Mender, Shape
from unchurn.tables.records import Grammar

RECORDS = 300
_NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)*|[.,]\d+)([eE][+-]?\d+)?\s*%?\s*")


@dataclass(frozen=True)
class Sampled:
    """One record: its first line (from 0), how many it takes, its text's beginning, its cells."""

    line: int
    lines: int
    text: str
    cells: tuple[str, ...]

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
    return _NUMBER.fullmatch(cell) is not None


def sampled(lines: Lines, grammar: Grammar, most: int = RECORDS) -> list[Sampled]:
    """Read the first records, lines without anything in them passed over."""
    width = _usual_width(lines, grammar)
    mender = Mender(lines, Shape(grammar, width), final=True)
    found: list[Sampled] = []
    line = 0
    while line < len(lines) and len(found) < most:
        text, last = lines[line], line
        if text.strip():
            cells, last = _cells(lines, line, grammar, mender)
            shown = text[:1000].decode("utf-8", "replace")
            decoded = tuple(cell.decode("utf-8", "replace") for cell in cells)
            found.append(Sampled(line, last - line + 1, shown, decoded))
        line = last + 1
    return found


def usual(widths: Sequence[int]) -> int:
    """Return the commonest width, 0 where there is none."""
    return Counter(widths).most_common(1)[0][0] if widths else 0


def _cells(
    lines: Lines, line: int, grammar: Grammar, mender: Mender
) -> tuple[Sequence[bytes], int]:
    text = lines[line]
    if b'"' not in text and not grammar.backslash:
        return text.split(grammar.mark), line
    read = grammar.read(text, 0)
    if read.state == "closed":
        return read.cells, line
    mended = mender.mended(line)
    if mended is None or mended.cells is None:
        return grammar.literal(text, True), line
    return mended.cells, mended.last


def _usual_width(lines: Lines, grammar: Grammar) -> int:
    widths = []
    for line in range(min(len(lines), RECORDS)):
        text = lines[line]
        if not text.strip():
            continue
        if b'"' not in text:
            widths.append(text.count(grammar.mark) + 1)
        elif (read := grammar.read(text, 0)).state == "closed":
            widths.append(len(read.cells))
    return usual(widths)
