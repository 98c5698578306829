"""The OpenAPI document of a model's server: its columns are the model's."""

from __future__ import annotations

from typing import Any

import unchurn
from unchurn.serve.asking import MOST_REASONS, READ, WRITTEN
from unchurn.serve.description import read_columns
from unchurn.serve.scoring import Scoring

_TYPES = {
    "number": ["number", "null"],
    "date": ["string", "null"],
    "category": ["string", "number", "null"],
    "text": ["string", "number", "null"],
}
_REFUSALS = {
    "400": "The body or a parameter cannot be read; row and field are named",
    "401": "No valid token",
    "406": "No format that is accepted can be written",
    "408": "The request took too long to arrive",
    "413": "Too many bytes or rows",
    "415": "The format cannot be read",
}


def openapi_document(scoring: Scoring, guarded: bool) -> dict[str, Any]:
    """Return what GET /openapi.json answers; `guarded` servers ask for a token."""
    parts: dict[str, Any] = {"schemas": {"Customer": _customer(scoring), "Refusal": _refusal()}}
    if guarded:
        parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "unchurn", "version": unchurn.__version__},
        "paths": {
            "/ping": {"get": {"summary": "Health", "security": [], "responses": _ok("Healthy")}},
            "/version": {"get": {"summary": "Which model answers", "responses": _json("A model")}},
            "/schema": {"get": {"summary": "What a customer needs", "responses": _json("Columns")}},
            "/openapi.json": {"get": {"summary": "This document", "responses": _json("OpenAPI")}},
            "/invocations": {"post": _invocations()},
        },
        "components": parts,
        **({"security": [{"token": []}]} if guarded else {}),
    }


def _customer(scoring: Scoring) -> dict[str, Any]:
    columns = read_columns(scoring)
    kinds = {c.name: "text" if c.role == "id" else c.kind for c in columns}
    return {
        "type": "object",
        "properties": {name: {"type": _TYPES[kind]} for name, kind in kinds.items()},
        "required": list(kinds),
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


def _invocations() -> dict[str, Any]:
    customer = {"$ref": "#/components/schemas/Customer"}
    records = {"type": "array", "items": customer, "minItems": 1}
    text: dict[str, Any] = {"schema": {"type": "string"}}
    content = {name: text for name, kind in READ.items() if kind != "json"}
    content["application/json"] = {"schema": {"anyOf": [records, customer]}}
    refused = {
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    }
    answers = {"200": {"description": "Scores", "content": {name: {} for name in WRITTEN}}}
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


def _json(words: str) -> dict[str, Any]:
    return {"200": {"description": words, "content": {"application/json": {}}}}
