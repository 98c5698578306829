"""What is beside the scores: /ping, /health, /docs, /metrics and the documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from unchurn.serve.description import schema_document, version_document
from unchurn.serve.docs_page import HEADERS, docs_page
from unchurn.serve.limits import Limits
from unchurn.serve.metrics import MEDIA_TYPE, Counts
from unchurn.serve.openapi import openapi_document
from unchurn.serve.scoring import Scoring

OPEN = ("/ping", "/health")
"""What needs no token."""


def make_pages(scoring: Scoring, limits: Limits, guarded: bool, counts: Counts) -> Starlette:
    """Make the app that answers everything but invocations."""
    documents = {
        "/version": version_document(scoring),
        "/schema": schema_document(scoring, limits),
        "/openapi.json": openapi_document(scoring, limits, guarded),
    }
    routes = [Route(path, _page(said), methods=["GET"]) for path, said in documents.items()]
    openapi, schema, version = (
        documents[path] for path in ("/openapi.json", "/schema", "/version")
    )
    page = docs_page(openapi, schema, version)

    async def docs(request: Request) -> Response:
        return HTMLResponse(page, headers=HEADERS)

    async def metrics(request: Request) -> Response:
        return Response(counts.text(scoring.scorer.run), media_type=MEDIA_TYPE)

    pages = Starlette(
        routes=[
            *(Route(path, _ping, methods=["GET"]) for path in OPEN),
            Route("/docs", docs, methods=["GET"]),
            Route("/metrics", metrics, methods=["GET"]),
            # the app around this one answers POST; here the other methods are refused
            Route("/invocations", _ping, methods=["POST"]),
            *routes,
        ],
        exception_handlers={HTTPException: _refused},
    )
    pages.router.redirect_slashes = False
    return pages


def _page(said: dict[str, Any]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        return JSONResponse(said)

    return answer


async def _ping(request: Request) -> Response:
    return Response()


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    allow = getattr(error, "headers", None)
    words = {404: "There is nothing at this address.", 405: "The method is not allowed here."}
    said = {
        "error": words.get(status, "Refused."),
        "hint": "GET /openapi.json lists what there is.",
    }
    return JSONResponse(said, status, allow)
