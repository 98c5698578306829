"""What an endpoint captured is read as the server reads requests; what cannot be is counted by reason."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from captured_records import captured, written
from live_server import CSV, JSON, LINES, PARQUET
from served_month import Month
from unchurn.serve.captured import CapturedCustomers
from unchurn.serve.json_payloads import read_json
from unchurn.serve.refusals import Faults
from unchurn.serve.scoring import Scoring


@pytest.fixture
def reader(scoring: Scoring) -> CapturedCustomers:
    return CapturedCustomers(scoring.typing, scoring.trained.ranges)


def table(reader: CapturedCustomers, files: Iterable[Path]) -> pa.Table:
    return pa.Table.from_batches(reader.read(files), reader.schema)


def typed(scoring: Scoring, month: Month, rows: slice) -> pa.Table:
    """Return customers as the server types them, by id."""
    sent = read_json(month.body(JSON, month.names, rows), Faults())
    found = pa.Table.from_batches([scoring.typing.typed(sent, Faults())])
    return found.sort_by(scoring.typing.schema.id or "")


def test_every_format_is_read_to_the_same_cells(
    scoring: Scoring, month: Month, reader: CapturedCustomers, tmp_path: Path
) -> None:
    """Text that is base64 in the record as well; a content type may say more than its kind."""
    kinds = {CSV: CSV, JSON: JSON, LINES: f"{LINES}; charset=utf-8", PARQUET: PARQUET}
    for number, (form, kind) in enumerate(kinds.items()):
        body = month.body(form, month.names, slice(10 * number, 10 * number + 10))
        line = captured(body, kind)
        written(tmp_path, f"03/0{number}-01", *([line] if number else ["", line]))
    found = table(reader, tmp_path.rglob("*.jsonl"))
    wanted = typed(scoring, month, slice(0, 40)).select(found.column_names)
    assert found.sort_by(scoring.typing.schema.id or "").equals(wanted)
    assert (reader.requests, reader.findings()) == (4, [])


def test_who_is_asked_about_again_counts_as_the_last_time(
    month: Month, reader: CapturedCustomers, scoring: Scoring, tmp_path: Path
) -> None:
    """In order of time, whatever the order of the files is given in."""
    first = json.loads(month.body(JSON, month.names, slice(0, 3)))
    later = [{**first[0], "Day Mins": 1.5}, {**first[0], "Day Mins": 2.5}]
    new = written(tmp_path, "04/00-01", captured(json.dumps(later).encode(), JSON))
    alone = [captured(json.dumps(each).encode(), JSON) for each in (first[0], *first)]
    old = written(tmp_path, "03/59-01", *alone)
    found = table(reader, [old, new])
    ids = found.column(scoring.typing.schema.id).to_pylist()
    assert len(ids) == len(set(ids)) == 3
    assert found.column("Day Mins")[0].as_py() == 2.5
    (again,) = reader.findings()
    assert (again.code, again.count, reader.requests) == ("captured-again", 3, 5)


def test_what_cannot_be_read_is_counted_by_reason_and_costs_nobody_else(
    month: Month, reader: CapturedCustomers, tmp_path: Path
) -> None:
    good = json.loads(month.body(JSON, month.names, slice(0, 2)))
    odd = [good[0], {**good[1], "Day Mins": "many"}]
    lines = [
        captured(json.dumps(odd).encode(), JSON, "errors=row"),
        captured(b"<customer/>", "text/xml"),
        captured(b"\xff\x00", PARQUET),
        captured(json.dumps([{"Day Mins": 1}]).encode(), JSON),
        captured(b"[]", JSON, "colour=blue"),
        captured(b"a", CSV).replace('"CSV"', '"ROT13"'),
        captured(b"a", PARQUET).replace('"YQ=="', '"Y"'),
        '{"captureData": {"endpointOutput": {}}, "eventMetadata": {}}',
        "not JSON",
    ]
    written(tmp_path, "03/00-01", *lines)
    assert table(reader, tmp_path.rglob("*.jsonl")).num_rows == 1
    found = {each.words.partition(";")[0]: each.words for each in reader.findings()}
    assert set(found) == {
        "Not read: 4 lines that were captured are no records",
        "Not read: 2 captured requests are refused as they are",
        "Not read: 2 captured requests hold no customer that can be read",
        "Not read: 1 captured customer of which 'Day Mins' cannot be read",
    }
    assert all(each.code == "captured-unread" for each in reader.findings())
    assert "'many', which is not a number" in " ".join(found.values())
    assert (reader.unread.counts.total(), reader.requests, reader.rows) == (9, 9, 1)
    (lost,) = reader.doubts(0.2)
    assert lost.grave and lost.brief == "9 of 10 captured requests and rows cannot be read"
    assert "4 lines that were captured are no records; 2" in lost.words and "many" not in lost.words
    assert reader.doubts(0.9) == []


def test_what_may_be_read_quite_wrongly_is_doubted_as_in_a_table(
    scoring: Scoring, month: Month, reader: CapturedCustomers, tmp_path: Path
) -> None:
    """By how cells were written, or, without a header, by what stands in their places; the rest is said."""
    bill = month.names.index("Monthly Bill")
    parted = [[*row[:bill], "1,000", *row[bill + 1 :]] for row in month.cells]
    grouped = replace(month, cells=parted).body(CSV, month.names, slice(0, 40))
    optional = min(scoring.typing.optional)
    alone = json.loads(month.body(JSON, month.names, slice(40, 41)))[0] | {"colour": "blue"}
    del alone[optional]
    lines = (captured(grouped, CSV), captured(json.dumps(alone).encode(), JSON))
    assert table(reader, [written(tmp_path, "03/00-01", *lines)]).num_rows == 41
    (thousands,) = reader.doubts(0.2)
    assert (thousands.code, thousands.count) == ("misread-thousands", 40)
    said = {each.code: each for each in reader.findings()}
    assert said["extra-columns"].words.startswith("Of 1 captured request, for example: 1 column")
    assert (said["left-out"].count, said["left-out"].column) == (1, optional)
    order = list(month.names)
    one, other = order.index("Intl Mins"), order.index("Customer Value")
    order[one], order[other] = order[other], order[one]
    bare = CapturedCustomers(scoring.typing, scoring.trained.ranges)
    body = month.body("bare", order, slice(0, 10))
    table(bare, [written(tmp_path, "04/00-01", captured(body, CSV))])
    assert {each.code for each in bare.doubts(0.2)} == {"misplaced"}
    assert "by-place" in {each.code for each in bare.findings()}


def test_requests_of_many_shapes_are_typed_together(
    month: Month, reader: CapturedCustomers, tmp_path: Path
) -> None:
    """Callers alternate; whoever is asked about again by another of them counts as the last time all the same."""
    orders = (month.names, month.names[::-1])
    lines = [
        captured(month.body(form, orders[place % 2], slice(place // 2, place // 2 + 1)), form)
        for place in range(40)
        for form in (CSV, JSON)
    ]
    later = json.loads(month.body(JSON, month.names, slice(7, 8)))[0]
    last = captured(json.dumps({**later, "Day Mins": 1.5}).encode(), JSON)
    files = [written(tmp_path, "03/00-01", *lines), written(tmp_path, "04/00-01", last)]
    (batch,) = reader.read(files)
    assert (batch.num_rows, reader.repeated) == (20, 61)
    assert 1.5 in batch.column("Day Mins").to_pylist()
