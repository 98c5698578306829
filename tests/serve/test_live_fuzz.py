"""Thousands of made-up requests: each is scored, or refused with a typed 4xx; never a 5xx."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from live_server import CSV, JSON, LINES, PARQUET, Live, refused
from served_month import Month
from unchurn.serve.scoring import Scoring

FUZZ = settings(max_examples=150)
KINDS = [CSV, JSON, LINES, PARQUET]
pytestmark = pytest.mark.slow


FAULTS = {
    CSV: ["inf", "-Infinity", "1e400", "1_000", "5²", "true", "[1]", "{}", "12 months", "0x1", "1;2"],
    JSON: ["NaN", "inf", "1e400", "1_000", "5²", "true", '"1"', "[1]", '{"a": [1]}', '"x\\u0000"', "01", "nul"],
}  # fmt: skip


@FUZZ
@given(
    form=st.sampled_from([CSV, JSON, LINES]),
    rows=st.sampled_from([1, 2, 3, 60]),
    at=st.integers(0, 10**6),
    which=st.integers(0, 10**6),
    answered=st.sampled_from([CSV, JSON, LINES]),
)
def test_a_fault_is_named_wherever_it_is(
    live: Live,
    month: Month,
    scoring: Scoring,
    form: str,
    rows: int,
    at: int,
    which: int,
    answered: str,
) -> None:
    """One cell of a number, of any customer: 400 with that row and that field."""
    schema = scoring.typing.schema
    numbers = [each for each in schema.with_role("feature") if each.kind == "number"]
    column, row = numbers[at % len(numbers)], at % rows
    faults = FAULTS[CSV if form == CSV else JSON]
    name, fault = column.name, faults[which % len(faults)]
    # of yes and no as numbers, `true` is one
    assume(fault != "true" or not column.truth)
    body = month.body(CSV if form == CSV else LINES, month.names, slice(0, rows)).decode()
    lines = body.splitlines()
    if form == CSV:
        cells = lines[row + 1].split(",")
        cells[month.names.index(name)] = fault
        lines[row + 1] = ",".join(cells)
    else:
        broken = re.sub(rf'("{re.escape(name)}": )[^,}}]+', lambda m: m[1] + fault, lines[row])
        lines[row] = broken
    sent = f"[{','.join(lines)}]" if form == JSON else "\n".join(lines)
    said = refused(live.score(sent.encode(), form, accept=answered))
    assert (said["row"], said["field"]) == (row + 1, name)


@FUZZ
@given(
    names=st.lists(st.integers(0, 30), max_size=30),
    ragged=st.integers(-3, 3),
    form=st.sampled_from([CSV, JSON, "split"]),
)
def test_columns_missing_twice_or_ragged(
    live: Live, month: Month, names: list[int], ragged: int, form: str
) -> None:
    """Any choice of columns, any of them more than once, a row too short or too long."""
    chosen = [month.names[at % len(month.names)] for at in names]
    row = [month.cells[0][month.names.index(name)] for name in chosen]
    row = row[:ragged] if ragged < 0 else row + ["x"] * ragged
    if form == CSV:
        body = ",".join(chosen) + "\n" + ",".join(row)
    elif form == JSON:
        pairs = (f"{json.dumps(n)}: {json.dumps(c)}" for n, c in zip(chosen, row, strict=False))
        body = f"[{{{', '.join(pairs)}}}]"
    else:
        body = json.dumps({"columns": chosen, "data": [row]})
    refused(live.score(body.encode(), CSV if form == CSV else JSON))


@FUZZ
@given(query=st.text(alphabet="&=;%reasonshdl019+\u00e9 ", max_size=60))
def test_any_query(live: Live, month: Month, query: str) -> None:
    body = month.body(CSV, month.names, slice(0, 1))
    answer = live.score(body, CSV, quote(query, safe="&=;%+"))
    assert answer.status in (200, 400)


@FUZZ
@given(kind=st.sampled_from(KINDS), body=st.binary(max_size=200))
def test_any_bytes(live: Live, kind: str, body: bytes) -> None:
    assert live.score(body, kind).status < 500


CELLS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@FUZZ
@given(
    changes=st.dictionaries(st.integers(0, 30), CELLS, max_size=4),
    kind=st.sampled_from([JSON, LINES]),
    query=st.sampled_from(["", "errors=row", "reasons=all"]),
)
def test_any_cells(
    live: Live, month: Month, changes: dict[int, Any], kind: str, query: str
) -> None:
    record = json.loads(month.body(JSON, month.names, slice(0, 1)))[0]
    record |= {month.names[at % len(month.names)]: value for at, value in changes.items()}
    assert live.score(json.dumps(record).encode(), kind, query).status < 500


@FUZZ
@given(
    cells=st.lists(st.text(max_size=6), max_size=27),
    place=st.integers(0, 27),
    query=st.sampled_from(["", "errors=row"]),
)
def test_any_table(live: Live, month: Month, cells: list[str], place: int, query: str) -> None:
    row = month.cells[0][:place] + cells + month.cells[0][place + len(cells) :]
    body = ",".join(month.names) + "\n" + ",".join(row) + "\n"
    assert live.score(body.encode("utf-8", "replace"), CSV, query).status < 500


@FUZZ
@given(
    header=st.text(alphabet=st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=30),
    name=st.sampled_from(
        [
            "Content-Type",
            "Accept",
            "Content-Encoding",
            "X-Amzn-SageMaker-Custom-Attributes",
            "Authorization",
        ]
    ),
)
def test_any_header(live: Live, header: str, name: str) -> None:
    headers = {"Content-Type": JSON, name: header}
    wire = "".join(f"{key}: {value}\r\n" for key, value in headers.items()).encode("latin-1")
    found = live.raw(
        b"POST /invocations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n"
        + wire
        + b"\r\n{}"
    )
    assert found.startswith(b"HTTP/1.1 4")
