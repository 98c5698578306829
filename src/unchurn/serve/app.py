"""The server as an ASGI app: POST /invocations, and pages beside it.

It exists only once its model is loaded. A body is read, refused or scored; what it held is
never written to a log.
"""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

from unchurn.errors import DataError, UnchurnError
from unchurn.serve.batch_answers import LongAnswers
from unchurn.serve.bodies import Message, Receive, receive_body, unfold
from unchurn.serve.hosts import Hosts
from unchurn.serve.limits import LIVE, Limits
from unchurn.serve.metrics import Counts
from unchurn.serve.pages import OPEN, make_pages
from unchurn.serve.refusals import RefusalError, RowError
from unchurn.serve.request_options import Asked, read_asked
from unchurn.serve.scoring import Scoring
from unchurn.serve.single_customer_answers import QuickAnswers
from unchurn.serve.tokens import allowed
from unchurn.thread_limit import few_threads

Send: TypeAlias = Callable[[Message], Awaitable[None]]
_KEPT = 256
_LOG = logging.getLogger("unchurn.serve")


@dataclass
class Answering:
    """The app. Long work has a thread of its own, one request at a time; short work has none."""

    scoring: Scoring
    limits: Limits = LIVE
    token: str = field(default="", repr=False)
    hosts: Hosts = field(default_factory=Hosts)
    counts: Counts = field(default_factory=Counts)

    def __post_init__(self) -> None:
        """Make what every request uses."""
        self._quick = QuickAnswers(self.scoring)
        self._long = LongAnswers(self.scoring, self.limits, self.counts)
        self._pages = make_pages(self.scoring, self.limits, bool(self.token), self.counts)
        self._asked: dict[tuple[bytes, bytes, bytes, bytes], Asked] = {}
        self._turns = asyncio.Semaphore(1)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = dict(scope["headers"])
        asks = scope["path"] == "/invocations" and scope["method"] == "POST"
        refused = self._refusal(scope["path"], headers)
        if refused is None and not asks:
            await self._pages(scope, receive, send)
            return
        began = time.perf_counter()
        if refused is None:
            status = await self._invoked(scope, headers, receive, send)
        else:
            status = await _refuse(send, refused)
        if asks and status:
            self.counts.answered(status, time.perf_counter() - began)

    def _refusal(self, path: str, headers: dict[bytes, bytes]) -> RefusalError | None:
        """Tell whether the request is one for this server, from somebody who may ask."""
        foreign = self.hosts.refusal(headers)
        if foreign or not self.token or path in OPEN or allowed(headers, self.token):
            return foreign
        return RefusalError(
            401,
            "The request carries no valid token.",
            "Send Authorization: Bearer with the server's token.",
        )

    async def _invoked(
        self, scope: dict[str, Any], headers: dict[bytes, bytes], receive: Receive, send: Send
    ) -> int:
        """Answer with scores or a refusal; return the status, 0 where nobody is there any more."""
        try:
            asked = self._read(scope, headers)
            body = await receive_body(receive, self.limits.bytes)
            if body is None:
                return 0
            encoding = headers.get(b"content-encoding", b"").decode("latin-1").strip().lower()
            if encoding:
                body = unfold(body, encoding, self.limits.bytes)
            made = self._quick.answer(asked, body)
            if made:
                self.counts.scored_alone()
                # all that wait are scored, then all are answered: caches stay warm for each
                await asyncio.sleep(0)
            else:
                async with self._turns:
                    made = (
                        self._long.answer(asked, body)
                        if few_threads()
                        else await asyncio.to_thread(self._long.answer, asked, body)
                    )
        except asyncio.CancelledError:
            # the server ends, and this request waited behind too many others
            return await _refuse(send, RefusalError(503, "The server is ending.", "Send it again."))
        except UnchurnError as error:
            return await _refuse(send, error)
        except Exception as error:
            _LOG.error(
                "%s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__))
            )
            return await _refuse(
                send, RefusalError(500, "The server failed; its log says where.", "")
            )
        await _send(send, 200, asked.media_type.encode(), made[0], made[1])
        return 200

    def _read(self, scope: dict[str, Any], headers: dict[bytes, bytes]) -> Asked:
        key = (
            headers.get(b"content-type", b""),
            headers.get(b"accept", b""),
            scope["query_string"],
            headers.get(b"x-amzn-sagemaker-custom-attributes", b""),
        )
        asked = self._asked.get(key)
        if asked is None:
            kind, accept, query, attributes = (each.decode("latin-1") for each in key)
            asked = read_asked(kind, accept, "&".join(filter(None, (attributes, query))))
            if len(self._asked) >= _KEPT:
                self._asked.clear()
            self._asked[key] = asked
        return asked


async def _refuse(send: Send, error: UnchurnError) -> int:
    said: dict[str, Any] = {"error": error.message, "hint": error.hint}
    if isinstance(error, RowError):
        said |= {"row": error.fault.row, "field": error.fault.field}
    status = (
        error.status
        if isinstance(error, RefusalError)
        else 400
        if isinstance(error, DataError)
        else 500
    )
    await _send(send, status, b"application/json", msgspec.json.encode(said))
    return status


async def _send(send: Send, status: int, kind: bytes, body: bytes, notes: bytes = b"") -> None:
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
    if notes:
        headers.append((b"x-unchurn-notes", notes))
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
