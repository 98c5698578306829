"""A body becomes rows, or a sentence that names line and field."""

from __future__ import annotations

import pyarrow as pa
import pytest

from unchurn.errors import DataError
from unchurn.serve.payloads import read_json_lines, write_json_lines


def test_values_are_text_numbers_and_null() -> None:
    rows = read_json_lines(b'{"a": 1, "b": "x"}\n\n{"a": 2.5, "b": null}\r\n')
    assert list(rows.records) == [{"a": 1, "b": "x"}, {"a": 2.5, "b": None}]
    assert list(rows.lines) == [1, 3]
    assert rows.names == ("a", "b")
    assert rows.cells("a") == [1, 2.5]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"a": true}', "Line 2: 'a' is true"),
        (b'{"a": [1]}', r"Line 2: 'a' is \[1\]"),
        (b'{"b": 1, "a": {"x": 1}}', "Line 2: 'a' is"),
        (b"[1]", r"Line 2 is \[1\], not a JSON object"),
        (b'{"a": NaN}', "Line 2 is not JSON"),
        (b'{"a": 1e400}', "Line 2 is not JSON"),
        (b'{"a": 1', "Line 2 is not JSON"),
        (b'{"a": "\xff"}', "Line 2 is not JSON"),
        (b"[" * 100_000, "Line 2 is not JSON"),
    ],
)
def test_a_bad_line_is_named(line: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_json_lines(b'{"a": 1}\n' + line)


def test_an_empty_body_is_refused() -> None:
    with pytest.raises(DataError, match="holds no customer"):
        read_json_lines(b"\n \n")


def test_a_line_that_lacks_a_key_is_named() -> None:
    rows = read_json_lines(b'{"a": 1}\n{"b": 1}')
    with pytest.raises(DataError, match="Line 2 has no 'a'"):
        rows.cells("a")


def test_answers_are_one_object_a_line() -> None:
    batch = pa.record_batch({"id": ['a"b', None], "probability": [0.1, 1e-9]})
    assert write_json_lines(batch) == (
        b'{"id": "a\\"b", "probability": 0.1}\n{"id": null, "probability": 1e-9}\n'
    )
