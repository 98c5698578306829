"""Where JSON is broken: the row and the field, however the document is laid out."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unchurn.errors import DataError
from unchurn.serve.json_payloads import read_json
from unchurn.serve.refusals import Faults, RowError

NO_JSON = ["NaN", "-Infinity", "inf", "1e400", "-1e999", "1_000", "１", "01", "+1", ".5", "0x1", "tru"]  # fmt: skip
RECORDS = st.lists(
    st.dictionaries(
        st.text(min_size=1, max_size=5),
        st.one_of(st.none(), st.integers(-(10**6), 10**6), st.text(max_size=5)),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=5,
)
MARK = 8_675_309


def broken(body: bytes) -> tuple[int | None, str | None]:
    with pytest.raises(DataError) as found:
        read_json(body, Faults())
    fault = found.value.fault if isinstance(found.value, RowError) else None
    return (fault.row, fault.field) if fault else (None, None)


@pytest.mark.parametrize("name", ["}a\x1f", "}\u00e9", "]\\", '}"'])
def test_a_name_with_a_bracket_and_an_escape_is_named(name: str) -> None:
    """A bracket in a name ends no customer, whatever stands behind it."""
    text = json.dumps([{"a": 1, name: MARK}]).replace(str(MARK), "NaN")
    assert broken(text.encode()) == (1, name)


@given(
    records=RECORDS, at=st.integers(0, 99), form=st.integers(0, 3), cell=st.sampled_from(NO_JSON)
)
def test_a_value_that_is_none_is_named(
    records: list[dict[str, object]], at: int, form: int, cell: str
) -> None:
    row = at % len(records)
    name = sorted(records[row])[at % len(records[row])]
    records[row][name] = MARK
    split = {"columns": [name, "other"], "data": [[1, 2]] * row + [[MARK, "x"]]}
    document = [records, {"records": records}, {"instances": records, "more": 1}, split][form]
    text = json.dumps(document, ensure_ascii=at % 2 == 0).replace(str(MARK), cell)
    assert broken(text.encode()) == (row + 1, name)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'[{"a": 1}, {"a": "\xff"}]', (2, "a")),
        (b'[{"a": 1}, {"a": "x\x01"}]', (2, "a")),
        (b'[{"a": 1}, {"a": "\\ud800"}, {"a": 1, "b": 2}]', (2, "a")),
        (b'[{"a": 1}, {"\xff": 1}]', (2, None)),
        (b'[{"a": 1}, {"a": 1', (2, "a")),
        (b'[{"a": 1}, {"a" 1}]', (2, None)),
        (b'{"dataframe_split": {"columns": ["x", "y"], "data": [[1, 2], [1, NaN]]}}', (2, "y")),
        (b'{"data": [[1, NaN]], "columns": 5}', (1, None)),
        (b'{"a": [1, {"b": NaN}]}', (1, "a")),
        (b"[" * 100_000, (1, None)),
        (b'{"a":' * 100_000, (1, "a")),
        (b"NaN", (None, None)),
        (b'[{"a": 1}] x', (None, None)),
    ],
)
def test_broken_text_is_placed(body: bytes, place: tuple[int | None, str | None]) -> None:
    assert broken(body) == place


@pytest.mark.slow
def test_a_long_body_is_looked_through_in_seconds() -> None:
    customer = '{"State":"KS","Phone":"382-4657","a":1.5,"b":25,"c":"yes","d":12.125}'
    began = time.process_time()
    assert broken(f'[{",".join([customer] * 80_000)},{{"a":NaN}}]'.encode()) == (80_001, "a")
    assert broken(b"[" + b'{"a":"' + b"\\\\" * 3_000_000)[0] == 1
    assert broken(b'[{"a":[' + b"1," * 2_900_000 + b"NaN]}]")[0] == 1
    assert time.process_time() - began < 15
