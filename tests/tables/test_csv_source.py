from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.artefacts import ROW
from unchurn.errors import ConfigError, DataError
from unchurn.project import Data
from unchurn.tables import open_table

Read = Callable[..., tuple[list[dict[str, Any]], list[tuple[int, str, str]]]]


def cells(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Rows without their numbers."""
    return [tuple(value for name, value in row.items() if name != ROW) for row in rows]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(read: Read, mark: str) -> None:
    """Comma, semicolon, tab and bar are told apart from the file alone."""
    rows, _ = read(f"a{mark}b\n1{mark}x\n2{mark}y\n".encode())
    assert cells(rows) == [("1", "x"), ("2", "y")]


def test_decimal_commas_do_not_pass_for_a_delimiter(read: Read) -> None:
    """A semicolon file whose numbers hold commas splits at the semicolons."""
    rows, _ = read(b"1,5;2,5;3,5\n2,5;2,5;3,5\n", header=False)
    assert cells(rows) == [("1,5", "2,5", "3,5"), ("2,5", "2,5", "3,5")]


def test_a_stated_delimiter_wins_and_a_wrong_one_is_refused(read: Read) -> None:
    """[data] delimiter is taken at its word and must be one character."""
    assert cells(read(b"a~b\n1~2\n", delimiter="~")[0]) == [("1", "2")]
    assert cells(read(b"a\tb\n1\t2\n", delimiter="\\t")[0]) == [("1", "2")]
    with pytest.raises(ConfigError, match="one character"):
        read(b"a,b\n1,2\n", delimiter=",,")


def test_quotes_keep_delimiters_newlines_and_quotes(read: Read) -> None:
    """A quoted cell is one cell whatever it holds."""
    rows, rejected = read(b'a,b\n"x, y","two\nlines"\n"say ""hi""",2\n')
    assert cells(rows) == [("x, y", "two\nlines"), ('say "hi"', "2")]
    assert not rejected


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("\ufeffa,b\n1,é\n".encode(), "é"),
        ("a,b\n1,é\n".encode("utf-16"), "é"),
        ("a,b\n1,é\n".encode("latin-1"), "é"),
        ("a,b\n1,€\n".encode("cp1252"), "€"),
        ("a,b\r\n1,é\r\n".encode(), "é"),
        ("a,b\r1,é\r".encode(), "é"),
    ],
    ids=["bom", "utf-16", "latin-1", "cp1252", "crlf", "cr"],
)
def test_encodings_and_line_ends_in_the_wild(read: Read, content: bytes, found: str) -> None:
    """Byte-order marks, UTF-16, Windows text and any line end give the same cells."""
    rows, _ = read(content)
    assert rows == [{ROW: 1, "a": "1", "b": found}]


def test_a_guessed_encoding_is_said_so(tmp_path: Path) -> None:
    """Text that is not UTF-8 is read as Windows-1252, with a finding."""
    (tmp_path / "t.csv").write_bytes("a,b\n1,é\n".encode("cp1252"))
    table = open_table("t.csv", Data(), tmp_path)
    assert [note.code for note in table.notes] == ["encoding-guessed"]


