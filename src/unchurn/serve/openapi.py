"""The OpenAPI document of a model's server: its columns are the model's."""

from __future__ import annotations

import sys
from typing import Any

from unchurn.artefacts import Column
from unchurn.modelling.scoring.cutpoints import BANDS
from unchurn.modelling.scoring.decisions import CONTACT, DO_NOT_CONTACT, UNKNOWN
from unchurn.modelling.scoring.score_rows import REASON_NAMES
from unchurn.serve.description import read_columns
from unchurn.serve.limits import Limits
from unchurn.serve.payloads import RESERVED
from unchurn.serve.request_options import MOST_REASONS, READ, WRITTEN
from unchurn.serve.scoring import Scoring
from unchurn.tables.epochs import possible
from unchurn.version import VERSION

_LARGEST = int(sys.float_info.max)
"""Exactly; as a decimal fraction of 17 digits it would be another number."""
_NUMBER = {"type": ["number", "null"], "minimum": -_LARGEST, "maximum": _LARGEST}
_WORDS = {"type": ["string", "number", "null"], "pattern": "^[^\\u0000]*$"}
_NO_DATE = "^ *(--?|\\.)? *$"
"""Of what is read as no date, the spellings without letters; a word is as good as any other."""
_CELLS: dict[str, dict[str, Any]] = {
    "number": _NUMBER,
    "date": {
        "anyOf": [
            {"type": "string", "format": "date"},
            {"type": "string", "pattern": _NO_DATE},
            {"type": "null"},
        ]
    },
    "category": _WORDS,
    "text": _WORDS,
}
_REFUSALS = {
    "400": "The body or a parameter cannot be read; row and field are named",
    "401": "No valid token",
    "403": "A web page of another server asks",
    "404": "There is nothing at this address",
    "405": "The method is not allowed here",
    "406": "No format that is accepted can be written",
    "408": "The request took too long to arrive",
    "413": "Too many bytes or rows",
    "415": "The format cannot be read",
    "421": "The request is for another host",
    "503": "The server is ending and did not come to this request",
}


def openapi_document(scoring: Scoring, limits: Limits, guarded: bool) -> dict[str, Any]:
    """Return what GET /openapi.json answers; `guarded` servers ask for a token."""
    parts: dict[str, Any] = {
        "schemas": {
            "Customer": _customer(scoring),
            "Prediction": _prediction(scoring),
            "Refusal": _refusal(),
        }
    }
    if guarded:
        parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "unchurn", "version": VERSION},
        "paths": {
            "/ping": {"get": {"summary": "Health", "security": [], "responses": _ok("Healthy")}},
            "/health": {
                "get": {"summary": "The same", "security": [], "responses": _ok("Healthy")}
            },
            "/docs": {"get": {"summary": "All this as a page", "responses": _in("text/html")}},
            "/metrics": {
                "get": {"summary": "Counts for Prometheus", "responses": _in("text/plain")}
            },
            "/version": {"get": {"summary": "Which model answers", "responses": _json("A model")}},
            "/schema": {"get": {"summary": "What a customer needs", "responses": _json("Columns")}},
            "/openapi.json": {"get": {"summary": "This document", "responses": _json("OpenAPI")}},
            "/invocations": {"post": _invocations(limits)},
        },
        "components": parts,
        **({"security": [{"token": []}]} if guarded else {}),
    }


def _customer(scoring: Scoring) -> dict[str, Any]:
    columns = read_columns(scoring)
    return {
        "type": "object",
        "properties": {column.name: _cell(column) for column in columns},
        "propertyNames": {"not": {"enum": sorted(RESERVED)}},
        "required": [each.name for each in columns if each.name not in scoring.typing.optional],
    }


def _cell(column: Column) -> dict[str, Any]:
    cell = _CELLS["text" if column.role == "id" else column.kind]
    if column.truth and column.role != "id":
        return {"anyOf": [cell, {"type": "boolean"}]}
    if column.kind != "date" or column.role == "id" or not column.epoch:
        return cell
    low, high = possible(column.epoch)
    number = {"type": "number", "minimum": low, "maximum": high}
    return {"anyOf": [number, *cell["anyOf"]]}


