"""Tables that are drawn for the eye are read like the CSV they stand for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unchurn.artefacts import ROW
from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.drawn import FRAMED, OPEN, drawn

Read = Callable[..., tuple[list[dict[str, Any]], list[tuple[int, str, str]]]]

PSQL = """ id  | plan  | fee
-----+-------+------
 007 | Basic | 12.5
 008 |       |    9
 009 | Pro   |
(3 rows)
"""
MYSQL = """+-----+-------+------+
| id  | plan  | fee  |
+-----+-------+------+
| 007 | Basic | 12.5 |
| 008 |       |    9 |
| 009 | Pro   |      |
+-----+-------+------+
3 rows in set (0.01 sec)
"""
MARKDOWN = """| id  | plan  | fee  |
|:----|-------|-----:|
| 007 | Basic | 12.5 |
| 008 |       |    9 |
| 009 | Pro   |      |
"""
LIST = """30.11.2024     Dynamic List Display     1
-------------------
|id |plan |fee    |
-------------------
|007|Basic|   12.5|
|008|     |      9|
-------------------

-------------------
|id |plan |fee    |
-------------------
|009|Pro  |       |
-------------------
"""
BOX = """┌─────┬───────┬──────┐
│ id  │ plan  │ fee  │
├─────┼───────┼──────┤
│ 007 │ Basic │ 12.5 │
│ 008 │       │    9 │
│ 009 │ Pro   │      │
└─────┴───────┴──────┘
"""
FILLED = """id |plan |fee 
---|-----|----
007|Basic|12.5
008|     |   9
009|Pro  |    
"""
ROWS = [("007", "Basic", "12.5"), ("008", "", "9"), ("009", "Pro", "")]


@pytest.mark.parametrize("text", [PSQL, MYSQL, MARKDOWN, LIST, BOX, FILLED])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rules_and_frames_are_no_part_of_the_rows(read: Read, text: str, end: str) -> None:
    """Every row is there with its cells bare, zeros in front kept, and nothing is rejected."""
    rows, rejected = read(text.replace("\n", end).encode())
    assert [tuple(v for k, v in row.items() if k != ROW) for row in rows] == ROWS
    assert not rejected


def test_a_customer_of_whom_all_is_missing_is_no_rule(read: Read) -> None:
    """Dashes in every cell of a row, or blanks: the row is there."""
    rows, _ = read(
        (MARKDOWN + "| --  | --    | --   |\n|     |       |      |\n| 010 | x | 1 |\n").encode()
    )
    found = [tuple(v for k, v in row.items() if k != ROW) for row in rows]
    assert found == [*ROWS, ("--",) * 3, ("",) * 3, ("010", "x", "1")]


def test_what_was_taken_off_is_said_and_every_line_counted(tmp_path: Path) -> None:
    """A note; rules count as blank lines."""
    (tmp_path / "a.txt").write_text(MYSQL)
    table = open_table("a.txt", Data(), tmp_path)
    list(table.batches(lambda *_: None))
    assert {note.code for note in table.notes} == {"drawn-table", "footer"}
    lines = table.lines
    assert (lines["blank"], lines["records"], lines["footer"]) == (3, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "id|plan|fee\n007|Basic|12.5\n008||9\n009|--|--\n",
        "id,note\n1,a | b\n2,c -- d\n3,--\n",
        "a|b\n---|---\n",
        "-" * 5000 + "x\n" + "|a|b|\n" * 3,
    ],
)
def test_plain_text_is_not_taken_for_a_drawing(text: str) -> None:
    """Bars alone, or dashes among cells, draw no table."""
    assert drawn(text, "") == ""


def test_how_a_table_is_drawn() -> None:
    """With a frame, or with bars between cells only; not where another delimiter is stated."""
    framed = (MYSQL, MARKDOWN, LIST, BOX)
    assert {drawn(text, "") for text in framed} == {FRAMED}
    assert drawn(PSQL, "") == OPEN
    assert drawn(MYSQL, ",") == ""


def test_a_table_parted_by_blanks_is_refused_with_what_to_do(read: Read) -> None:
    """Blanks cannot be told from blanks in cells; the message names how to export."""
    with pytest.raises(DataError) as refused:
        read(b"id   plan   fee\n---- ------ ---\n007  Basic  12\n008  Pro    13\n")
    assert "psql --csv" in (refused.value.hint or "")