def test_a_stated_encoding_that_does_not_fit_is_refused(read: Read) -> None:
    """A wrong or unknown [data] encoding is an error, never mojibake."""
    with pytest.raises(DataError, match="utf-8"):
        read(b"a,b\n1,\xe9\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="not a text encoding"):
        read(b"a,b\n1,2\n", encoding="klingon")


def test_gzip_is_read_through(read: Read) -> None:
    """A compressed file reads as the file it holds, and a damaged one is refused."""
    packed = gzip.compress(b"a,b\n1,2\n")
    assert cells(read(packed, "t.csv.gz")[0]) == [("1", "2")]
    with pytest.raises(DataError, match="damaged or cut short"):
        read(packed[:-6], "t.csv.gz")


def test_ragged_rows_are_rejected_with_their_number_and_reason(read: Read) -> None:
    """A row of another width is set aside; the rows after it keep their own numbers."""
    rows, rejected = read(b'a,b\n1,2\n3\n4,"5\n5"\n6,7,8\n9,10\n')
    assert [row[ROW] for row in rows] == [1, 3, 5]
    assert rejected == [
        (2, "1 cell instead of 2", "3"),
        (4, "3 cells instead of 2", "6,7,8"),
    ]


def test_row_numbers_stay_right_over_many_blocks_and_blank_lines(read: Read) -> None:
    """Rejects far apart, quoted newlines and blank lines never shift a number."""
    wide = "x" * 2000
    lines = ["", "", "n,text"]
    for number in range(1, 9001):
        bad = number % 700 == 0
        lines.append(f"{number}" if bad else f'{number},"{wide if number % 3 else wide + chr(10)}"')
        lines += [""] * (number % 500 == 0)
    rows, rejected = read("\n".join(lines).encode())
    assert all(row[ROW] == int(row["n"]) for row in rows)
    assert [(row, text) for row, _, text in rejected] == [
        (number, str(number)) for number in range(700, 9001, 700)
    ]


def test_a_record_longer_than_any_block_is_read_without_repeating_rows(read: Read) -> None:
    """A huge cell of many short lines makes the reader start over, seamlessly."""
    huge = "line\n" * 2_000_000
    many = "".join(f"{n},x\n" for n in range(1, 300_000))
    content = f'n,text\n{many}300000,"{huge}"\n300001,y\nbad\n'.encode()
    rows, rejected = read(content)
    assert [row[ROW] for row in rows] == list(range(1, 300_002))
    assert len(rows[-2]["text"]) == len(huge)
    assert [row for row, _, _ in rejected] == [300_002]


def test_a_megabyte_cell_and_ten_thousand_columns_are_read(read: Read) -> None:
    """Neither a long cell nor a wide table is special."""
    rows, _ = read(b"a,b\n1," + b"x" * (1 << 20) + b"\n")
    assert len(rows[0]["b"]) == 1 << 20
    wide = [str(n) for n in range(10_000)]
    header = ",".join(f"col{n}" for n in wide)
    rows, _ = read((header + "\n" + ",".join(wide) + "\n" + ",".join(wide) + "\n").encode())
    assert len(rows) == 2
    assert rows[1]["col9999"] == "9999"


def test_files_without_a_header_get_numbered_columns(read: Read) -> None:
    """header = false names columns c1, c2, …."""
    rows, _ = read(b"1,2\n3,4\n", header=False)
    assert rows[0] == {ROW: 1, "c1": "1", "c2": "2"}


def test_a_header_of_numbers_is_refused_with_the_remedy(read: Read) -> None:
    """A first line of numbers is a customer, and the flag for it is named."""
    with pytest.raises(DataError, match="--no-header"):
        read(b"1,2\n3,4\n")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_rows_quoted_as_one_cell_are_unwrapped_and_said_so(tmp_path: Path, end: bytes) -> None:
    """Every row quoted whole is recognised, inner quotes included, whatever lines end in."""
    (tmp_path / "t.csv").write_bytes(end.join([b'"1,2,""x, y"""', b'"3,4,z"', b""]))
    table = open_table("t.csv", Data(header=False), tmp_path)
    rows = [row for batch in table.batches(pytest.fail) for row in batch.to_pylist()]
    assert cells(rows) == [("1", "2", "x, y"), ("3", "4", "z")]
    assert [note.code for note in table.notes] == ["quoted-rows"]
    (tmp_path / "t.csv").write_bytes(b'"1,2"\n"3,4"\n')
    with pytest.raises(DataError, match="quoted as one cell"):
        open_table("t.csv", Data(), tmp_path)


def test_duplicate_headers_are_refused_with_their_names(read: Read) -> None:
    """Two columns of one name cannot be told apart."""
    with pytest.raises(DataError, match="'plan'"):
        read(b"plan,age,plan\n1,2,3\n")


def test_reserved_headers_are_refused(read: Read) -> None:
    """Names that unchurn adds itself cannot come in with a table."""
    with pytest.raises(DataError, match="__label__"):
        read(b"__label__,age\n1,2\n")


def test_blank_headers_get_a_name(tmp_path: Path) -> None:
    """The nameless index column that pandas writes is called by its place."""
    (tmp_path / "t.csv").write_bytes(b",age\n0,x\n1,y\n")
    table = open_table("t.csv", Data(), tmp_path)
    assert table.columns == ("unnamed_1", "age")
    assert [note.code for note in table.notes] == ["blank-header"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n\n", "empty"),
        (b"a,b\n", "no rows"),
        (b"a,b", "no rows"),
        (b"a,b\n1,\x002\n", "NUL"),
        (b"a,b\n1\n2\n3\n", "as many cells as its header"),
        (b"PK\x03\x04 and so on", "ZIP"),
        (b"PAR1 and so on", "Parquet"),
        (random.Random(7).randbytes(3000), "binary|not text|control"),
        (bytes(n for n in random.Random(7).randbytes(3000) if n), "not text|control"),
    ],
)
def test_what_is_no_table_is_refused_in_words(read: Read, content: bytes, words: str) -> None:
    """Empty, header-only, binary and torn files each say what is wrong."""
    with pytest.raises(DataError, match=words):
        read(content)


def test_files_of_a_folder_are_one_table_whatever_their_column_order(tmp_path: Path) -> None:
    """Columns follow the first file, numbers run on, and a missing column is named."""
    (tmp_path / "a.csv").write_text("a,b\n1,2\n3\n")
    (tmp_path / "b.csv").write_text("b,a\n5,4\n")
    table = open_table(".", Data(), tmp_path)
    rows = [row for batch in table.batches(lambda *_: None) for row in batch.to_pylist()]
    assert rows == [{ROW: 1, "a": "1", "b": "2"}, {ROW: 3, "a": "4", "b": "5"}]
    (tmp_path / "c.csv").write_text("b,c\n5,4\n")
    with pytest.raises(DataError, match=r"lacks 'a' and adds 'c'"):
        open_table(".", Data(), tmp_path)


def test_the_fingerprint_follows_the_bytes(tmp_path: Path) -> None:
    """Equal bytes have equal fingerprints, one changed byte another."""
    prints = []
    for content in ("a,b\n1,2\n", "a,b\n1,2\n", "a,b\n1,3\n"):
        (tmp_path / "t.csv").write_text(content)
        prints.append(open_table("t.csv", Data(), tmp_path).fingerprint())
    assert prints[0] == prints[1] != prints[2]


plain = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cc", "Cs"])
)


@settings(
    max_examples=60,
)
@given(st.lists(st.tuples(plain, plain), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_quoted_cells_come_back_as_written(
    read: Read, table: list[tuple[str, str]], mark: str
) -> None:
    """Whatever text is quoted, the same text is read."""
    quoted = [mark.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in table]
    rows, rejected = read("\n".join([f"a{mark}b", *quoted]).encode())
    assert cells(rows) == table
    assert not rejected
