"""Whatever the format, header or column order: the answers of `unchurn score`, bit for bit."""

from __future__ import annotations

import csv
import gzip
import http.client
import io
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live_server import CSV, JSON, LINES, PARQUET, Answer, Live
from served_month import Month
from unchurn.modelling.scoring.score_rows import REASON_NAMES
from unchurn.serve.scoring import Scoring

SCORES = ("probability", "decile", "band", "expected_value", "decision")
FORMS = {CSV: CSV, "bare": CSV, JSON: JSON, "split": JSON, LINES: LINES, PARQUET: PARQUET}


def rows(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.body
    kind = answer.headers["content-type"]
    if kind == JSON:
        return list(answer.document["predictions"])
    if kind == LINES:
        return [json.loads(line) for line in answer.body.splitlines()]
    found: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(answer.body.decode())))
    for row in found:
        for name, kind in (("probability", float), ("decile", int), ("expected_value", float)):
            row[name] = kind(row[name]) if row[name] else None
    return [{name: None if value == "" else value for name, value in row.items()} for row in found]


def the_same(
    answer: Answer,
    month: Month,
    key: str,
    cut: slice = slice(None),
    columns: tuple[str, ...] = SCORES,
) -> None:
    found = [{name: each[name] for name in (key, *columns)} for each in rows(answer)]
    assert found == [{name: each[name] for name in (key, *columns)} for each in month.scores[cut]]


@pytest.mark.slow
@settings(max_examples=60)
@given(
    form=st.sampled_from(list(FORMS)),
    wanted=st.sampled_from([CSV, JSON, LINES]),
    order=st.integers(0, 10_000),
    extras=st.booleans(),
    packed=st.booleans(),
)
def test_a_thousand_customers_in_any_shape(
    live: Live,
    month: Month,
    scoring: Scoring,
    form: str,
    wanted: str,
    order: int,
    extras: bool,
    packed: bool,
) -> None:
    sent = month.with_extras(str(scoring.typing.schema.target)) if extras else month
    names = random.Random(order).sample(sent.names, len(sent.names))
    if form == "bare":
        names = [n for n in scoring.typing.layouts[-1] if n in month.names]
    body = sent.body(form, names)
    how = {"content_encoding": "gzip"} if packed else {}
    body = gzip.compress(body, 1) if packed else body
    answer = live.score(body, FORMS[form], accept=wanted, **how)
    assert answer.headers["content-type"] == wanted
    the_same(answer, month, scoring.scorer.key)


@pytest.mark.parametrize("wanted", [CSV, JSON, LINES])
@pytest.mark.parametrize("form", list(FORMS))
def test_reasons_for_a_thousand_customers(
    live: Live, month: Month, scoring: Scoring, form: str, wanted: str
) -> None:
    order = scoring.typing.layouts[-1] if form == "bare" else month.names
    answer = live.score(month.body(form, order), FORMS[form], "reasons=all", accept=wanted)
    the_same(answer, month, scoring.scorer.key, columns=(*SCORES, *REASON_NAMES))


@pytest.mark.slow
@settings(max_examples=300)
@given(
    place=st.integers(0, 999),
    form=st.sampled_from(list(FORMS)),
    wanted=st.sampled_from([CSV, JSON, LINES]),
    reasons=st.sampled_from(["none", "all"]),
)
def test_one_customer_in_any_shape(
    live: Live, month: Month, scoring: Scoring, place: int, form: str, wanted: str, reasons: str
) -> None:
    order = list(scoring.typing.layouts[-1]) if form == "bare" else month.names
    cut = slice(place, place + 1)
    body = month.body(form, order, cut)
    answer = live.score(body, FORMS[form], f"reasons={reasons}", accept=wanted)
    columns = (*SCORES, *REASON_NAMES) if reasons == "all" else SCORES
    the_same(answer, month, scoring.scorer.key, cut, columns)


@pytest.mark.parametrize("form", [CSV, JSON])
def test_every_customer_alone(live: Live, month: Month, scoring: Scoring, form: str) -> None:
    """All thousand over one connection."""
    wire = http.client.HTTPConnection("127.0.0.1", live.port, timeout=3600)
    found = []
    for place in range(len(month.cells)):
        body = month.body(form, month.names, slice(place, place + 1))
        wire.request("POST", "/invocations", body, {"Content-Type": form, "Accept": LINES})
        found.append(json.loads(wire.getresponse().read()))
    wire.close()
    names = (scoring.scorer.key, *SCORES)
    assert [{name: each[name] for name in names} for each in found] == [
        {name: each[name] for name in names} for each in month.scores
    ]


