"""A cell that looks misread is said alike in a list, and served either way."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from command_line import Ran, run_unchurn
from live_server import JSON
from served_month import Month
from unchurn.serve.batch_answers import LongAnswers
from unchurn.serve.csv_payloads import Headers, read_csv
from unchurn.serve.refusals import Faults
from unchurn.serve.request_options import Asked
from unchurn.serve.scoring import Scoring
from unchurn.serve.single_customer_answers import QuickAnswers

QUIET = settings(max_examples=150)


def numbers(scoring: Scoring) -> list[str]:
    """The number features, none of which training saw below zero."""
    schema = scoring.scorer.schema
    named = [schema.named(name) for name in schema.features]
    found = [each.name for each in named if each.kind == "number"]
    return [name for name in found if scoring.trained.ranges[name][0] >= 0]


def document(names: list[str], *rows: list[str]) -> bytes:
    """Rows as CSV."""
    return "\n".join([",".join(names), *(",".join(row) for row in rows), ""]).encode()


@pytest.mark.slow
@QUIET
@given(
    place=st.integers(0, 199),
    column=st.integers(0, 99),
    value=st.one_of(
        st.sampled_from(
            ["-1", "-999", "9999", "99999", "-1.0", "999.999", "9.091", "0.123", "12 %"]
        ),
        st.integers(-1000, 100_000).map(str),
        st.decimals(-1000, 100_000, places=3).map(str),
    ),
)
def test_quickly_and_the_long_way(
    scoring: Scoring, month: Month, place: int, column: int, value: str
) -> None:
    """The quick way says what the long one does, or leaves the cell to it; in CSV and JSON."""
    name = numbers(scoring)[column % len(numbers(scoring))]
    row = list(month.cells[place])
    row[month.names.index(name)] = value
    typed: dict[str, Any] = json.loads(month.body(JSON, month.names, slice(place, place + 1)))[0]
    bodies = [("csv", document(month.names, row))]
    if "%" not in value:
        bodies.append(("json", json.dumps({**typed, name: float(value)}).encode()))
    for form, body in bodies:
        asked = Asked(form, "json", reasons="none")  # type: ignore[arg-type]
        slow = LongAnswers(scoring).answer(asked, body)
        assert slow
        quick = QuickAnswers(scoring).answer(asked, body)
        assert quick is None or json.loads(quick[0]) == json.loads(slow[0])


@pytest.mark.parametrize(
    ("day", "said"),
    [
        *(
            (f"{year}-05-01", "years outside training's")
            for year in ("0023", "1402", "2566", "2060")
        ),
        ("2023", "names no day"),
        ("9999-12-31", ""),
        *((str(day), "") for day in (date(2023, 5, 1), date(2024, 2, 29), date(2022, 12, 31))),
    ],
)
@pytest.mark.parametrize("form", ["csv", "json"])
def test_dates_quickly_and_the_long_way(
    scoring: Scoring, month: Month, form: str, day: str, said: str
) -> None:
    """A day far from all of training's is said, and left to the long way for it."""
    schema = scoring.scorer.schema
    name = next(each for each in schema.features if schema.named(each).kind == "date")
    row = list(month.cells[0])
    row[month.names.index(name)] = day
    typed: dict[str, Any] = json.loads(month.body(JSON, month.names, slice(0, 1)))[0]
    body = document(month.names, row)
    if form == "json":
        body = json.dumps({**typed, name: day}).encode()
    asked = Asked(form, "json", reasons="none")  # type: ignore[arg-type]
    slow = LongAnswers(scoring).answer(asked, body)
    assert slow
    answer = json.loads(slow[0])
    assert not said or any(said in each for each in answer["notes"])
    quick = QuickAnswers(scoring).answer(asked, body)
    assert quick is None or json.loads(quick[0]) == answer
    assert not said or quick is None


def test_a_short_list_and_the_server_say_the_same(
    scoring: Scoring, month: Month, trained: tuple[Path, Ran], tmp_path: Path
) -> None:
    """Three customers: a code for missing, a decimal mark not training's, a fraction of a count."""
    name, other = numbers(scoring)[:2]
    rows = [list(row) for row in month.cells[:3]]
    rows[0][month.names.index(name)] = "-999"
    low, high = scoring.trained.ranges[other]
    rows[1][month.names.index(other)] = f"{(low + high) / 2000:.3f}"
    rows[2][month.names.index(other)] = "$5"
    schema = scoring.scorer.schema
    whole = next(n for n in numbers(scoring)[2:] if "whole" in (schema.named(n).forms or ()))
    rows[2][month.names.index(whole)] = f"{scoring.trained.ranges[whole][1] - 0.5}"
    key = month.names.index(str(scoring.scorer.schema.id))
    rows[1][key] = rows[2][key]
    kinds = ("misread", "written", "repeated")
    path = tmp_path / "list.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([month.names, *rows])
    out = tmp_path / "scores.csv"
    ran = run_unchurn("score", "--project", trained[0], "--data", path, "--out", out, "--json")
    assert ran.code == 0, ran.err
    listed = [note for note in ran.document["notes"] if note["code"].startswith(kinds)]
    sent = read_csv(document(month.names, *rows), Headers(True, bool, lambda n: ()), Faults())
    served = [note for note in scoring.score(sent, Asked()).notes if note.code.startswith(kinds)]
    assert [note["words"] for note in listed] == [note.words for note in served]
    found = {(n.code, n.column, n.count) for n in served}
    key_name = scoring.scorer.schema.id
    assert {
        ("misread-missing", name, 1),
        ("written-money", other, 1),
        ("misread-fraction", whole, 1),
        ("repeated-ids", key_name, 1),
    } <= found


@pytest.mark.parametrize("customers", [1, 3])
def test_the_note_names_the_cell(scoring: Scoring, month: Month, customers: int) -> None:
    """One customer or several: count, example and the key that makes it missing."""
    name = numbers(scoring)[0]
    rows = [list(row) for row in month.cells[:customers]]
    rows[-1][month.names.index(name)] = "-999"
    sent = read_csv(document(month.names, *rows), Headers(True, bool, lambda n: ()), Faults())
    found = [note for note in scoring.score(sent, Asked()).notes if note.column == name]
    assert [(each.code, each.count) for each in found] == [("misread-missing", 1)]
    assert "'-999'" in found[0].words
    assert "[data] missing" in found[0].words
