"""CSV → customers: split by hand where that is safe and short, as `score` reads it elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from unchurn.artefacts import Finding
from unchurn.errors import DataError
from unchurn.serve.limits import LIVE, Limits, check_size
from unchurn.serve.payloads import Sent, check_names
from unchurn.serve.refusals import Fault, Faults, RowError
from unchurn.serve.totals import total_words
from unchurn.tables.delimiters import DELIMITERS, announced
from unchurn.tables.footer_rows import says_total
from unchurn.tables.ledger import Ledger
from unchurn.tables.line_marks import without_end, without_marks
from unchurn.tables.lines import Lines, lines_of
from unchurn.tables.mending import Shape
from unchurn.tables.records import Grammar
from unchurn.tables.rows import Part, read_part

SHORT = 4_096
"""Bytes up to which splitting by hand is the cheaper way."""
BACKSLASH = "backslash"
_QUOTES = ("stray-quote", "inner-quote", "other-escape")
_WHOLE = "Give each row one cell a column; quote cells with commas."


@dataclass(frozen=True)
class Headers:
    """How a first line is told from a customer, and what the columns are where it is one.

    `header`: True, False, or None to look. `is_header` looks; `layout` names the columns of
    rows without a header by their number, or raises `DataError`.
    `escape` is `[data] escape`; where it is "" each row tells for itself.
    """

    header: bool | None
    is_header: Callable[[Sequence[str]], bool]
    layout: Callable[[int], tuple[str, ...]]
    escape: str = ""

    def named(self, first: Sequence[str]) -> tuple[tuple[str, ...], bool]:
        """Return the columns' names, and whether the first line held them."""
        has = self.is_header(first) if self.header is None else self.header
        names = tuple(first) if has else self.layout(len(first))
        check_size(1, len(names))
        check_names(names)
        return names, has

    def names_columns(self, first: Sequence[str]) -> bool:
        """Tell whether a first line, so parted, is a header of this model."""
        return self.header is not False and self.is_header(first)

    def grammar(self, mark: str) -> Grammar:
        """Say how cells are told apart."""
        return Grammar(mark.encode(), self.escape == BACKSLASH)

    def has_layout(self, first: Sequence[str]) -> bool:
        """Tell whether a first line, so parted, is a customer of this model."""
        try:
            return self.header is not True and bool(self.layout(len(first)))
        except DataError:
            return False


def read_csv(body: bytes, headers: Headers, faults: Faults, limits: Limits = LIVE) -> Sent:
    """Read separated values in UTF-8, as `score` reads a file. Blank lines are skipped.

    Commas, tabs, semicolons or bars part the cells: whichever gives the model's columns.
    Raises `DataError` where it is no table, `RowError` naming a row that does not fit,
    `RefusalError` beyond `limits`.
    """
    text = decoded(body)
    if len(body) <= SHORT and is_plain(text, headers.escape):
        first = text.lstrip("\r\n").partition("\n")[0].rstrip("\r")
        others = any(mark in first for mark in DELIMITERS if mark != ",")
        if not others or headers.names_columns(first.split(",")):
            return _split(text, headers, faults)
    return _parsed(text.encode(), headers, faults, limits)


def is_plain(text: str, escape: str = "") -> bool:
    """Tell whether commas and line ends are nothing but that."""
    if '"' in text or (escape == BACKSLASH and "\\" in text):
        return False
    return text.count("\r") == text.count("\r\n")


def decoded(body: bytes) -> str:
    """Decode UTF-8, byte-order marks and page breaks at the beginning of lines left out.

    Raises `RowError` naming the line and the cell that cannot be decoded.
    """
    body = without_end(without_marks(body))
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise _unreadable(body, error.start, "not UTF-8") from None
    if "\0" in text:
        raise _unreadable(body, body.index(b"\0"), "a NUL character")
    return text


def _unreadable(body: bytes, place: int, what: str) -> RowError:
    line = body.count(b"\n", 0, place) + 1
    cell = body.count(b",", body.rfind(b"\n", 0, place) + 1, place) + 1
    words = f"Line {line}, cell {cell}, holds {what}."
    return RowError(Fault(line, f"cell {cell}", words, "Send text as UTF-8."))


