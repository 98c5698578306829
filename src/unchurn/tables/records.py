"""One record of a CSV file: as the standard reads it, and as whoever wrote it may have meant it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Cells = list[bytes]
_FORMULA = re.compile(rb'\s*="(?:[^"]|"")*"\s*')
_ESCAPED = re.compile(rb'\\(["\\])|""')
_QUOTE = b'"'


@dataclass(frozen=True)
class Read:
    """`stop` is where the record's text ends; `inner` whether a bare cell holds a quote."""

    state: Literal["closed", "open", "broken"]
    cells: Cells
    stop: int
    inner: bool = False


@dataclass(frozen=True)
class Grammar:
    """How cells are told apart: `mark` between them, and whether a backslash escapes."""

    mark: bytes
    backslash: bool = False

    @cached_property
    def _bare(self) -> re.Pattern[bytes]:
        mark = re.escape(self.mark)
        if self.backslash:
            return re.compile(rb"(?:\\[\s\S]|[^%s\r\n\\])*\\?" % mark)
        return re.compile(rb"[^%s\r\n]*" % mark)

    @cached_property
    def _escaped_mark(self) -> re.Pattern[bytes]:
        return re.compile(rb'\\(%s|["\\\r\n])' % re.escape(self.mark))

    @cached_property
    def _blank(self) -> re.Pattern[bytes]:
        return re.compile(rb" *" if self.mark == b"\t" else rb"[ \t]*")

    def read(self, text: bytes, place: int) -> Read:
        """Read the record that begins at `place`, over several lines where its quotes say so.

        Quotes that do not stand at a cell's beginning are part of it.
        """
        cells: Cells = []
        inner = False
        while True:
            quote = self._skipped(text, place)
            if text[quote : quote + 1] == _QUOTE:
                close = self._close(text, quote + 1)
                if close < 0:
                    return Read("open", cells, len(text), inner)
                place = self._skipped(text, close + 1)
                if text[place : place + 1] not in (b"", self.mark, b"\n", b"\r"):
                    return Read("broken", cells, place, inner)
                cells.append(self._unquoted(text[quote + 1 : close]))
            else:
                cell, place = self._bare_cell(text, place)
                inner = inner or (_QUOTE in cell and not _FORMULA.fullmatch(cell))
                cells.append(cell)
            if text[place : place + 1] != self.mark:
                return Read("closed", cells, place, inner)
            place += 1

    def literal(self, line: bytes) -> Cells:
        """Read one line whose quotes do not add up: what closes nothing is part of its cell."""
        cells: Cells = []
        place = 0
        while True:
            quote = self._skipped(line, place)
            found = self._closed(line, quote)
            if found:
                cell, place = found
            else:
                stop = line.find(self.mark, place)
                stop = len(line) if stop < 0 else stop
                cell, place = _without_edges(line[place:stop]), stop
            cells.append(cell)
            if place >= len(line):
                return cells
            place += 1

    def _closed(self, line: bytes, quote: int) -> tuple[bytes, int] | None:
        if line[quote : quote + 1] != _QUOTE:
            return None
        close = self._close(line, quote + 1)
        if close < 0:
            return None
        after = self._skipped(line, close + 1)
        if line[after : after + 1] not in (b"", self.mark):
            return None
        return self._unquoted(line[quote + 1 : close]), after

    def _bare_cell(self, text: bytes, place: int) -> tuple[bytes, int]:
        found = self._bare.match(text, place)
        stop = found.end() if found else place
        cell = text[place:stop]
        if self.backslash and b"\\" in cell:
            cell = self._escaped_mark.sub(rb"\1", cell)
        return cell, stop

    def _skipped(self, text: bytes, place: int) -> int:
        found = self._blank.match(text, place)
        return found.end() if found else place

    def _close(self, text: bytes, begin: int) -> int:
        """Where the quote that ends a cell stands, or -1."""
        place = begin
        while (place := text.find(_QUOTE, place)) >= 0:
            if self.backslash and _is_escaped(text, begin, place):
                place += 1
            elif text[place + 1 : place + 2] == _QUOTE:
                place += 2
            else:
                return place
        return -1

    def _unquoted(self, cell: bytes) -> bytes:
        if self.backslash and b"\\" in cell:
            return _ESCAPED.sub(lambda found: found[1] or _QUOTE, cell)
        return cell.replace(b'""', _QUOTE)


def written(cells: Cells, mark: bytes) -> bytes:
    """Write a record as the standard says, without a line end."""
    if cells == [b""]:
        return b'""'
    return mark.join(_written(cell, mark) for cell in cells)


def _written(cell: bytes, mark: bytes) -> bytes:
    if _QUOTE in cell or mark in cell or b"\n" in cell or b"\r" in cell:
        return b'"' + cell.replace(_QUOTE, b'""') + b'"'
    return cell


def _is_escaped(text: bytes, begin: int, place: int) -> bool:
    slashes = place
    while slashes > begin and text[slashes - 1] == 0x5C:
        slashes -= 1
    return (place - slashes) % 2 == 1


def _without_edges(cell: bytes) -> bytes:
    """Take off quotes at both ends, which others inside do not allow to be read as quotes."""
    bare = cell.strip()
    if len(bare) > 2 and bare.startswith(_QUOTE) and bare.endswith(_QUOTE):
        return bare[1:-1].replace(b'""', _QUOTE)
    return cell
