"""What is odd about a customer's id is said by the server as by a list, of one customer or of many."""

from __future__ import annotations

import json
from typing import Any

import pytest

from live_server import JSON
from served_month import Month
from unchurn.serve.batch_answers import LongAnswers
from unchurn.serve.request_options import Asked, Format
from unchurn.serve.scoring import Scoring
from unchurn.serve.single_customer_answers import QuickAnswers


@pytest.fixture(scope="module")
def customers(month: Month) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(month.body(JSON, month.names, slice(0, 3)))
    return found


def answered(
    scoring: Scoring, records: list[dict[str, Any]], lenient: bool = False, wanted: Format = "json"
) -> tuple[bytes, bytes]:
    """Answer as the server does: the short way first."""
    asked, body = Asked("json", wanted, lenient=lenient), json.dumps(records).encode()
    return QuickAnswers(scoring).answer(asked, body) or LongAnswers(scoring).answer(asked, body)


@pytest.mark.parametrize(
    ("id", "code"),
    [
        *((" 382-4657", "padded-ids"), ("382-4657 ", "padded-ids"), ("Phone", "header-ids")),
        *(("1,001", "grouped-ids"), (1001230000000.0, "rounded-ids"), (2.0**60, "cut-ids")),
        *((17, "other-ids"), ("A17", "other-ids"), ("1.00123E+12", "cut-ids")),
    ],
)
def test_one_customer_alone_has_the_notes_of_a_list(
    scoring: Scoring, customers: list[dict[str, Any]], id: str | float, code: str
) -> None:
    """Its id is answered as it was sent."""
    key = scoring.scorer.key
    body, notes = answered(scoring, [{**customers[0], key: id}], wanted="jsonlines")
    assert f"{code}=1" in notes.decode()
    assert isinstance(id, float) or json.loads(body)[key] == str(id)
    assert answered(scoring, customers[:1], wanted="jsonlines")[1] == b""


def test_whole_numbers_keep_every_digit(scoring: Scoring, customers: list[dict[str, Any]]) -> None:
    """Beyond 2^53, and beyond 64 bits."""
    key = scoring.scorer.key
    ids = [2**53 + 1, 2**63 - 1, 10**25 + 7]
    sent = [{**each, key: id} for each, id in zip(customers, ids, strict=True)]
    found = json.loads(answered(scoring, sent)[0])["predictions"]
    assert [each[key] for each in found] == [str(id) for id in ids]


@pytest.mark.parametrize("blank", ["", " ", None])
def test_a_blank_id_is_at_fault_where_faults_are_answered(
    scoring: Scoring, customers: list[dict[str, Any]], blank: str | None
) -> None:
    """Named like any other row, and scored all the same; a customer alone, too."""
    key = scoring.scorer.key
    sent = [customers[0], {**customers[1], key: blank}, customers[2]]
    found = json.loads(answered(scoring, sent, lenient=True)[0])["predictions"]
    assert [each["field"] for each in found] == [None, key, None]
    assert found[1]["error"] == f"Row 2: '{key}' is blank; scored, but not to be told apart."
    plain = json.loads(answered(scoring, sent)[0])
    assert [each["probability"] for each in found] == [
        each["probability"] for each in plain["predictions"]
    ]
    assert "error" not in plain["predictions"][1]
    assert any("has no" in note for note in plain["notes"])
    (alone,) = json.loads(answered(scoring, sent[1:2], lenient=True)[0])["predictions"]
    assert alone["field"] == key
