"""Lines that are no plain record: read as their writer may have meant them, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from unchurn.tables.lines import Lines
from unchurn.tables.records import Cells, Grammar, Read

How = Literal["plain", "inner", "stray", "escaped", "trailing"]
OPEN_QUOTE = "a quote is opened and never closed"
_INNER = 50
"""Lines inside a quoted cell that are looked at to tell whether they are text or rows."""
_LONGEST = 256 << 20
_FEW = 3


@dataclass(frozen=True)
class Shape:
    """What a record of a file looks like.

    `width`: its cells; `spare`: whether rows end in one delimiter more than the header;
    `free`: whether the escape was found rather than given, so that a row may differ.
    """

    grammar: Grammar
    width: int
    spare: bool = False
    free: bool = True

    @property
    def cells(self) -> int:
        """Cells of a row as it is written."""
        return self.width + self.spare

    def fitted(self, cells: Cells) -> Cells | None:
        """Return cells brought to the width of a row, blank ones behind it taken off; or None."""
        if len(cells) == self.cells:
            return cells
        if self.spare and len(cells) == self.width:
            return [*cells, b""]
        if len(cells) > self.cells and not any(cell.strip() for cell in cells[self.cells :]):
            return None if self.spare else cells[: self.cells]
        return None


@dataclass(frozen=True)
class Mended:
    """A record from some line up to `last`; without `cells`, that one line cannot be read.

    `whole` is true of a line that cannot be read although its quotes are in order.
    """

    last: int
    cells: Cells | None
    how: How = "plain"
    reason: str = ""
    whole: bool = False


class Mender:
    """Reads single records of a part of a file; `final` where nothing follows it."""

    def __init__(self, lines: Lines, shape: Shape, final: bool) -> None:
        self._lines, self._shape, self._final = lines, shape, final
        other = Grammar(shape.grammar.mark, not shape.grammar.backslash)
        self._other = Shape(other, shape.width, shape.spare)

    def mended(self, line: int) -> Mended | None:
        """Read the record that begins in `line`; None where it may end behind this part."""
        found = self._strictly(line, self._shape)
        if found is None or found.cells is not None:
            return found
        if found.whole:  # its quotes are in order: it has too few cells, or too many
            return found
        text = self._lines[line]
        if self._shape.free and b"\\" in self._lines.text:
            other = self._strictly(line, self._other)
            if other is None:
                return None
            if other.cells is not None:
                return Mended(other.last, other.cells, "escaped")
        if b'"' in text:
            cells = self._shape.fitted(self._shape.grammar.literal(text))
            if cells is not None:
                return Mended(line, cells, "stray")
        return found

    def _strictly(self, line: int, shape: Shape) -> Mended | None:
        read = shape.grammar.read(self._lines.text, int(self._lines.starts[line]))
        if read.state == "open":
            return self._unclosed(line)
        last = int(self._lines.holding(np.array([read.stop]))[0])
        last = max(line, last)
        if read.state == "closed":
            cells = shape.fitted(read.cells)
            if cells is not None and (last == line or self._is_text(line, last)):
                return Mended(last, cells, self._how(read, cells))
        whole = read.state == "closed" and last == line
        return Mended(line, None, reason=self._reason(line, read, last), whole=whole)

    def _how(self, read: Read, cells: Cells) -> How:
        if read.inner:
            return "inner"
        return "plain" if len(read.cells) == len(cells) else "trailing"

    def _reason(self, line: int, read: Read, last: int) -> str:
        if read.state == "closed" and last == line:
            return self.ragged(len(read.cells))
        cells = len(self._shape.grammar.literal(self._lines[line]))
        return OPEN_QUOTE if cells == self._shape.cells else f"{self.ragged(cells)}; {OPEN_QUOTE}"

    def ragged(self, cells: int) -> str:
        """Say how many cells there are instead of how many."""
        word = "cell" if cells == 1 else "cells"
        return f"{cells} {word} instead of {self._shape.width}"

    def _unclosed(self, line: int) -> Mended | None:
        """A quote that is open at the end: wait for more of the file while it may be text."""
        held = len(self._lines.text) - int(self._lines.starts[line])
        if not self._final and held < _LONGEST:
            inner = len(self._lines) - line - 1
            if inner < _INNER or not self._are_rows(line + 1, line + 1 + _INNER):
                return None
        cells = len(self._shape.grammar.literal(self._lines[line]))
        return Mended(line, None, reason=f"{self.ragged(cells)}; {OPEN_QUOTE}")

    def _is_text(self, line: int, last: int) -> bool:
        """Tell whether the line ends of a quoted cell belong to it, or part rows of their own."""
        if self._shape.width == 1:
            return True
        if last > line + 1 and self._shape.width > 2 and self._are_rows(line + 1, last):
            # a line or two like rows, between two that are none: headers with line ends in them
            return last <= line + _FEW and not self._fits(line) and not self._fits(last)
        inner = self._fitting(line + 1, min(last, line + 1 + _INNER))
        all_fit = inner == min(last, line + 1 + _INNER) - line - 1
        return not (all_fit and self._fits(line) and self._fits(last))

    def _are_rows(self, first: int, last: int) -> bool:
        """Tell whether at least half of some lines have the width of a row by themselves."""
        last = min(last, first + _INNER)
        return 2 * self._fitting(first, last) >= last - first

    def _fitting(self, first: int, last: int) -> int:
        return sum(self._fits(line) for line in range(first, last))

    def _fits(self, line: int) -> bool:
        text = self._lines[line]
        if b'"' not in text:
            counts = text.count(self._shape.grammar.mark) + 1
            return counts in (self._shape.cells, self._shape.width)
        return self._shape.fitted(self._shape.grammar.literal(text)) is not None
