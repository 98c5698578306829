"""The quick way for one customer and the long way for many: the same bits, or no quick answer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live_server import CSV, JSON, LINES
from served_month import RUN, Month
from unchurn.artefacts import ScoringRun
from unchurn.errors import UnchurnError
from unchurn.modelling.scoring.score_rows import REASON_NAMES
from unchurn.serve.batch_answers import LongAnswers
from unchurn.serve.csv_payloads import Headers, read_csv
from unchurn.serve.json_payloads import read_json
from unchurn.serve.refusals import Faults
from unchurn.serve.request_options import Asked, Format
from unchurn.serve.scoring import Scoring
from unchurn.serve.single_customer import Quick
from unchurn.serve.single_customer_answers import QuickAnswers

QUIET = settings(max_examples=250)
TEXT = st.one_of(
    st.sampled_from(["", " ", "NA", "nan", "-0", "+5", "1.", ".5", "1e3", "1,5", "$4", "0x1", "１", "no",
                     "No", " no ", "yes\u00a0", "TRUE", "t", "1", "0.0", "ny", "N\u0079", " Tx", "tX", "2024-02-30", "2024-1-1", "20240131", "0000-00-00", "1900-01-01",
                     "-", "n.a.", "None", "#N/A", "$ -", "(5)", "1.234", "3 GB", "2.5K", "5-", ">5", "1:30"]),
    st.from_regex(r"[+-]?[0-9]{1,18}(\.[0-9]{0,18})?", fullmatch=True),
    st.dates().map(str),
    st.text(max_size=6),
)  # fmt: skip
VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
)


@pytest.fixture(scope="module")
def quick(scoring: Scoring) -> dict[bool, Quick]:
    return {text: Quick(scoring, text) for text in (True, False)}


def long_way(scoring: Scoring, body: bytes, text: bool) -> dict[str, Any] | None:
    try:
        headers = Headers(True, bool, lambda n: ())
        sent = read_csv(body, headers, Faults()) if text else read_json(body, Faults())
        found = scoring.score(sent, Asked(reasons="none"))
    except UnchurnError:
        return None
    plain: dict[str, Any] = found.rows.to_pylist()[0]
    return {name: value for name, value in plain.items() if name not in REASON_NAMES}


def test_the_value_column_is_found_however_churn_toml_spells_it(bundle: Path, month: Month) -> None:
    """Training takes `clv` in any capitals, and so does the server, quickly and the long way."""
    exact, other = (
        Scoring.load(bundle, RUN, {"decision": {"clv": clv, "contact_cost": 4.0}})
        for clv in ("Customer Value", "customer_value")
    )
    record = json.loads(month.body(JSON, month.names, slice(0, 1)))[0]
    wanted, found = (Quick(each, text=False).answer(record) for each in (exact, other))
    assert wanted and found and wanted[0]["expected_value"] is not None
    assert found[0] == wanted[0] == long_way(other, json.dumps(record).encode(), text=False)


@pytest.mark.slow
@QUIET
@given(place=st.integers(0, 199), column=st.integers(0, 99), value=VALUE)
def test_a_typed_cell(
    scoring: Scoring, month: Month, quick: dict[bool, Quick], place: int, column: int, value: Any
) -> None:
    record = json.loads(month.body(JSON, month.names, slice(place, place + 1)))[0]
    record[month.names[column % len(month.names)]] = value
    found = quick[False].answer(record)
    if found is not None:
        assert found[0] == long_way(scoring, json.dumps(record).encode(), text=False)


@pytest.mark.slow
@QUIET
@given(place=st.integers(0, 199), column=st.integers(0, 99), value=TEXT)
def test_a_cell_of_text(
    scoring: Scoring, month: Month, quick: dict[bool, Quick], place: int, column: int, value: str
) -> None:
    value = "".join(c for c in value if c not in ',"\r\n\0' and c.isprintable())
    cells = list(month.cells[place])
    cells[column % len(cells)] = value
    found = quick[True].answer(dict(zip(month.names, cells, strict=True)))
    if found is not None:
        body = ",".join(month.names) + "\n" + ",".join(cells) + "\n"
        assert found[0] == long_way(scoring, body.encode(), text=True)


@pytest.mark.slow
def test_every_customer_is_answered_alike_both_ways(scoring: Scoring, month: Month) -> None:
    """The same members in the same order, whatever is accepted; CSV byte for byte."""
    quick, long = QuickAnswers(scoring), LongAnswers(scoring)
    sent: dict[str, Format] = {CSV: "csv", "bare": "csv", JSON: "json", LINES: "jsonlines"}
    wanted: list[Format] = ["csv", "json", "jsonlines"]
    for place in range(0, len(month.cells), 5):
        form = list(sent)[place % 4]
        order = scoring.typing.layouts[-1] if form == "bare" else month.names
        asked = Asked(sent[form], wanted[place % 3], reasons="none")
        body = month.body(form, order, slice(place, place + 1))
        found = quick.answer(asked, body)
        if found is not None:
            answers = [found, long.answer(asked, body)]
            if asked.wanted != "csv":
                answers = [(json.dumps(json.loads(answer)), notes) for answer, notes in answers]
            assert answers[0] == answers[1]


def test_the_model_reads_derived_columns(scoring: Scoring) -> None:
    """What is compared here has them, or the comparisons say nothing of them."""
    assert scoring.scorer.live.encoder.pairs


def test_most_customers_go_the_quick_way(month: Month, quick: dict[bool, Quick]) -> None:
    records = [dict(zip(month.names, cells, strict=True)) for cells in month.cells]
    assert sum(quick[True].answer(each) is not None for each in records) > 990
    typed = json.loads(month.body(JSON, month.names))
    assert sum(quick[False].answer(each) is not None for each in typed) > 990


def test_a_model_without_a_version_is_named_by_its_run(bundle: Path, month: Month) -> None:
    scoring = Scoring.load(bundle, ScoringRun("", None, "trained"))
    asked, body = Asked(), month.body(JSON, month.names, slice(1))
    for way in (QuickAnswers(scoring), LongAnswers(scoring)):
        answer = way.answer(asked, body)
        assert answer is not None
        named = {"model_version": None, "model_run_id": "trained"}
        assert named.items() <= json.loads(answer[0]).items()


def test_a_backslash_is_left_to_the_long_way(scoring: Scoring, month: Month) -> None:
    """Where `[data] escape` says that it escapes: an id with a comma is that of the file."""
    told = replace(scoring, typing=replace(scoring.typing, escape="backslash", plans={}))
    key = told.typing.schema.with_role("id")[0].name
    place, asked = month.names.index(key), Asked(sent="csv", reasons="none")
    row = list(month.cells[0])
    assert QuickAnswers(told).answer(asked, f"{','.join(month.names)}\n{','.join(row)}\n".encode())
    row[place] = "a\\,b"
    body = f"{','.join(month.names)}\n{','.join(row)}\n".encode()
    assert QuickAnswers(told).answer(asked, body) is None
    (answer,) = json.loads(LongAnswers(told).answer(asked, body)[0])["predictions"]
    assert answer[key] == "a,b"
