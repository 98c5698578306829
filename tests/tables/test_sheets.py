"""A workbook with two tables says which was read; merged cells are named."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.column_letters import letters_of, number_of
from unchurn.tables.stated import UNSTATED, Stated
from unchurn.tables.summary import survey
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


EUROS = "#,##0.00\\ [$€-407]"


def styled(folder: Path, formats: dict[int, str], **styles: int) -> dict[str, tuple[str, str]]:
    """What is said of a workbook with these formats, and cells of column C in the style of each."""
    codes = "".join(f'<numFmt numFmtId="{n}" formatCode="{code}"/>' for n, code in formats.items())
    book = workbook(Customers=[NAMES, *ROWS], Others=[("a", "b", "c"), *ROWS[:3]])
    made = "".join(f'<xf numFmtId="{n}"/>' for n in formats)
    book = with_xml(book, '<xf numFmtId="14"/>', f'<xf numFmtId="14"/><xf numFmtId="44"/>{made}')
    book = with_xml(book, "<cellXfs>", f"<numFmts>{codes}</numFmts><cellXfs>")
    for cell, style in styles.items():
        book = with_xml(book, f'<c r="{cell}">', f'<c r="{cell}" s="{style}">')
    return notes(folder, book, "Customers")


def test_currencies_that_only_formats_show_are_said(tmp_path: Path) -> None:
    """12 € and 12 $ in one column are two amounts; the numbers alone do not tell."""
    formats = {164: EUROS, 165: "&quot;$&quot;#,##0.00", 166: "0.0"}
    severity, words = styled(tmp_path, formats, C6=3, C7=3, C8=4, C9=5)["mixed-currencies"]
    assert severity == "warning"
    assert "Column C of the sheet 'Customers' of t.xlsx" in words
    assert "EUR (2 cells), USD (1 cell)" in words
    dollars = styled(tmp_path, formats, C6=3, C7=2)["mixed-currencies"][1]
    assert "EUR (1 cell), USD (1 cell)" in dollars


def test_one_currency_of_formats_is_nothing_to_say(tmp_path: Path) -> None:
    """In several formats, in two columns, or on cells of text."""
    formats = {164: EUROS, 165: "#,##0\\ &quot;€&quot;", 166: "[$$-409]#,##0"}
    assert "mixed-currencies" not in styled(tmp_path, formats, C6=3, C7=4)
    assert "mixed-currencies" not in styled(tmp_path, formats, C6=3, A7=5, B8=5)


def test_currencies_of_ods_are_said(tmp_path: Path) -> None:
    """There a cell names its currency itself."""
    rows = [("id", "fee"), *((n, "EUR") for n in range(4)), (9, "USD")]
    cells = "".join(
        f'<table:table-row><table:table-cell office:value-type="float" office:value="{n}"/>'
        f'<table:table-cell office:value-type="currency" office:currency="{sign}" office:value="1.5"/>'
        "</table:table-row>"
        for n, sign in rows[1:]
    )
    write_ods(tmp_path / "t.ods", cells)
    (found,) = find_sheet(tmp_path / "t.ods").findings
    assert (found.code, found.count) == ("mixed-currencies", 5)
    assert "Column B of the sheet 'a' of t.ods" in found.words


def test_a_workbook_that_counts_from_1904_says_so_itself(tmp_path: Path) -> None:
    """Days in the style of a date, and bare numbers in a column that is called one, are of its calendar."""
    rows = [
        ("id", "since", "start_date"),
        *((f"C{n}", f"2024-01-{n:02}", 43_859 + n) for n in range(1, 30)),
    ]
    for first, kept in (("1904", "2024-01-01"), ("1900", "2020-01-01")):
        book = workbook(A=rows)
        if first == "1904":
            book = with_xml(book, "<sheets>", '<workbookPr date1904="1"/><sheets>')
        (tmp_path / "t.xlsx").write_bytes(book)
        table = open_table("t.xlsx", Data(), tmp_path)
        found = survey(table, Data(), UNSTATED, Silent())
        column = found.columns[2]
        assert (column.column.kind, column.minimum[:4]) == ("date", kept[:4])
        assert "counted-days" not in [each.code for each in found.findings]


def test_workbooks_that_count_from_two_days_are_said(tmp_path: Path) -> None:
    """One table has one reading: the days of one of them would be four years off in silence."""
    rows = [("id", "start_date"), *((f"C{n}", 43_859 + n) for n in range(1, 30))]
    (tmp_path / "a.xlsx").write_bytes(workbook(A=rows))
    rows = [("id", "start_date"), *((f"D{n}", 42_859 + n) for n in range(1, 30))]
    book = with_xml(workbook(A=rows), "<sheets>", '<workbookPr date1904="1"/><sheets>')
    (tmp_path / "b.xlsx").write_bytes(book)
    table = open_table("*.xlsx", Data(), tmp_path)
    found = survey(table, Data(), UNSTATED, Silent())
    (said,) = [each for each in found.findings if each.code == "workbook-days"]
    assert (said.column, said.count, found.columns[1].column.epoch) == ("start_date", 58, "excel")
    assert "1,462 days later" in said.words
    stated = Stated(types={"start_date": "date"}, epochs={"start_date": "excel"})
    told = survey(table, Data(), stated, Silent()).findings
    assert "workbook-days" not in [each.code for each in told]


def write_ods(path: Path, rows: str) -> None:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="a">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", content)


def test_long_numbers_of_ods_are_said(tmp_path: Path) -> None:
    """As in .xlsx: 15 digits are kept."""
    cells = "".join(
        f'<table:table-row><table:table-cell office:value-type="float" office:value="{number}"/>'
        '<table:table-cell office:value-type="float" office:value="1.5"/></table:table-row>'
        for number in (1234567890123456789, 123456789012345)
    )
    write_ods(tmp_path / "t.ods", cells)
    found = {each.code: each.count for each in find_sheet(tmp_path / "t.ods").findings}
    assert found == {"digits-lost": 1}


def test_columns_are_numbered_and_lettered_alike() -> None:
    """As a spreadsheet does it: Z is followed by AA, and ZZ by AAA."""
    assert [letters_of(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert all(number_of(letters_of(place).encode()) == place + 1 for place in range(1_000))
