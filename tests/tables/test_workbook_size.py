"""What a workbook's XML says before it is opened: its size, its errors, its long numbers."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.number_formats import formats_of
from unchurn.tables.workbook import find_sheet
from workbooks import workbook

_ROWS = [("id", "x"), ("A1", 1), ("A2", 2)]


def changed(book: bytes, old: str, new: str) -> bytes:
    """The workbook with other XML in its first sheet."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("s1.xml"):
                content = content.replace(old.encode(), new.encode())
            target.writestr(name, content)
    return made.getvalue()


def test_one_cell_in_the_last_corner_is_refused(tmp_path: Path) -> None:
    """The rectangle around the cells would not fit into memory: words, not an abort."""
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    (tmp_path / "t.xlsx").write_bytes(changed(workbook(D=_ROWS), "</sheetData>", far))
    for sheet in ("", "D"):
        with pytest.raises(DataError, match=r"spans 17,179,869,184 cells(?s:.*)CSV or Parquet"):
            open_table("t.xlsx", Data(sheet=sheet), tmp_path)


def test_parts_that_unfold_to_too_much_are_refused_before_anything_is_unfolded(
    tmp_path: Path,
) -> None:
    """The archive's own list says how large they are."""
    book = workbook(D=_ROWS)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        size = archive.getinfo("xl/worksheets/s1.xml").file_size
    (tmp_path / "t.xlsx").write_bytes(book.replace(struct.pack("<I", size), b"\0\0\0\x80"))
    with pytest.raises(DataError, match="unfolds to 2,147,4"):
        open_table("t.xlsx", Data(), tmp_path)


def test_what_is_said_of_a_sheet_is_told_when_it_is_chosen(tmp_path: Path) -> None:
    """The name is the workbook's own, whatever was asked for."""
    (tmp_path / "t.xlsx").write_bytes(workbook(Now=_ROWS, Then=_ROWS[:2]))
    assert find_sheet(tmp_path / "t.xlsx", " then ").name == "Then"
    assert find_sheet(tmp_path / "t.xlsx", " then ").findings == ()
    chosen = find_sheet(tmp_path / "t.xlsx")
    assert chosen.name == "Now"
    assert [found.code for found in chosen.findings] == ["sheet-chosen"]


def test_formatted_cells_without_a_value_do_not_count(tmp_path: Path) -> None:
    """Whole columns that were only coloured are no part of the table."""
    styled = '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    (tmp_path / "t.xlsx").write_bytes(changed(workbook(D=_ROWS), "</sheetData>", styled))
    assert open_table("t.xlsx", Data(), tmp_path).columns == ("id", "x")


def test_a_repeated_value_in_ods_is_measured(tmp_path: Path) -> None:
    """An .ods file says a million rows in a few bytes."""
    cell = '<table:table-cell table:number-columns-repeated="1000" office:value-type="float"/>'
    rows = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    with zipfile.ZipFile(tmp_path / "t.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f'<table:table table:name="a">{rows}</table:table>')
    with pytest.raises(DataError, match="spans 1,000,000,000 cells"):
        open_table("t.ods", Data(), tmp_path)


def test_errors_and_long_numbers_are_said(tmp_path: Path) -> None:
    """#N/A arrives as a blank, and a workbook keeps 15 digits of an id that is a number."""
    book = workbook(D=[("id", "x"), (1234567890123456789, 1.5), (1234567890123456790, 2.5)])
    book = changed(book, '<c r="B3"><v>2.5</v></c>', '<c r="B3" t="e"><v>#N/A</v></c>')
    (tmp_path / "t.xlsx").write_bytes(book)
    notes = {note.code: note for note in open_table("t.xlsx", Data(), tmp_path).notes}
    assert "#N/A (1)" in notes["error-cells"].words
    assert notes["digits-lost"].count == 2


@pytest.mark.parametrize("value", ["", "<v></v>", "<v />"])
def test_formulas_without_a_saved_value_are_said(tmp_path: Path, value: str) -> None:
    """Libraries write formulas and compute none; a text formula that gives nothing is a blank."""
    book = workbook(D=[("id", "x", "y"), (1, 1.5, 2), (2, 2.5, 3)])
    book = changed(book, '<c r="B3"><v>2.5</v></c>', f'<c r="B3"><f>1+1.5</f>{value}</c>')
    book = changed(book, '<c r="C3"><v>3</v></c>', '<c r="C3" t="str"><f>""</f><v></v></c>')
    (tmp_path / "t.xlsx").write_bytes(book)
    (told,) = open_table("t.xlsx", Data(), tmp_path).notes
    assert (told.code, told.severity, told.count) == ("unsaved-formulas", "warning", 1)


def test_ordinary_numbers_lose_nothing(tmp_path: Path) -> None:
    """Fractions with many decimals and ids of 15 digits need no warning."""
    rows = [("id", "x"), (123456789012345, 0.30000000000000004), (123456789012346, 1234.5)]
    (tmp_path / "t.xlsx").write_bytes(workbook(D=rows))
    assert open_table("t.xlsx", Data(), tmp_path).notes == []


def test_a_part_whose_bytes_are_damaged_is_told_in_words(tmp_path: Path) -> None:
    """The look at a sheet meets the damage first, before the workbook is opened."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(D=_ROWS))) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name))
    whole = packed.getvalue()
    start = whole.index(b"xl/worksheets/s1.xml") + len(b"xl/worksheets/s1.xml")
    (tmp_path / "t.xlsx").write_bytes(whole[:start] + b"\xff" * 20 + whole[start + 20 :])
    with pytest.raises(DataError, match="damaged or cut short"):
        open_table("t.xlsx", Data(), tmp_path)


def test_names_that_are_no_utf_8_hide_no_format() -> None:
    """Of a sheet and of the part that holds it: what cannot be spelled is replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("xl/workbook.xml", b'<sheet name="\xfcber" r:id="a"/>')
        archive.writestr("xl/_rels/workbook.xml.rels", b'<Relationship Id="a" Target="\xfc.xml"/>')
        assert formats_of(archive).sheets == {"xl/\ufffd.xml": "\ufffdber"}
