"""The server: GET /ping, POST /invocations. It exists only once its model is loaded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from unchurn.errors import DataError, UnchurnError
from unchurn.serve.payloads import JSON_LINES, read_json_lines, write_json_lines
from unchurn.serve.scoring import Scoring

MOST_BYTES = 6 * 1024 * 1024
"""Bytes of a body, as on a SageMaker endpoint."""
DRAIN = 25
"""Seconds in which accepted requests are answered after SIGTERM; SageMaker kills after 30."""
_ANY = frozenset({"*/*", "application/*", ""})


def make_app(scoring: Scoring, most_bytes: int = MOST_BYTES) -> Starlette:
    """Make the app that answers with `scoring`; bodies longer than `most_bytes` are refused."""
    invocations = _Invocations(scoring, most_bytes, asyncio.Semaphore(1))
    return Starlette(
        routes=[
            Route("/ping", _ping, methods=["GET"]),
            Route("/invocations", invocations.answer, methods=["POST"]),
        ]
    )


def listen(app: Starlette, host: str, port: int) -> None:
    """Serve `app` until SIGTERM, then answer what was accepted and return."""
    import uvicorn

    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=DRAIN,
    )


async def _ping(request: Request) -> Response:
    return Response()


@dataclass(frozen=True)
class _Invocations:
    """Scoring keeps one thread busy: `turns` lets one request at a time have it."""

    scoring: Scoring
    most_bytes: int
    turns: asyncio.Semaphore

    async def answer(self, request: Request) -> Response:
        try:
            _check_media_types(request)
            body = await self._body(request)
            async with self.turns:
                lines = await asyncio.to_thread(self._scored, body)
        except HTTPException as error:
            return _refusal(error.status_code, error.detail)
        except DataError as error:
            return _refusal(400, error.message, error.hint)
        except UnchurnError as error:
            return _refusal(500, error.message, error.hint)
        return Response(lines, media_type="application/jsonlines")

    def _scored(self, body: bytes) -> bytes:
        return write_json_lines(self.scoring.score(read_json_lines(body)))

    async def _body(self, request: Request) -> bytes:
        pieces, length = [], 0
        async for piece in request.stream():
            length += len(piece)
            if length > self.most_bytes:
                raise HTTPException(413, f"The body is longer than {self.most_bytes:,} bytes.")
            pieces.append(piece)
        return b"".join(pieces)


def _check_media_types(request: Request) -> None:
    if not _media_types(request, "content-type") & JSON_LINES:
        raise HTTPException(415, "Send application/jsonlines: one JSON object a line.")
    if not _media_types(request, "accept") & (JSON_LINES | _ANY):
        raise HTTPException(406, "The answer is application/jsonlines; accept that.")


def _media_types(request: Request, header: str) -> set[str]:
    named = request.headers.get(header, "").split(",")
    return {each.split(";")[0].strip().lower() for each in named}


def _refusal(status: int, error: str, hint: str = "") -> JSONResponse:
    return JSONResponse({"error": error, "hint": hint}, status_code=status)
