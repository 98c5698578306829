"""A sheet of a workbook (.xlsx, .xlsm, .xlsb, .xls, .ods) as lines of CSV."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unchurn.artefacts import Finding
from unchurn.artefacts.schema import Epoch
from unchurn.errors import ConfigError, DataError, listing
from unchurn.tables.cells import number_text, stored
from unchurn.tables.sheets import choose, merged_findings
from unchurn.tables.workbook_size import money_findings, refuse_bomb, unreadable_findings

_ROWS, _END = 4_096, "\r\n"


@dataclass(frozen=True)
class Sheet:
    """A sheet by its exact name, and what has to be said about reading it.

    `serials` is what a bare number counts that stands for a day, by the workbook's own word.
    """

    name: str
    findings: tuple[Finding, ...]
    serials: Epoch = ""


def find_sheet(path: Path, sheet: str = "") -> Sheet:
    """Choose the sheet to read: the one named, whatever its case, or for "" the largest.

    Says which one is read where another might have been, and what cells cannot give. Raises
    `DataError` where the workbook is too large, damaged, locked or empty, `ConfigError` where it
    has no such sheet.
    """
    looked = refuse_bomb(path)
    found = list(unreadable_findings(path, looked))
    book = _opened(path)
    if not sheet:
        choice = choose(book, path)
        name, chosen = choice.name, choice.findings
    else:
        name, chosen = _named(list(book.sheet_names), path, sheet), ()
        if looked.merged:  # laid out once more, just to find where
            chosen = tuple(merged_findings(path, book.get_sheet_by_name(name)))
    found += money_findings(path, looked, name)
    return Sheet(name, (*found, *chosen), "excel-1904" if looked.from_1904 else "excel")


def sheet_lines(path: Path, name: str) -> Iterator[bytes]:
    """Yield the sheet of that exact name as CSV in UTF-8, a line a row, from its first row on.

    Numbers are written with the mark of `cells.stored`, whole ones without; days and moments as ISO text;
    true and false as such; formulas as the values that were saved with them. The workbook has
    passed `find_sheet`, which is what keeps one that is too large from being opened.
    """
    found = _opened(path).get_sheet_by_name(name)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator=_END)  # with LF alone a lone CR is not quoted
    yield _END.encode() * int(found.start[0] if found.start else 0)
    for number, row in enumerate(found.iter_rows(), start=1):
        cells = [_text(cell) for cell in row]
        if any(cells):
            writer.writerow(cells)
        else:
            stream.write(_END)
        if number % _ROWS == 0:
            yield stream.getvalue().encode()
            stream.seek(0)
            stream.truncate()
    yield stream.getvalue().encode()


def _opened(path: Path) -> Any:
    import python_calamine

    try:
        with path.open("rb") as stream:  # a path would be believed by its suffix
            return python_calamine.CalamineWorkbook.from_filelike(stream)
    except python_calamine.PasswordError as error:
        raise DataError(
            f"The workbook {path.name} is locked with a password.",
            "Save it without one, or as CSV.",
        ) from error
    except (python_calamine.CalamineError, OSError) as error:
        raise DataError(
            f"{path.name} cannot be read as a workbook: {error}.", "Save the sheet as CSV."
        ) from error


def _named(names: list[str], path: Path, sheet: str) -> str:
    alike = [name for name in names if name.strip().casefold() == sheet.strip().casefold()]
    if not alike:
        raise ConfigError(
            f"[data] sheet is {sheet!r}, and {path.name} has {listing(names, 12)}.",
            "Name one of them.",
        )
    return str(alike[0])


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return stored(number_text(cell))
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ")
    if isinstance(cell, datetime.timedelta):
        whole = int(cell.total_seconds())
        return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
