"""Workbooks of records (.xls, .xlsb) are measured before they are opened, as those of XML are."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.binary_sheets import joined, reach_of_xls, reach_of_xlsb
from unchurn.tables.workbook_size import MOST_CELLS

_END, _FREE, _FAT = 0xFFFF_FFFE, 0xFFFF_FFFF, 0xFFFF_FFFD
_SECTOR, _SMALL, _LEAST = 512, 64, 4096


def record(kind: int, payload: bytes) -> bytes:
    return struct.pack("<HH", kind, len(payload)) + payload


def number(row: int, column: int) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, 0, 1.5))


BEGIN = record(0x809, struct.pack("<HH", 0x600, 0x10) + bytes(12))


def padded(content: bytes, size: int) -> bytes:
    return content + bytes(-len(content) % size)


def entry(name: str, kind: int, first: int, size: int) -> bytes:
    spelled = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<III", _FREE, _FREE, 1 if kind == 5 else _FREE)
    head = spelled.ljust(64, b"\0") + struct.pack("<HBB", len(spelled), kind, 1)
    return head + links + bytes(36) + struct.pack("<III", first, size, 0)


def chained(first: int, sectors: int) -> list[int]:
    return [*range(first + 1, first + sectors), _END] if sectors else []


def xls(stream: bytes) -> bytes:
    """A compound file with the stream: in sectors of 512 bytes, or of 64 where it is short."""
    small = len(stream) < _LEAST
    held = padded(padded(stream, _SMALL) if small else stream, _SECTOR)
    count = len(held) // _SECTOR
    links = [_FAT, _END, _END, *chained(3, count)]
    minifat = chained(0, -(-len(stream) // _SMALL)) if small else []
    directory = entry("Root Entry", 5, 3 if small else _END, len(held) if small else 0)
    directory += entry("Workbook", 2, 0 if small else 3, len(stream))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, _LEAST, 2, 1, _END, 0, 0)
    header += struct.pack("<108I", *[_FREE] * 108)
    tables = [padded(struct.pack(f"<{len(each)}I", *each), 4) for each in (links, minifat)]
    fat, mini = (each + b"\xff" * (_SECTOR - len(each)) for each in tables)
    return header + fat + padded(directory, _SECTOR) + mini + held


@pytest.mark.parametrize("more", [0, 1_000])
def test_an_xls_is_measured_by_its_cells(more: int) -> None:
    """The largest sheet counts, however far its stream is from its beginning, and whoever held it."""
    first = BEGIN + b"".join(number(n % 60, n % 9) for n in range(5 + more))
    second = BEGIN + number(499, 2) + record(0xBD, struct.pack("<HH", 9, 4) + bytes(6 * 3 + 2))
    found = reach_of_xls(xls(first + second))
    assert (found.cells, found.from_1904, found.merged) == (500 * 7, False, False)
    dated = reach_of_xls(xls(BEGIN + record(0x22, b"\1\0") + first + record(0xE5, bytes(10))))
    assert (dated.from_1904, dated.merged) == (True, True)
    said = BEGIN + record(0x200, struct.pack("<IIHHH", 0, 70_000, 0, 300, 0))
    assert reach_of_xls(xls(said)).cells == 70_000 * 300


def test_an_xls_that_cannot_be_looked_into_is_left_to_its_reader() -> None:
    """Cut short anywhere, locked, or no workbook at all."""
    whole = xls(BEGIN + number(3, 3) * 400)
    for cut in range(0, len(whole), 97):
        assert reach_of_xls(whole[:cut]).cells in (0, 16)
    assert reach_of_xls(xls(BEGIN + record(0x2F, bytes(6)) + number(65_535, 65_535))).cells == 0


@pytest.mark.parametrize(
    ("cells", "at", "form", "values"),
    [
        (9, 30, "<H", (20,)),
        (9, 30, "<H", (40_000,)),
        (3_400, 68, "<I", (1_000_000,)),
        (9, 76, "<109I", (0,) * 109),
    ],
)
def test_what_a_header_says_of_its_sectors_is_not_believed(
    cells: int, at: int, form: str, values: tuple[int, ...]
) -> None:
    """Their size, a list of them beyond the end, one sector listed again and again."""
    held = bytearray(xls(BEGIN + number(3, 3) * cells))
    assert reach_of_xls(bytes(held)).cells == 16
    struct.pack_into(form, held, at, *values)
    assert reach_of_xls(bytes(held)).cells == 0


def test_a_chain_in_a_circle_ends_at_the_files_length() -> None:
    """Its links are many, and each may be a sector that was joined before."""
    assert len(joined(0, [0] * 100_000, lambda place: bytes(_SECTOR), 10_000)) == 20 * _SECTOR


def part(*records: tuple[int, bytes]) -> bytes:
    """Records of an .xlsb: kind and length in as many groups of seven bits as each takes."""
    made = b""
    for kind, payload in records:
        made += bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        size = len(payload)
        made += bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])
        made += payload
    return made


def row(place: int, *columns: int) -> list[tuple[int, bytes]]:
    cells = [(5, struct.pack("<IId", column, 0, 1.5)) for column in columns]
    return [(0, struct.pack("<I", place) + bytes(200)), *cells]


def xlsb(*sheets: bytes, book: bytes = b"") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("xl/workbook.bin", book)
        for place, sheet in enumerate(sheets, start=1):
            archive.writestr(f"xl/worksheets/sheet{place}.bin", sheet)
    return made.getvalue()


def test_an_xlsb_is_measured_by_its_cells() -> None:
    """Rows without cells, records that are none, and another sheet do not count."""
    one = part(*row(0, 0, 1, 2), *row(9, 0, 6), *row(5_000), (147, bytes(300)))
    book = part((153, bytes([1, 0, 0, 0]) + bytes(8)))
    with zipfile.ZipFile(io.BytesIO(xlsb(one, part(*row(1, 1)), book=book))) as archive:
        found = reach_of_xlsb(archive)
    assert (found.cells, found.from_1904, found.merged) == (70, True, False)
    with zipfile.ZipFile(io.BytesIO(xlsb(part(*row(1, 1), (176, bytes(16)))))) as archive:
        assert reach_of_xlsb(archive).merged
    for cut in range(len(one)):
        with zipfile.ZipFile(io.BytesIO(xlsb(one[:cut]))) as archive:
            assert reach_of_xlsb(archive).cells in (0, 1, 2, 3, 30, 70)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.xls", xls(BEGIN + number(0, 0) + number(65_535, 65_535))),
        ("t.xls", xls(BEGIN + record(0x200, struct.pack("<IIHHH", 0, 2**31, 0, 9, 0)))),
        ("t.xlsb", xlsb(part(*row(0, 0), *row(1_048_575, 16_383)))),
    ],
)
def test_one_cell_in_the_last_corner_is_refused_in_words(
    tmp_path: Path, name: str, content: bytes
) -> None:
    """Opened, the rectangle would not fit into memory, and end the process."""
    (tmp_path / name).write_bytes(content)
    for sheet in ("", "a"):
        with pytest.raises(DataError, match=rf"{name} spans [0-9,]+ cells(?s:.*){MOST_CELLS:,}"):
            open_table(name, Data(sheet=sheet), tmp_path)
