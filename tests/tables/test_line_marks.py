"""Byte-order marks, page breaks and DOS ends at the beginning of a line belong to no cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.project import Data
from unchurn.tables import decoding, open_table
from unchurn.tables.line_marks import MARKS
from unchurn.tables.scan import scan_text

HEADER = "id,region,calls"
ROWS = [f"C{n},north,{n}" for n in range(30)]


def read(path: Path) -> tuple[list[str], list[str], list[int]]:
    """Return ids, codes of what is said, and rejected rows."""
    table = open_table(str(path), Data(), path.parent)
    rejected: list[int] = []
    batches = table.batches(lambda row, *_: rejected.append(row))
    ids = [row["id"] for batch in batches for row in batch.to_pylist()]
    return ids, [each.code for each in (*table.notes, *table.told)], rejected


@pytest.mark.parametrize("mark", [mark.decode() for mark in MARKS])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("at", [0, 1, 17, 30, 31])
def test_a_mark_is_left_out_and_said(tmp_path: Path, mark: str, encoding: str, at: int) -> None:
    """Before the header, a row, the last row, and behind it; ids are what they were."""
    lines = [HEADER, *ROWS, ""]
    lines[at] = mark + lines[at]
    (tmp_path / "t.csv").write_bytes("\n".join(lines).encode(encoding))
    ids, codes, rejected = read(tmp_path / "t.csv")
    assert (ids, rejected) == ([row.split(",")[0] for row in ROWS], [])
    marked_file = at == 0 and mark == "\ufeff" and encoding == "utf-8"
    assert codes == ([] if marked_file else ["line-marks"])


@pytest.mark.parametrize("end", ["\x1a", "\x1a" * 90, "\x1a\n", "\r\n\x1a\x1a", "\n\x1a"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_control_z_behind_the_last_cell_is_left_out(
    tmp_path: Path, end: str, encoding: str
) -> None:
    """Old tools end a file with it, and fill the last block; in the middle of a file it stays."""
    rows = [row.replace("north", "größe") for row in ROWS]
    (tmp_path / "t.csv").write_bytes(("\n".join([HEADER, *rows]) + end).encode(encoding))
    table = open_table("t.csv", Data(), tmp_path)
    cells = [
        list(row.values())[1:] for each in table.batches(pytest.fail) for row in each.to_pylist()
    ]
    assert cells == [row.split(",") for row in rows]
    assert "line-marks" in [each.code for each in table.notes]
    (tmp_path / "t.csv").write_text("\n".join([HEADER, "C0\x1a,north,0\x1a", *ROWS]))
    assert read(tmp_path / "t.csv")[0][0] == "C0\x1a"


def test_parts_put_together_with_their_headers_are_one(tmp_path: Path) -> None:
    """As `cat` and `copy` make them, in a folder beside another part."""
    (tmp_path / "f").mkdir()
    part = "\ufeff" + "\n".join([HEADER, *ROWS]) + "\n"
    (tmp_path / "f" / "a.csv").write_text(part + part.replace(",north", ",south"))
    (tmp_path / "f" / "b.csv").write_text(part.replace("C", "D"))
    ids, codes, rejected = read(tmp_path / "f")
    assert (len(ids), rejected) == (90, [])
    assert all(each[0] in "CD" for each in ids)
    assert sorted(codes) == ["line-marks", "repeated-header"]


def test_a_mark_within_a_cell_stays(tmp_path: Path) -> None:
    """Only where a line begins it is a program's."""
    (tmp_path / "t.csv").write_text("\n".join([HEADER, *ROWS, "C\x0c99,north,3"]))
    ids, codes, _ = read(tmp_path / "t.csv")
    assert (ids[-1], codes) == ("C\x0c99", [])


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("end", ["\x1a", "C4,9\x1a", "C4,9\x1a\x1a\r\n", "\x1aC4,\x1a9\x1a"])
def test_pieces_may_end_within_a_mark(
    tmp_path: Path, size: int, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However a file is cut, it gives the same text."""
    text = "\ufeffid,x\n\ufeffC1,\ufeff1\n\x0c\ufeffC2,2\n\ufeff\ufeffC3,é\n" + end
    (tmp_path / "t.csv").write_text(text)
    scan = scan_text(tmp_path / "t.csv")
    raw = text.removeprefix("\ufeff").encode()
    cut = [raw[at : at + size] for at in range(0, len(raw), size)]
    monkeypatch.setattr(decoding, "_decoded", lambda _: iter(cut))
    assert b"".join(decoding.utf8_pieces(scan)).decode() == (
        "id,x\nC1,\ufeff1\nC2,2\nC3,é\n" + (end.strip("\x1a").replace("\x1a\x1a\r", "\r"))
    )
    assert scan.lines == 4 + ("C4" in end)
