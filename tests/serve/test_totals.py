"""A total below the customers of a request is no customer, in whatever format it was sent."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from live_server import JSON
from served_month import Month
from unchurn.errors import UnchurnError
from unchurn.serve.batch_answers import LongAnswers
from unchurn.serve.request_options import Asked
from unchurn.serve.scoring import Scoring


def body(sent: str, names: list[str], rows: list[dict[str, Any]]) -> bytes:
    """Write rows in a format, what one lacks as nothing or null."""
    cells = [[row.get(name) for name in names] for row in rows]
    if sent == "csv":
        lines = [",".join("" if c is None else str(c) for c in row) for row in cells]
        return "\n".join([",".join(names), *lines]).encode()
    full = [dict(zip(names, row, strict=True)) for row in cells]
    if sent == "parquet":
        stream = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(full), stream)
        return stream.getvalue()
    return (json.dumps(full) if sent == "json" else "\n".join(map(json.dumps, full))).encode()


@pytest.mark.parametrize("sent", ["csv", "json", "jsonlines", "parquet"])
@pytest.mark.parametrize("said", ["Total", "8 customers"])
def test_a_total_is_refused_and_named(scoring: Scoring, month: Month, sent: Any, said: str) -> None:
    """Asked for all or none nothing is scored; with errors=row the customers above it are."""
    rows = json.loads(month.body(JSON, month.names, slice(0, 8)))
    first = month.names[0]
    answers = LongAnswers(scoring)
    alone = json.loads(answers.answer(Asked(sent), body(sent, month.names, rows))[0])
    with_total = body(sent, month.names, [*rows, {first: said}])
    with pytest.raises(UnchurnError, match=f"9 is a total or a line below one .'{said}'"):
        answers.answer(Asked(sent), with_total)
    found = json.loads(answers.answer(Asked(sent, lenient=True), with_total)[0])["predictions"]
    assert [row["probability"] for row in found] == [
        *(row["probability"] for row in alone["predictions"]),
        None,
    ]
    assert said in found[-1]["error"]


def test_notes_are_of_customers_who_are_scored(scoring: Scoring, month: Month) -> None:
    """A row at fault that has no id is told by its fault alone."""
    rows = json.loads(month.body(JSON, month.names, slice(0, 8)))
    rows[2] |= {scoring.scorer.schema.id: None, "Day Mins": "many"}
    rows[4] |= {scoring.scorer.schema.id: None}
    asked = Asked("json", lenient=True)
    answer = json.loads(LongAnswers(scoring).answer(asked, json.dumps(rows).encode())[0])
    told = [note for note in answer["notes"] if "not to be told apart" in note]
    assert len(told) == 1
    assert "(row 5)" in told[0]