def _prediction(scoring: Scoring) -> dict[str, Any]:
    words = {"type": ["string", "null"]}
    number = {"type": ["number", "null"]}
    return {
        "type": "object",
        "properties": {
            scoring.scorer.key: {"type": ["string", "integer", "null"]},
            "probability": {**number, "minimum": 0, "maximum": 1},
            "decile": {"type": ["integer", "null"], "minimum": 1, "maximum": 10},
            "band": {"enum": [*BANDS, None]},
            "expected_value": number,
            "decision": {"enum": [CONTACT, DO_NOT_CONTACT, UNKNOWN, None]},
            **dict.fromkeys((*REASON_NAMES, "error", "field"), words),
        },
        "required": [scoring.scorer.key, "probability", "decile", "band"],
    }


def _answer() -> dict[str, Any]:
    predictions = {"type": "array", "items": {"$ref": "#/components/schemas/Prediction"}}
    return {
        "type": "object",
        "properties": {
            "predictions": predictions,
            "model_version": {"type": ["integer", "null"]},
            "model_run_id": {"type": "string"},
            "currency": {"type": "string", "description": "Of expected_value."},
            "notes": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["predictions", "model_version"],
    }


def _refusal() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "error": {"type": "string"},
            "hint": {"type": "string"},
            "row": {"type": "integer"},
            "field": {"type": ["string", "null"]},
        },
        "required": ["error", "hint"],
    }


def _named(records: dict[str, Any]) -> dict[str, Any]:
    rows = {"type": "array", "contains": {"type": ["array", "object"]}}
    beside = {"not": rows, "additionalProperties": {"not": rows}}
    named = {"properties": {"records": records}, "required": ["records"]}
    return {"type": "object", **named, "additionalProperties": beside}


def _invocations(limits: Limits) -> dict[str, Any]:
    customer = {"$ref": "#/components/schemas/Customer"}
    records: dict[str, Any] = {"type": "array", "items": customer, "minItems": 1}
    if limits.rows is not None:
        records["maxItems"] = limits.rows
    content: dict[str, Any] = {
        name: {"schema": {"type": "string", "contentMediaType": name}}
        for name, kind in READ.items()
        if kind != "json"
    }
    content["application/json"] = {"schema": {"anyOf": [records, customer, _named(records)]}}
    refused = {
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    }
    scores: dict[str, Any] = {name: {"schema": {"type": "string"}} for name in WRITTEN}
    scores["application/json"] = {"schema": _answer()}
    notes = {"X-Unchurn-Notes": {"schema": {"type": "string"}}}
    answers = {"200": {"description": "Scores", "content": scores, "headers": notes}}
    return {
        "summary": "Score customers",
        "parameters": _parameters(),
        "requestBody": {"required": True, "content": content},
        "responses": {
            **answers,
            **{code: {"description": words, **refused} for code, words in _REFUSALS.items()},
        },
    }


def _parameters() -> list[dict[str, Any]]:
    counted = {"type": "integer", "minimum": 1, "maximum": MOST_REASONS}
    named = {"type": "string", "enum": ["none", "policy", "all"]}
    schemas: dict[str, Any] = {
        "reasons": {"anyOf": [named, counted]},
        "errors": {"type": "string", "enum": ["fail", "row"]},
        "header": {"type": "string", "enum": ["auto", "yes", "no"]},
    }
    return [{"name": name, "in": "query", "schema": each} for name, each in schemas.items()]


def _ok(words: str) -> dict[str, Any]:
    return {"200": {"description": words}}


def _in(media_type: str) -> dict[str, Any]:
    return {"200": {"description": "A text", "content": {media_type: {}}}}


def _json(words: str) -> dict[str, Any]:
    return {"200": {"description": words, "content": {"application/json": {}}}}