def test_headers_are_matched_forgivingly(live: Live, month: Month, scoring: Scoring) -> None:
    header, rest = month.body(CSV, month.names).split(b"\r\n", 1)
    answer = live.score(header.upper() + b"\r\n" + rest, CSV)
    the_same(answer, month, scoring.scorer.key)


@pytest.mark.parametrize("mark", [";", "\t", "|", ", "])
def test_a_file_as_programs_write_it_is_scored_as_score_does(
    live: Live, month: Month, scoring: Scoring, mark: str
) -> None:
    """A byte-order mark, any common delimiter, quotes and blanks before quotes change nothing."""
    body = month.body(CSV, month.names, slice(0, 30)).decode()
    cells = list(csv.reader(io.StringIO(body)))
    lines = [mark.join(f'"{cell}"' for cell in row) for row in cells]
    written = ("\ufeff" + "\r\n".join(lines)).encode()
    the_same(live.score(written, CSV), month, scoring.scorer.key, slice(0, 30))


def test_a_header_may_be_announced(live: Live, month: Month, scoring: Scoring) -> None:
    bare = month.body("bare", scoring.typing.layouts[-1], slice(0, 3))
    the_same(live.score(bare, "text/csv; header=absent"), month, scoring.scorer.key, slice(0, 3))
    the_same(live.score(bare, CSV, "header=no"), month, scoring.scorer.key, slice(0, 3))
    assert live.score(bare, CSV, "header=yes").status == 400


def test_the_label_and_extra_columns_are_ignored_and_noted(
    live: Live, month: Month, scoring: Scoring
) -> None:
    record = json.loads(month.body(JSON, month.names, slice(0, 1)))[0]
    record |= {str(scoring.typing.schema.target): "True.", "favourite colour": "blue"}
    answer = live.score(json.dumps(record).encode(), JSON)
    the_same(answer, month, scoring.scorer.key, slice(0, 1))
    assert [("label" in note, "favourite" in note) for note in answer.document["notes"]] == [
        (True, False), (False, True),
    ]  # fmt: skip
    lines = live.score(json.dumps(record).encode(), LINES)
    assert lines.headers["x-unchurn-notes"] == "label-ignored=1, extra-columns=1"


def test_reasons_are_given_where_asked_and_no_further(
    live: Live, month: Month, scoring: Scoring
) -> None:
    body = month.body(CSV, month.names, slice(0, 50))
    few = live.score(body, CSV, "reasons=3", accept=JSON)
    given = [row for row in rows(few) if row["reason_1"]]
    chances = sorted((row["probability"] for row in rows(few)), reverse=True)
    assert sorted((row["probability"] for row in given), reverse=True) == chances[:3]
    assert "riskiest 3 of 50" in few.document["notes"][-1]
    assert "reason_1" not in rows(live.score(body, CSV, accept=JSON))[0]


def test_parameters_travel_in_custom_attributes(live: Live, month: Month) -> None:
    """SageMaker passes no query string on."""
    attributes = {"x_amzn_sagemaker_custom_attributes": "reasons=all"}
    body = month.body(JSON, month.names, slice(0, 1))
    assert live.score(body, JSON, **attributes).document["predictions"][0]["reason_1"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("", CSV), ("*/*", CSV), ("application/json;q=0.1, text/csv", CSV), ("application/*", JSON)],
)
def test_accept_decides(live: Live, month: Month, accept: str, kind: str) -> None:
    answer = live.score(month.body(CSV, month.names, slice(0, 1)), CSV, accept=accept)
    assert (answer.status, answer.headers["content-type"]) == (200, kind)
    assert live.score(b"x", CSV, accept="image/png").status == 406


def test_the_documents_name_model_and_columns(live: Live, scoring: Scoring) -> None:
    version = live.ask("GET", "/version").document
    assert (version["model_version"], version["bundle_sha256"]) == (1, scoring.identity)
    schema = live.ask("GET", "/schema").document
    read = [each["name"] for each in schema["columns"]]
    assert set(read) == {scoring.scorer.key, *scoring.typing.schema.features}
    openapi = live.ask("GET", "/openapi.json").document
    assert list(openapi["components"]["schemas"]["Customer"]["properties"]) == read
    assert live.ask("GET", "/invocations").status == 405
    assert live.ask("GET", "/nothing").status == 404


def test_a_json_answer_names_the_currency_of_what_it_values(live: Live, month: Month) -> None:
    """One customer and many, by the short way and the long; rows themselves hold plain figures."""
    for many in (1, 3):
        body = month.body(CSV, month.names, slice(0, many))
        answer = live.score(body, CSV, accept=JSON).document
        assert answer["currency"] == "EUR"
        assert isinstance(answer["predictions"][0]["expected_value"], float)
