"""A workbook with two tables says which was read; merged cells are named."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.workbook import find_sheet
from workbooks import workbook

NAMES = ("id", "plan", "calls")
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)
ROWS: list[tuple[Any, ...]] = [(f"C{n}", "pro", n) for n in range(30)]


def notes(folder: Path, book: bytes, sheet: str = "") -> dict[str, tuple[str, str]]:
    """Write a workbook, open it, and return what is said by code."""
    (folder / "t.xlsx").write_bytes(book)
    table = open_table("t.xlsx", Data(sheet=sheet), folder)
    return {each.code: (each.severity, each.words) for each in table.notes}


def with_xml(book: bytes, old: str, new: str) -> bytes:
    """Write the workbook anew with other XML wherever `old` stands."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(old.encode(), new.encode()))
    return made.getvalue()


@pytest.mark.parametrize("title", [[], [("Customers of the north",), ()]])
def test_two_sheets_of_one_table_are_a_warning(tmp_path: Path, title: list[Any]) -> None:
    """However small the other one is: both are named, and the flag that reads it."""
    book = workbook(North=[*title, NAMES, *ROWS], South=[NAMES, *ROWS[:3]], Help=[("read me",)] * 2)
    severity, words = notes(tmp_path, book)["sheet-chosen"]
    assert severity == "warning"
    assert "'North' was read" in words
    assert "'South' has the same columns" in words
    assert "'Help' has" not in words
    assert "--sheet" in words
    assert "sheet-chosen" not in notes(tmp_path, book, "south")


def test_two_sheets_of_one_size_are_a_warning(tmp_path: Path) -> None:
    """Another table that is as large may be the one that was meant."""
    book = workbook(A=[NAMES, *ROWS], B=[("x", "y", "z"), *ROWS[:20]])
    severity, words = notes(tmp_path, book)["sheet-chosen"]
    assert (severity, "'B' is about as large" in words) == ("warning", True)


def test_a_small_other_sheet_is_a_note(tmp_path: Path) -> None:
    """A legend is no table."""
    book = workbook(A=[NAMES, *ROWS], B=[("word", "meaning"), ("pro", "paid")])
    assert notes(tmp_path, book)["sheet-chosen"][0] == "note"


def test_a_hidden_sheet_that_is_read_is_a_warning(tmp_path: Path) -> None:
    """What nobody sees may be last year's."""
    book = workbook(Old=[NAMES, *ROWS], Shown=[("word", "meaning"), ("pro", "paid")])
    book = with_xml(book, 'name="Old"', 'name="Old" state="hidden"')
    severity, words = notes(tmp_path, book)["sheet-chosen"]
    assert (severity, "which is hidden" in words) == ("warning", True)


@pytest.mark.parametrize("sheet", ["", "a"])
def test_merged_cells_in_rows_are_named(tmp_path: Path, sheet: str) -> None:
    """Their value is the first row's alone; a title over columns takes nothing from rows."""
    rows = [("Customers",), NAMES, *ROWS]
    for at in (5, 6, 7, 11):
        rows[at] = (rows[at][0], None, rows[at][2])
    merged = '<mergeCells><mergeCell ref="A1:C1"/>{}</mergeCells></worksheet>'
    ranges = '<mergeCell ref="B5:B8"/><mergeCell ref="B11:B12"/>'
    title = with_xml(workbook(A=rows), "</worksheet>", merged.format(""))
    assert "merged-cells" not in notes(tmp_path, title, sheet)
    book = with_xml(workbook(A=rows), "</worksheet>", merged.format(ranges))
    severity, words = notes(tmp_path, book, sheet)["merged-cells"]
    assert severity == "warning"
    assert "2 merged ranges of the sheet 'A' of t.xlsx (the first is B5:B8)" in words
    assert "4 cells are read as blank" in words


def test_hidden_rows_are_said(tmp_path: Path) -> None:
    """A filter hides rows from a person and from nobody else; empty hidden rows are nothing."""
    book = workbook(A=[NAMES, *ROWS])
    for row in (5, 6, 9):
        book = with_xml(book, f'<row r="{row}">', f'<row r="{row}" spans="1:3" hidden="1">')
    book = with_xml(book, "</sheetData>", '<row r="99" hidden="1"/></sheetData>')
    severity, words = notes(tmp_path, book)["hidden-rows"]
    assert severity == "note"
    assert words.startswith("3 rows of t.xlsx are hidden")


def test_zeros_that_only_a_format_shows_are_said(tmp_path: Path) -> None:
    """0000123 in the sheet is 123 in its cell; text and other formats keep what they show."""
    book = workbook(A=[NAMES, *((n, "pro", n) for n in range(30))])
    padded = '<numFmts><numFmt numFmtId="164" formatCode="0000000"/></numFmts><cellXfs>'
    book = with_xml(book, "<cellXfs>", padded)
    book = with_xml(book, '<xf numFmtId="14"/>', '<xf numFmtId="14"/><xf numFmtId="164"/>')
    assert "zeros-shown" not in notes(tmp_path, book)
    for row in range(2, 12):
        book = with_xml(book, f'<c r="A{row}">', f'<c r="A{row}" s="2">')
    severity, words = notes(tmp_path, book)["zeros-shown"]
    assert (severity, words.split(" of ")[0]) == ("warning", "10 numbers")
    turned = with_xml(
        book, 'numFmtId="164" formatCode="0000000"', 'formatCode="000-00" numFmtId="164"'
    )
    typed = with_xml(turned, '<c r="A2" s="2">', '<c r="A2" s="2" t="n">')
    assert notes(tmp_path, typed)["zeros-shown"] == (severity, words)
    assert "zeros-shown" not in notes(tmp_path, with_xml(book, '"0000000"', '"#,##0.0000"'))


def test_long_numbers_of_ods_are_said(tmp_path: Path) -> None:
    """As in .xlsx: 15 digits are kept."""
    cells = "".join(
        f'<table:table-row><table:table-cell office:value-type="float" office:value="{number}"/>'
        '<table:table-cell office:value-type="float" office:value="1.5"/></table:table-row>'
        for number in (1234567890123456789, 123456789012345)
    )
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="a">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "t.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", content)
    found = {each.code: each.count for each in find_sheet(tmp_path / "t.ods").findings}
    assert found == {"digits-lost": 1}
