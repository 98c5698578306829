"""Cells between other quotes than CSV's are read without them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from unchurn.artefacts import ROW
from unchurn.tables.other_quotes import NONE, other_quotes

Read = Callable[..., tuple[list[dict[str, Any]], list[tuple[int, str, str]]]]


@pytest.mark.parametrize("pair", ["''", "“”", "‘’", "„“", "””", "``"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_cells_in_other_quotes_are_bare(read: Read, pair: str, mark: str, end: str) -> None:
    """Delimiters and CSV's quotes inside a cell, and blank cells, are kept as they are."""
    rows = [("id", "note", "fee"), ("007", f'a{mark}b "c"', "12,5"), ("008", "", "9,0")]
    text = "".join(mark.join(f"{pair[0]}{c}{pair[1]}" for c in row) + end for row in rows)
    found, rejected = read(text.encode())
    assert [tuple(v for k, v in row.items() if k != ROW) for row in found] == rows[1:]
    assert not rejected


def test_a_doubled_apostrophe_in_a_word_is_one(read: Read) -> None:
    """As SQL writes it."""
    found, _ = read(b"'id','name'\n'1','O''Brien'\n'2',''\n")
    assert [row["name"] for row in found] == ["O'Brien", ""]


@pytest.mark.parametrize("quote", ['"""', '\\"'])
def test_cells_quoted_twice_are_bare(read: Read, quote: str) -> None:
    """By two programs, one after the other, or as text of a program's; a quote within is one."""
    inner = '""""' if quote == '"""' else '\\"\\"'
    rows = [("id", "note", "fee"), ("007", f"a,b {inner}c{inner}", "12,5"), ("008", "", "9,0")]
    text = "".join(",".join(f"{quote}{c}{quote}" for c in row) + "\n" for row in rows)
    found, rejected = read(text.encode())
    assert [(row["id"], row["note"]) for row in found] == [("007", 'a,b "c"'), ("008", "")]
    assert not rejected


@pytest.mark.parametrize(
    "text",
    ["id,name\n'1,O'Brien\n2,x\n", "'id',n\n'1',2\n'2',3\n", 'a,b\n"1","2"\n', "'only'\n'a'\n"],
)
def test_other_texts_have_none(text: str) -> None:
    """An apostrophe here and there, or around some columns only, is part of its cell."""
    assert other_quotes(text, "") == NONE
