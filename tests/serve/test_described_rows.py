"""What /schema shows is what the server accepts, as it is."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from unchurn.serve.batch_answers import LongAnswers
from unchurn.serve.description import schema_document
from unchurn.serve.limits import LIVE
from unchurn.serve.request_options import Asked
from unchurn.serve.scoring import Scoring
from unchurn.serve.single_customer_answers import QuickAnswers


def usual(document: dict[str, Any]) -> dict[str, Any]:
    return {each["name"]: each.get("usual") for each in document["columns"]}


def test_the_usual_customer_is_accepted_in_every_layout(scoring: Scoring) -> None:
    """Each layout of rows without a header, and the record of usual values, is scored."""
    document = schema_document(scoring, LIVE)
    customer = {**usual(document), document["id"]: "5550100"}
    answers = []
    for layout in document["rows_without_header"]:
        line = io.StringIO()
        csv.writer(line).writerow([customer.get(name, "x") for name in layout])
        asked = Asked("csv", "json", reasons="none", header=False)
        answer = LongAnswers(scoring).answer(asked, line.getvalue().encode())[0]
        answers.append(json.loads(answer)["predictions"][0]["probability"])
    body = json.dumps(document["example"]).encode()
    for way in (LongAnswers(scoring), QuickAnswers(scoring)):
        found = way.answer(Asked("json", "json", reasons="none"), body)
        assert found is not None
        answers.append(json.loads(found[0])["predictions"][0]["probability"])
    assert len(set(answers)) == 1


def test_every_value_shown_is_no_stranger(scoring: Scoring) -> None:
    """A category value that /schema lists is never said to be unseen."""
    document = schema_document(scoring, LIVE)
    for column in document["columns"]:
        for value in column.get("values", [])[:3]:
            body = json.dumps({**document["example"], column["name"]: value}).encode()
            found = LongAnswers(scoring).answer(Asked("json", "json", reasons="none"), body)
            assert "notes" not in json.loads(found[0])