def _split(text: str, headers: Headers, faults: Faults) -> Sent:
    rows = [line.split(",") for line in text.replace("\r\n", "\n").split("\n") if line]
    if not rows:
        raise DataError("The body is empty.", "Send a header and a row, or a row.")
    names, has = headers.named(rows[0])
    good, numbers = [], []
    for number, row in enumerate(rows[has:], start=1):
        if len(row) == len(names) or not any(cell.strip() for cell in row[len(names) :] or "x"):
            good.append(row[: len(names)])
            numbers.append(number)
        else:
            faults.add(_ragged(number, row, len(names)))
    LIVE.check_rows(len(rows) - has)
    cells = zip(*good, strict=True) if good else [()] * len(names)
    columns = {n: pa.array(c, pa.string()) for n, c in zip(names, cells, strict=True)}
    return Sent(names, columns, numbers, placed=not has)


def _parsed(body: bytes, headers: Headers, faults: Faults, limits: Limits) -> Sent:
    lines = lines_of(body)
    filled = np.flatnonzero(lines.stops > lines.starts)
    if not len(filled):
        raise DataError("The body is empty.", "Send a header and a row, or a row.")
    begin, stated = int(filled[0]), announced(lines[int(filled[0])].decode())
    begin += bool(stated)
    if begin >= len(lines):
        raise DataError("The body is empty.", "Send a header and a row, or a row.")
    mark = stated or _mark(lines, begin, headers)
    grammar = headers.grammar(mark)
    cells, stop = _first(lines, begin, grammar)
    names, has = headers.named(cells)
    if has:
        begin = max(begin, int(lines.holding(np.array([stop]))[0])) + 1
    shape = Shape(grammar, len(names), free=not headers.escape)
    sent = _of_rows(lines, begin, shape, names, faults, limits)
    return replace(sent, placed=not has)


def _first(lines: Lines, begin: int, grammar: Grammar) -> tuple[list[str], int]:
    """Part the first record; return its cells and where it ends."""
    line, stop = lines[begin], int(lines.stops[begin])
    if b'"' not in line and not (grammar.backslash and b"\\" in line):
        return line.decode().split(grammar.mark.decode()), stop
    read = grammar.read(lines.text, int(lines.starts[begin]))
    if read.state != "closed":
        return [cell.decode() for cell in grammar.literal(line)], stop
    return [cell.decode() for cell in read.cells], read.stop


def _mark(lines: Lines, begin: int, headers: Headers) -> str:
    """Choose what parts the cells: what makes the first line a header, else a customer."""
    line = lines[begin]
    marks = [mark for mark in DELIMITERS if mark.encode() in line]
    if len(marks) < 2 and marks in ([], [","]):
        return ","
    for mark in sorted(marks, key=lambda mark: mark != ","):
        if headers.names_columns(_first(lines, begin, headers.grammar(mark))[0]):
            return mark
    for mark in marks:
        if headers.has_layout(_first(lines, begin, headers.grammar(mark))[0]):
            return mark
    return ","


def _of_rows(
    every: Lines,
    above: int,
    shape: Shape,
    names: tuple[str, ...],
    faults: Faults,
    limits: Limits,
) -> Sent:
    lines = every.part(above, len(every))
    limits.check_rows(int(np.count_nonzero(lines.stops > lines.starts)))
    if not len(lines):
        return Sent(names, {name: pa.array([], pa.string()) for name in names}, [])
    part = read_part(lines, shape, names, final=True)
    for place, line, reason in part.rejected:
        hint = _WHOLE
        words = f"Row {place + 1} has {reason}."
        if "instead of" not in reason:
            words = f"Row {place + 1}: {reason}."
        elif says_total(cells := part.text(line).split(shape.grammar.mark.decode())):
            words, hint = total_words(place + 1, cells)
        faults.add(Fault(place + 1, None, words, hint))
    arrays = dict(zip(names, part.cells.columns, strict=True))
    return Sent(names, arrays, (part.places + 1).tolist(), notes=_told(part, above))


def _told(part: Part, above: int) -> tuple[Finding, ...]:
    """Say what a file's reader says of its quotes; rows that it rejects are faults here."""
    ledger = Ledger("the body")
    ledger.begin()
    for what, found in part.told.items():
        ledger.tell(what, (found + above + 1).tolist())
    return tuple(each for each in ledger.findings if each.code in _QUOTES)


def _ragged(number: int, cells: Sequence[str], width: int) -> Fault:
    if says_total(cells):
        return Fault(number, None, *total_words(number, cells))
    size = f"{len(cells)} {'cell' if len(cells) == 1 else 'cells'}"
    return Fault(number, None, f"Row {number} has {size} instead of {width}.", _WHOLE)
