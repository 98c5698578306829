"""What a workbook would take in memory, and what it cannot give, by a look at its XML.

calamine lays a sheet out as one full rectangle, so that a single cell in the last row and column
(a blank typed by mistake, or malice) asks for 512 GB and ends the process. The parts of .xlsx and
.ods are passed over first, piece by piece, and the records of .xls and .xlsb.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from unchurn.artefacts import Finding
from unchurn.errors import DataError, counted
from unchurn.tables.binary_sheets import BINARY_BOOK, Reach, reach_of_xls, reach_of_xlsb
from unchurn.tables.column_letters import letters_of, number_of
from unchurn.tables.currencies import currency
from unchurn.tables.number_formats import Shown, formats_of
from unchurn.tables.packing import archive_at, beginning

MOST_BYTES = 1 << 30
"""Bytes that the parts of a workbook may unfold to."""
MOST_CELLS = 1 << 25
"""Cells of the rectangle around a sheet's cells: a million rows of 32 columns, 1 GB."""
_PIECE = 1 << 20
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>')
_ERROR = re.compile(
    rb'<(?:\w+:)?c [^>]*t="e"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>([^<]{1,20})</v>'
)
_UNSAVED = re.compile(
    rb'<(?:\w+:)?c (?![^>]*t="str")[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)(?:<v ?/>|<v></v>)?</(?:\w+:)?c>'
)
"""A formula of which no value was saved: so it is written by libraries that compute none."""
_LONG = re.compile(rb"<v>-?(?:\d{16,}(?:\.0*)?|\d\.\d{10,}[eE]\+?(?:1[5-9]|[2-9]\d))</v>")
_LONG_VALUE = re.compile(
    rb'office:value="-?(?:\d{16,}(?:\.0*)?|\d\.\d{10,}[eE]\+?(?:1[5-9]|[2-9]\d))"'
)
_HIDDEN = re.compile(rb'<(?:\w+:)?row [^>]*hidden="(?:1|true)"[^>]*(?<!/)>')
_FILTERED = re.compile(rb'table:visibility="(?:collapse|filter)"')
_TOKEN = re.compile(rb"<(table:table|table:table-row|table:(?:covered-)?table-cell)(?=[ />])[^>]*>")
_TABLE_NAME, _MONEY = re.compile(rb'table:name="([^"]*)"'), re.compile(rb'office:currency="(\w+)"')
_SHOWN = re.compile(
    rb'<(?:\w+:)?c (?=[^>]*?\br="([A-Z]{1,3})\d)(?=[^>]*?\bs="(\d+)")(?![^>]* t="[^n])[^>]*(?<!/)>'
)
"""The column and the style of a number."""
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})"')


@dataclass
class Looked:
    """`cells`: of the largest rectangle; `errors`: cells that are one, by what they say.

    `long`: numbers of more digits than are kept; `merged`: whether any cells are; `hidden`: rows
    with cells that are; `zeros`: numbers that are shown with zeros in front; `unsaved`: formulas
    without a value; `from_1904`: whether days count from that year. `money`: cells by sheet,
    column and the currency that only their format shows.
    """

    cells: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    long: int = 0
    merged: bool = False
    hidden: int = 0
    zeros: int = 0
    unsaved: int = 0
    from_1904: bool = False
    money: Counter[tuple[str, str, str]] = field(default_factory=Counter)


def refuse_bomb(path: Path) -> Looked:
    """Look at a workbook before it is opened. Of .xls and .xlsb only its size is known.

    Raises `DataError` where it unfolds to more than fits into memory, or is damaged.
    """
    if not beginning(path).startswith(b"PK"):
        _refuse_bytes(path, path.stat().st_size)
        return _of_reach(path, reach_of_xls(path.read_bytes()))
    with archive_at(path) as archive:
        _refuse_bytes(path, sum(each.file_size for each in archive.infolist()))
        return _looked(path, archive)


def _refuse_bytes(path: Path, size: int) -> None:
    if size > MOST_BYTES:
        raise DataError(
            f"The workbook {path.name} unfolds to {size:,} bytes; {MOST_BYTES:,} are read "
            "from a workbook, which has to be in memory as a whole.",
            "Save the sheet as CSV or Parquet.",
        )


def money_findings(path: Path, found: Looked, sheet: str) -> Iterator[Finding]:
    """Say which columns of a sheet are of several currencies by their formats alone."""
    columns = {column: Counter[str]() for name, column, _ in found.money if name == sheet}
    for (name, column, sign), cells in found.money.items():
        if name == sheet:
            columns[column][sign] += cells
    for column, signs in columns.items():
        if len(signs) > 1:
            told = ", ".join(f"{sign} ({counted(n, 'cell')})" for sign, n in signs.most_common(4))
            words = (
                f"Column {column} of the sheet {sheet!r} of {path.name} shows amounts in several currencies, "
                f"by their format alone: {told}. They are read as the bare numbers, not converted; put the "
                "currency into a column of its own."
            )
            yield Finding("mixed-currencies", "warning", words, count=signs.total())


