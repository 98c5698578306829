from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unchurn.artefacts import ROW
from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables import open_table

Read = Callable[..., tuple[list[dict[str, Any]], list[tuple[int, str, str]]]]


def test_columns_are_all_the_keys_and_numbers_stay_as_spelled(read: Read) -> None:
    """Lines may lack keys; ids, exponents, booleans and nested values keep their text.

    A number that is one has a mark of its own.
    """
    lines = b'{"id": 12345678901234567890, "x": 1.50}\n{"id": 2, "ok": true, "n": {"a": [1.5]}}\n'
    rows, _ = read(lines, "t.jsonl")
    assert rows == [
        {ROW: 1, "id": "12345678901234567890", "x": "1⎖50", "ok": None, "n": None},
        {ROW: 2, "id": "2", "x": None, "ok": "true", "n": '{"a": [1.5]}'},
    ]


def test_values_in_objects_that_say_their_type_are_values(read: Read) -> None:
    """MongoDB exports ids, days and numbers so; any other object stays text."""
    rows, _ = read(
        b'{"_id": {"$oid": "5f1c"}, "since": {"$date": "2024-01-31T00:00:00Z"}, "n": {"$numberLong": "7"}}\n'
        b'{"_id": {"$oid": "5f1d"}, "since": {"$date": {"$numberLong": "1706659200000"}}, '
        b'"n": {"$numberDecimal": "7.5"}, "x": {"$oid": 1, "b": 2}, "y": {"$type": "a"}}\n',
        "t.jsonl",
    )
    assert [[*row.values()][1:4] for row in rows] == [
        ["5f1c", "2024-01-31T00:00:00Z", "7"],
        ["5f1d", "1706659200000", "7⎖5"],
    ]
    assert [rows[1]["x"], rows[1]["y"]] == ['{"$oid": 1, "b": 2}', '{"$type": "a"}']


def test_bad_lines_are_rejected_with_their_number(read: Read) -> None:
    """A line that is no object is set aside, blank lines are not counted."""
    rows, rejected = read(b'{"a": 1}\n\n{"a": \n[1]\n{"a": 4}\n', "t.ndjson")
    assert [row[ROW] for row in rows] == [1, 4]
    assert [row for row, _, _ in rejected] == [2, 3]
    assert rejected[1][1:] == ("a list, not a JSON object", "[1]")


@pytest.mark.parametrize("name", ["t.jsonl", "t.txt", "t.csv"])
def test_what_stands_around_objects_says_nothing(read: Read, name: str) -> None:
    """Record separators, and the commas of a list without its brackets; the text decides, not the suffix."""
    for around in (b"%b,", b"\x1e%b"):
        rows, rejected = read(
            b"\n".join(around % b'{"a": %d, "n": {"x": 2}}' % n for n in (1, 2)), name
        )
        assert [(row["a"], row["n"]) for row in rows] == [("1", '{"x": 2}'), ("2", '{"x": 2}')]
        assert not rejected
    rows, _ = read(b'{\n "data": [\n  {"a": 1},\n  {"a": 2}\n ]\n}', name)
    assert [row["a"] for row in rows] == ["1", "2"]


def test_a_key_named_twice_is_no_customer(read: Read) -> None:
    """Which of two fees is meant cannot be told: the line is set aside with the key, nested or not."""
    lines = b'{"a": 1, "fee": 11, "fee": 88}\n{"a": 2, "fee": 3}\n{"a": {"x": 1, "x": 2}}\n'
    rows, rejected = read(lines, "t.jsonl")
    assert [row["a"] for row in rows] == ["2"]
    assert [(row, reason) for row, reason, _ in rejected] == [
        (1, "an object has the key 'fee' twice"),
        (3, "an object has the key 'x' twice"),
    ]
    every = b'{"a": 1, "a": 2}\n' * 2
    for name, content in (("t.jsonl", every), ("t.json", b"[" + every[:17] + b"]")):
        with pytest.raises(DataError, match="an object has the key 'a' twice") as refused:
            read(content, name)
        assert "which of the two values is meant" in str(refused.value)


@pytest.mark.parametrize(
    ("last", "cut"),
    [
        (b'{"a": "C2", "fee', True),
        (b'{"a": "C2", "fee": 1', True),
        (b'{"a": "C2", "ok": tr', True),
        (b'{"a": "C2", "x": {"y": 1}', True),
        (b'{"a": "C\\u00', True),
        (b'{"a": "C2"}}', False),
        (b'{"a": "C2", fee: 3}', False),
        (b"[2]", False),
        (b'{"a": "C2"}', False),
    ],
)
def test_a_last_line_that_breaks_off_is_said_first(tmp_path: Path, last: bytes, cut: bool) -> None:
    """A file that was cut may lack any number of customers; a line that is wrong is one reject."""
    (tmp_path / "t.jsonl").write_bytes(b'{"a": "C1", "fee": 1}\n\n' + last)
    table = open_table("t.jsonl", Data(), tmp_path)
    for _ in range(2):
        assert sum(each.num_rows for each in table.batches(lambda *row: None)) >= 1
    assert [(each.code, each.grave) for each in table.short] == [("cut-short", True)] * cut
    assert "in line 3, its last" in "".join(each.words for each in table.short) or not cut


def test_columns_of_different_lengths_are_refused_with_them(read: Read) -> None:
    """Sixty customers, one of them without a fee, are not one customer."""
    with pytest.raises(DataError, match="'a: 3', 'fee: 2'"):
        read(b'{"a": [1, 2, 3], "fee": [4, 5]}', "t.json")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"hello\n", "no customer"),
        (b"{}\n", "no customer"),
    ],
)
def test_what_is_not_json_lines_is_refused(read: Read, content: bytes, words: str) -> None:
    """An empty file, a JSON list and prose each get their own words."""
    with pytest.raises(DataError, match=words):
        read(content, "t.json")


def test_keys_are_joined_over_the_files_of_a_folder(tmp_path: Path) -> None:
    """A key that only a later file has is a column of the whole table."""
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n')
    (tmp_path / "b.jsonl").write_text('{"b": 2}\n')
    table = open_table(".", Data(), tmp_path)
    rows = [row for batch in table.batches(pytest.fail) for row in batch.to_pylist()]
    assert rows == [{ROW: 1, "a": "1", "b": None}, {ROW: 2, "a": None, "b": "2"}]


@pytest.mark.parametrize("document", [False, True])
def test_half_of_a_character_rejects_its_row(tmp_path: Path, document: bool) -> None:
    """JSON, one document or Lines, can escape one alone; no text holds it. A pair is a character."""
    rows = [r'{"a": "x\uD83D\uDE00"}', r'{"a": "\ud800"}', r'{"\uDC00": 1, "a": "y"}']
    text = f"[{','.join(rows[:2])}]" if document else "\n".join(rows)
    (tmp_path / "t.json").write_text(text)
    table = open_table("t.json", Data(), tmp_path)
    said: list[str] = []
    read = [
        row["a"]
        for batch in table.batches(lambda row, reason, text, line=0: said.append(reason))
        for row in batch.to_pylist()
    ]
    assert read == ["x\U0001f600"]
    assert len(said) == (1 if document else 2)
    assert all("half of a character" in each for each in said)
