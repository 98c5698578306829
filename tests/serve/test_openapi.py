"""The OpenAPI document is kept: what it allows is scored, what it does not is refused in words."""

from __future__ import annotations

import json
import sys
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS

from live_server import JSON, Live
from unchurn.artefacts import Column
from unchurn.serve.native_cells import native
from unchurn.serve.payloads import RESERVED

MANY = settings(max_examples=120, suppress_health_check=[HealthCheck.filter_too_much])
ALWAYS = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_headers_conformance", "response_schema_conformance")  # fmt: skip


@pytest.fixture(scope="module")
def document(live: Live) -> dict[str, Any]:
    found: dict[str, Any] = live.ask("GET", "/openapi.json").document
    return found


@pytest.mark.parametrize("path", ["/ping", "/version", "/schema", "/openapi.json", "/invocations"])
def test_other_methods_are_refused(live: Live, document: dict[str, Any], path: str) -> None:
    there = {method.upper() for method in document["paths"][path]}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"} - there:
        answer = live.ask(method, path)
        assert answer.status == 405
        assert answer.document["error"]
        assert there <= set(answer.headers["allow"].split(", ")) <= {*there, "HEAD"}


def ask(live: Live, cases: st.SearchStrategy[Any], checks: tuple[str, ...]) -> None:
    """Send what schemathesis makes up, and let it judge the answers."""

    @MANY
    @given(case=cases)
    def asked(case: Any) -> None:
        answer = case.call(base_url=f"http://127.0.0.1:{live.port}")
        case.validate_response(answer, checks=CHECKS.get_by_names([*ALWAYS, *checks]))

    asked()


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_customers_in_json_are_scored_or_refused_as_written(
    live: Live, document: dict[str, Any], mode: schemathesis.GenerationMode
) -> None:
    """Everything valid is scored, everything else is not; `errors=row` would answer both."""
    only = deepcopy(document)
    invocations = only["paths"]["/invocations"]["post"]
    body = invocations["requestBody"]
    body["content"] = {JSON: body["content"][JSON]}
    invocations["parameters"] = [p for p in invocations["parameters"] if p["name"] != "errors"]
    cases = schemathesis.openapi.from_dict(only)["/invocations"]["POST"].as_strategy(mode)
    ask(live, cases, ("positive_data_acceptance", "negative_data_rejection"))


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_whatever_the_document_offers_is_answered_as_it_says(
    live: Live, document: dict[str, Any], mode: schemathesis.GenerationMode
) -> None:
    """All addresses, all formats: a schema cannot say which text is CSV of customers."""
    schema = schemathesis.openapi.from_dict(document)
    operations = [each.ok().as_strategy(mode) for each in schema.get_all_operations()]
    ask(live, st.one_of(operations), ())


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_name_that_is_kept_for_unchurn_is_no_field_in_the_document_either(
    live: Live, document: dict[str, Any], name: str
) -> None:
    customer = document["components"]["schemas"]["Customer"]
    assert name in customer["propertyNames"]["not"]["enum"]
    sent = dict.fromkeys(customer["properties"]) | {name: 1}
    answer = live.score(json.dumps([sent]).encode(), JSON)
    assert answer.status == 400
    assert name in answer.document["error"]


@pytest.mark.parametrize("sign", [1, -1])
def test_a_whole_number_is_refused_beyond_the_digits_of_the_largest(sign: int) -> None:
    """The document spells the largest float in 17 digits; one more is beyond it, though it rounds."""
    largest = sign * int(Decimal(repr(sys.float_info.max)))
    column = Column("x", "number")
    assert native([largest], column)[1] == {}
    assert native([largest + sign], column)[1] == {0: "a number that a model can read"}