def _looked(path: Path, archive: zipfile.ZipFile) -> Looked:
    """Pass over the sheets of an .xlsx or .ods. Raises `DataError` where one is too large."""
    if BINARY_BOOK in archive.namelist():
        return _of_reach(path, reach_of_xlsb(archive))
    shown = formats_of(archive)
    found = Looked(from_1904=shown.from_1904)
    for name in archive.namelist():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            _look_at_sheet(archive, name, found, shown)
        elif name == "content.xml":
            _look_at_tables(archive, name, found)
    _refuse_cells(path, found.cells)
    return found


def _of_reach(path: Path, reach: Reach) -> Looked:
    _refuse_cells(path, reach.cells)
    return Looked(reach.cells, merged=reach.merged, from_1904=reach.from_1904)


def _refuse_cells(path: Path, cells: int) -> None:
    if cells > MOST_CELLS:
        raise DataError(
            f"A sheet of {path.name} spans {cells:,} cells, from its first to its last; "
            f"{MOST_CELLS:,} are read from a workbook, which has to be in memory as a whole.",
            "Delete the rows and columns beyond the table (a single blank there counts), or save "
            "the sheet as CSV or Parquet.",
        )


def unreadable_findings(path: Path, found: Looked) -> Iterator[Finding]:
    """Say which cells arrive without what the sheet shows."""
    if found.errors:
        total = found.errors.total()
        most = ", ".join(f"{text} ({count:,})" for text, count in found.errors.most_common(3))
        are = counted(total, f"cell of {path.name} is an error", f"cells of {path.name} are errors")
        words = f"{are}, read as missing: {most}."
        yield Finding("error-cells", "note", words, count=total)
    if found.unsaved:
        are = counted(found.unsaved, "formula", "formulas")
        words = (
            f"{are} of {path.name} came without a saved value, read as missing: whatever wrote the "
            "workbook computes none. Open it in a spreadsheet and save it again."
        )
        yield Finding("unsaved-formulas", "warning", words, count=found.unsaved)
    if found.long:
        words = (
            f"{found.long:,} numbers of {path.name} have more than the 15 digits that a workbook "
            "keeps: ids among them are not what they were. Store them as text."
        )
        yield Finding("digits-lost", "warning", words, count=found.long)
    if found.zeros:
        words = (
            f"{counted(found.zeros, 'number')} of {path.name} may be shown with zeros in front that the "
            "cells do not hold: ids among them are read without. Store them as text."
        )
        yield Finding("zeros-shown", "warning", words, count=found.zeros)
    if found.hidden:
        where = f"of {path.name}"
        rows = counted(found.hidden, f"row {where} is hidden", f"rows {where} are hidden")
        words = f"{rows}, by a filter or by hand: read with the others."
        yield Finding("hidden-rows", "note", words, count=found.hidden)


def _look_at_sheet(archive: zipfile.ZipFile, name: str, found: Looked, shown: Shown) -> None:
    sheet, several = shown.sheets.get(name, ""), len(set(shown.money.values())) > 1
    last = widest = 0
    for piece in _tags(archive, name, b"</c>"):
        places = _CELL.findall(piece)
        for letters in {letters for letters, _ in places}:
            widest = max(widest, number_of(letters))
        last = max(last, max((int(row) for _, row in places), default=0))
        found.errors.update(each.decode("utf-8", "replace") for each in _ERROR.findall(piece))
        found.unsaved += len(_UNSAVED.findall(piece))
        found.long += len(_LONG.findall(piece))
        found.merged = found.merged or b"mergeCell " in piece
        found.hidden += len(_HIDDEN.findall(piece))
        found.zeros += len(shown.zeros.findall(piece)) if shown.zeros else 0
        for column, style in _SHOWN.findall(piece) if several else ():
            if style in shown.money:
                found.money[sheet, column.decode(), shown.money[style]] += 1
    found.cells = max(found.cells, last * widest)


def _look_at_tables(archive: zipfile.ZipFile, name: str, found: Looked) -> None:
    """Measure the tables of .ods, whose rows and cells say how often they are repeated."""
    row = last = widest = at = repeated = 0
    sheet = ""
    for piece in _tags(archive, name, b">"):
        found.long += len(_LONG_VALUE.findall(piece))
        found.merged = found.merged or b"-spanned=" in piece
        found.hidden += len(_FILTERED.findall(piece))
        for token in _TOKEN.finditer(piece):
            tag, times = token[1], _REPEATED.search(token[0])
            count = int(times[1]) if times else 1
            if tag == b"table:table":
                sheet = _first(_TABLE_NAME, token[0])
                row = last = widest = repeated = 0
            elif tag == b"table:table-row":
                row, at, repeated = row + repeated, 0, count
            else:
                at += count
                if sign := _first(_MONEY, token[0]):
                    found.money[sheet, letters_of(at - 1), currency(sign)] += 1
                if b"value-type=" in token[0]:
                    widest, last = max(widest, at), max(last, row + repeated)
            found.cells = max(found.cells, last * widest)


def _first(pattern: re.Pattern[bytes], tag: bytes) -> str:
    found = pattern.search(tag)
    return html.unescape(found[1].decode("utf-8", "replace")) if found else ""


def _tags(archive: zipfile.ZipFile, name: str, end: bytes) -> Iterator[bytes]:
    """Yield a part in pieces that end where a tag does."""
    left = b""
    with archive.open(name) as stream:
        while piece := stream.read(_PIECE):
            left += piece
            cut = left.rfind(end) + len(end)
            if cut >= len(end):
                yield left[:cut]
                left = left[cut:]
    yield left
