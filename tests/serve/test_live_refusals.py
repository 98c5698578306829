"""Whatever is sent, the answer is a score or a typed 4xx that says what and where; never a 5xx."""

from __future__ import annotations

import gzip
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from live_server import CSV, JSON, LINES, PARQUET, Live, refused
from served_month import Month
from unchurn.serve.limits import MOST_BYTES
from unchurn.serve.scoring import Scoring


@pytest.fixture(scope="module")
def number(scoring: Scoring) -> str:
    schema = scoring.typing.schema
    return next(each.name for each in schema.with_role("feature") if each.kind == "number")


@pytest.mark.parametrize(
    "cell",
    ["NaN", "Infinity", "1e400", "1_000", "5²", "true", '"1"', "[1]", '{"a":1}', '"x\\u0000"'],
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


@pytest.mark.parametrize("cell", ["inf", "1e400", "1_000", "5²", "true", "12 months", "\x00"])
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
    assert refused(live.score(body + b"1,2\n", CSV))["row"] == 3
    assert "named twice" in refused(live.score(b"State," + body, CSV))["error"]
    missing = month.body(CSV, [n for n in month.names if n != "State"], slice(0, 2))
    assert "'State'" in refused(live.score(missing, CSV))["error"]


def test_a_gzip_bomb_is_not_unfolded(live: Live) -> None:
    bomb = gzip.compress(b"0" * 200_000_000)
    refused(live.score(bomb, JSON, content_encoding="gzip"), 413)


@pytest.mark.parametrize(
    "query",
    ["&" * 30, "reasons=-1", "reasons=9999999", "reasons=some", "errors=maybe", "header=2", "x=1"],
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


WIDE = 200_000


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (CSV, b"a," * 3_000_000 + b"a\n"),
        (CSV, b",".join(b"c%d" % n for n in range(WIDE)) + b"\n" + b"," * (WIDE - 1)),
        (JSON, b"[{" + b",".join(b'"k%d":1' % n for n in range(WIDE)) + b"}" + b",{}" * 49_000 + b"]"),
        (JSON, b"[{" + b",".join(b'"k%d":1' % n for n in range(WIDE)) + b',"k%d":1}]' % (WIDE - 1)),
        (JSON, b'[{"a":1' + b"0" * 5_000_000 + b"}]"),
        (JSON, b'{"columns":["a"],"data":[' + b"[]," * 1_500_000 + b"[]]}"),
        (LINES, b"{}\n" * 50_000),
        (JSON, b'[{"a":"' + b"\\" * 5_000_000 + b'"}]'),
    ],
    ids=["equal names", "wide", "keys most lack", "a key twice", "a long number", "empty rows", "empty", "escapes"],
)  # fmt: skip
def test_a_body_made_to_be_dear_is_refused_in_time(
    live: Live, month: Month, kind: str, body: bytes
) -> None:
    """And meanwhile others are answered."""
    assert len(body) <= MOST_BYTES
    with ThreadPoolExecutor(1) as pool:
        began = time.monotonic()
        dear = pool.submit(live.score, body, kind)
        time.sleep(0.2)
        one = month.body(CSV, month.names, slice(0, 1))
        assert live.score(one, CSV).status == 200
        assert 400 <= dear.result().status < 500
    assert time.monotonic() - began < 600


@pytest.mark.parametrize(
    "path",
    ["/invocations/", "/ping/", "//", "/%00", "/%ff%fe", "/invocations%2f", "/ping?" + "a=1&" * 1_000, "/..%2f..%2fetc"],
)  # fmt: skip
@pytest.mark.parametrize("host", ["localhost", "x", "[", "a:b:c", "\xff", ""])
def test_any_path_and_host(live: Live, path: str, host: str) -> None:
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    status = live.raw(head.encode("latin-1"))[9:12]
    if host != "localhost":
        assert status == b"421"
    else:
        assert status == b"200" if path.startswith("/ping?") else status[:1] == b"4"
