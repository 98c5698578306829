"""Which sheet of a workbook is the table, and what merged cells take from its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unchurn.artefacts import Finding
from unchurn.errors import DataError, counted, listing
from unchurn.tables.column_letters import letters_of

_AS_LARGE = 0.5
"""Share of the largest sheet's cells from which another one may be the table as well."""
_FIRST = 5
"""Filled rows of a sheet among which its header is sought."""
_TITLES = 3
"""Rows of a sheet in which cells are merged for a title."""


@dataclass(frozen=True)
class Choice:
    """A sheet by its exact name, and what has to be said about choosing it."""

    name: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Looked:
    """One worksheet: its cells, whether it is hidden, and rows that may be its header."""

    name: str
    cells: int
    hidden: bool
    headers: frozenset[tuple[str, ...]]
    merged: tuple[Finding, ...]


def choose(book: Any, path: Path) -> Choice:
    """Choose the largest sheet. Raises `DataError` where none holds a cell."""
    sheets = list(_looked_at(book, path))
    chosen = max(sheets, key=lambda each: each.cells, default=None)
    if chosen is None or not chosen.cells:
        raise DataError(f"{path.name} holds no cells.", "Name a workbook with a header and rows.")
    others = [each for each in sheets if each.cells > 1 and each is not chosen]
    if not others:
        return Choice(chosen.name, chosen.merged)
    which = "the largest, which is hidden" if chosen.hidden else "the largest"
    words = (
        f"{path.name}: the sheet {chosen.name!r} was read, {which}; the others are "
        f"{listing(each.name for each in others)} ([data] sheet, --sheet)."
    )
    told = [_also(each, chosen) for each in others if _is_table_too(each, chosen)]
    if told:
        words = f"{words} Of these {'; '.join(told)}: its customers are not read."
    doubted = bool(told) or chosen.hidden
    finding = Finding("sheet-chosen", "warning" if doubted else "note", words, count=len(others))
    return Choice(chosen.name, (finding, *chosen.merged))


def _is_table_too(other: _Looked, chosen: _Looked) -> bool:
    return bool(other.headers & chosen.headers) or other.cells >= _AS_LARGE * chosen.cells


def _also(other: _Looked, chosen: _Looked) -> str:
    same = "has the same columns" if other.headers & chosen.headers else "is about as large"
    return f"{other.name!r} {same}"


def _looked_at(book: Any, path: Path) -> Iterator[_Looked]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    for told in book.sheets_metadata:
        if told.typ == SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_name(told.name)
            cells = int(sheet.height) * int(sheet.width)
            hidden = told.visible != SheetVisibleEnum.Visible
            merged = tuple(merged_findings(path, sheet))
            yield _Looked(told.name, cells, hidden, frozenset(_headers(sheet)), merged)


def _headers(sheet: Any) -> Iterator[tuple[str, ...]]:
    """Yield rows of text among the first, which may name columns."""
    filled = 0
    for row in sheet.iter_rows():
        cells = [cell for cell in row if cell != ""]
        filled += bool(cells)
        if len(cells) > 1 and all(isinstance(cell, str) for cell in cells):
            yield tuple(sorted(cell.strip().casefold() for cell in cells))
        if filled == _FIRST:
            return


def merged_findings(path: Path, sheet: Any) -> Iterator[Finding]:
    """Say which merged cells leave rows of a sheet without what they show, titles left out."""
    ranges = [each for each in sheet.merged_cell_ranges or () if not _is_title(each, sheet)]
    if not ranges:
        return
    blank = sum((last - top + 1) * (right - left + 1) - 1 for (top, left), (last, right) in ranges)
    (top, left), (last, right) = ranges[0]
    first = f"{letters_of(left)}{top + 1}:{letters_of(right)}{last + 1}"
    words = (
        f"{counted(len(ranges), 'merged range')} of the sheet {sheet.name!r} of {path.name} (the first "
        f"is {first}): a value is in the first cell only, and {counted(blank, 'cell is', 'cells are')} "
        "read as blank. Unmerge them and fill each cell."
    )
    yield Finding("merged-cells", "warning", words, count=len(ranges))


def _is_title(merged: Any, sheet: Any) -> bool:
    (top, left), (_, right) = merged
    start = int(sheet.start[0]) if sheet.start else 0
    return bool(right > left and top - start < _TITLES)
