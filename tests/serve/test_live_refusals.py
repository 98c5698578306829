"""Whatever is sent, the answer is a score or a typed 4xx that says what and where; never a 5xx."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from live_server import CSV, JSON, LINES, PARQUET, Answer, Live
from served_month import Month
from unchurn.serve.limits import MOST_BYTES
from unchurn.serve.scoring import Scoring

FUZZ = settings(max_examples=1_500, deadline=None, suppress_health_check=list(HealthCheck))
KINDS = [CSV, JSON, LINES, PARQUET]


@pytest.fixture(scope="module")
def number(scoring: Scoring) -> str:
    schema = scoring.typing.schema
    return next(each.name for each in schema.with_role("feature") if each.kind == "number")


def refused(answer: Answer, status: int = 400) -> dict[str, Any]:
    assert answer.status == status, answer.body[:300]
    said: dict[str, Any] = answer.document
    assert said["error"]
    return said


@pytest.mark.parametrize(
    "cell",
    ["NaN", "Infinity", "1e400", "1_000", "１", "true", '"1"', "[1]", '{"a":1}', '"x\\u0000"'],
)
@pytest.mark.parametrize("kind", [JSON, LINES])
def test_a_cell_that_is_no_json_number(
    live: Live, month: Month, number: str, cell: str, kind: str
) -> None:
    """The second of two customers is at fault, and named."""
    body = month.body(LINES, month.names, slice(0, 2)).decode().splitlines()
    body[1] = re.sub(rf'("{re.escape(number)}": )[^,}}]+', lambda m: m[1] + cell, body[1])
    sent = "\n".join(body) if kind == LINES else f"[{','.join(body)}]"
    said = refused(live.score(sent.encode(), kind))
    assert (said["row"], said["field"]) == (2, number)


@pytest.mark.parametrize("cell", ["inf", "1e400", "1_000", "１", "true", "12 months", "\x00"])
@pytest.mark.parametrize("rows", [2, 200])
def test_a_cell_of_csv_that_is_no_number(
    live: Live, month: Month, number: str, cell: str, rows: int
) -> None:
    lines = month.body(CSV, month.names, slice(0, rows)).decode().splitlines()
    cells = lines[2].split(",")
    cells[month.names.index(number)] = cell
    lines[2] = ",".join(cells)
    said = refused(live.score("\n".join(lines).encode(), CSV))
    assert said["row"] == (3 if cell == "\x00" else 2)
    assert said["field"] == (f"cell {month.names.index(number) + 1}" if cell == "\x00" else number)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        (CSV, b"", 400),
        (JSON, b"", 400),
        (LINES, b"\n\n", 400),
        (PARQUET, b"", 400),
        (PARQUET, b"PAR1 and more of it PAR1", 400),
        (CSV, b"\xff\xfea\x00,\x00", 400),
        (CSV, b"a,b\n1,2\n", 400),
        (JSON, b"[" * 100_000, 400),
        (LINES, b"{" * 100_000, 400),
        (JSON, b'{"a":' * 100_000, 400),
        (JSON, b"[{}]", 400),
        (JSON, b"{}", 400),
        (JSON, b"null", 400),
        (LINES, b"0" * (MOST_BYTES + 1), 413),
        (JSON, b"[" + b"{}," * 60_000 + b"{}]", 413),
        ("text/html", b"<p>", 415),
        ("", b"{}", 415),
        ("application/json; charset=utf-16", b"{}", 415),
    ],
)
def test_a_body_that_is_no_customers(live: Live, kind: str, body: bytes, status: int) -> None:
    refused(live.score(body, kind), status)


def test_the_ends_of_csv_bodies(live: Live, month: Month) -> None:
    body = month.body(CSV, month.names, slice(0, 2))
    assert refused(live.score(b"\xef\xbb\xbf" + body, CSV))["row"] == 1
    assert refused(live.score(body + b"1,2\n", CSV))["row"] == 3
    assert "named twice" in refused(live.score(b"State," + body, CSV))["error"]
    missing = month.body(CSV, [n for n in month.names if n != "State"], slice(0, 2))
    assert "'State'" in refused(live.score(missing, CSV))["error"]


def test_a_gzip_bomb_is_not_unfolded(live: Live) -> None:
    bomb = gzip.compress(b"0" * 200_000_000)
    refused(live.score(bomb, JSON, content_encoding="gzip"), 413)


@pytest.mark.parametrize(
    "query", ["reasons=-1", "reasons=9999999", "reasons=some", "errors=maybe", "header=2", "x=1"]
)
def test_a_parameter_that_is_none(live: Live, query: str) -> None:
    assert refused(live.score(b"{}", JSON, query))["hint"]


@pytest.mark.parametrize("form", [CSV, JSON, LINES])
def test_rows_at_fault_are_answered_where_asked(
    live: Live, month: Month, number: str, form: str
) -> None:
    """The others are scored; every row has its line, in order."""
    lines = month.body(LINES, month.names, slice(0, 3)).decode().splitlines()
    lines[1] = lines[1].replace(f'"{number}": ', f'"{number}": "about ", "was": ')
    answer = live.score("\n".join(lines).encode(), LINES, "errors=row", accept=form)
    assert answer.status == 200
    assert answer.body.count(b"which is not a number") == 1
    if form == JSON:
        found = answer.document["predictions"]
        assert [row["probability"] is None for row in found] == [False, True, False]
        assert [row["field"] for row in found] == [None, number, None]


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
        b"POST /invocations HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n"
        + wire
        + b"\r\n{}"
    )
    assert found.startswith(b"HTTP/1.1 4")
