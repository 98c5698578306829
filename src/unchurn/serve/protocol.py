"""HTTP as uvicorn speaks it, for clients that are slow or lie: each way, a message has so long."""

from __future__ import annotations

import asyncio
import select
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from unchurn.serve.buffered_response import OneWrite
from unchurn.serve.metrics import Counts

ARRIVAL = 20.0
"""Seconds in which a request arrives, from its first byte (or its connection) to its last."""
LATE = 1.0
"""The same for connections that are made while the server ends, and for what came unnoticed."""
MOST_WAITING = 4_096
"""Connections whose request has not arrived; beyond, the one that waits longest is shut."""
MOST_HEAD = 64 * 1024
"""Bytes of a request before its body."""
_WORDS = {
    400: (b"400 Bad Request", b"The request is not HTTP."),
    408: (b"408 Request Timeout", b"The request took too long to arrive."),
    431: (b"431 Request Header Fields Too Large", b"The headers are too long."),
}


class Protocol(HttpToolsProtocol):
    """One connection. A request that does not arrive in time is refused and its connection shut.

    So is a connection that takes in nothing of its answer for as long.
    """

    draining = False
    """Whether the server ends: every answer is then the last of its connection."""
    most_waiting = MOST_WAITING
    counts: ClassVar[Counts]
    """Where requests are counted that never come to the app."""
    waiting: ClassVar[dict[Protocol, None]] = {}
    """Connections whose request has not arrived, the longest waiting first."""
    _deadline: asyncio.TimerHandle | None = None
    _departure: asyncio.TimerHandle | None = None
    _arriving = False
    _head: int | None = 0
    _piece = 0

    def connection_made(self, transport: Any) -> None:
        """Give the first request its time."""
        super().connection_made(transport)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the time."""
        self._arrived()
        self._departed()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in bytes, no more than allowed before the body."""
        self._piece = len(data)
        super().data_received(data)
        if self._head is not None and self.parser is not None:
            self._head += len(data)
            if self._head > MOST_HEAD:
                self._refuse(431)
        # most requests arrive in one piece, and need no time
        if self._arriving:
            self._await_request()

    def on_message_begin(self) -> None:
        """Look out for the rest of a request."""
        super().on_message_begin()
        self._head = 0
        self._arriving = True

    def on_headers_complete(self) -> None:
        """Leave the head behind; one that came at once may be too long as well."""
        before, self._head = self._head or 0, None
        if before + self._piece > MOST_HEAD and self._length() > MOST_HEAD:
            self._refuse(431)
            raise ValueError
        super().on_headers_complete()
        if self.draining:
            self.cycle.keep_alive = False
        if self.scope["method"] != "HEAD":
            self.cycle.transport = OneWrite(self.transport)  # type: ignore[assignment]

    def on_message_complete(self) -> None:
        """Stop the time: the request is here."""
        self._arrived()
        super().on_message_complete()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the connection of a client that sends no more until its request is answered."""
        cycle = self.cycle
        if cycle is None or cycle.more_body or cycle.response_complete:
            return False
        cycle.keep_alive = False
        return True

    def pause_writing(self) -> None:
        """Give the client so long to take in some of its answer."""
        super().pause_writing()
        self._await_departure()

    def resume_writing(self) -> None:
        """Stop that time: most is gone."""
        self._departed()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Shut an idle connection, whether or not its last answer was taken in."""
        super().timeout_keep_alive_handler()
        self._await_departure()

    def shutdown(self) -> None:
        """End when idle; a request that waits to be read is answered first."""
        if not self._is_readable():
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, as every refusal is worded."""
        self._refuse(400)

    def _length(self) -> int:
        return sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _await_request(self) -> None:
        if self._deadline is None:
            seconds = LATE if self.draining else ARRIVAL
            self._deadline = self.loop.call_later(seconds, self._late, True)
            self.waiting[self] = None
            if len(self.waiting) > self.most_waiting:
                next(iter(self.waiting))._refuse(408)

    def _late(self, again: bool) -> None:
        if again and self._is_readable():
            # it is this process that was busy: what is here is read before it is judged
            self._deadline = self.loop.call_later(LATE, self._late, False)
        else:
            self._refuse(408)

    def _arrived(self) -> None:
        self._arriving = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
            self.waiting.pop(self, None)

    def _await_departure(self, before: float = float("inf")) -> None:
        left = self.transport.get_write_buffer_size()
        if left >= before:
            self.transport.abort()
        elif self._departure is None or before < float("inf"):
            self._departure = self.loop.call_later(ARRIVAL, self._await_departure, left)

    def _departed(self) -> None:
        if self._departure is not None:
            self._departure.cancel()
            self._departure = None

    def _is_readable(self) -> bool:
        wire = self.transport.get_extra_info("socket")
        return wire is not None and readable(wire.fileno())

    def _refuse(self, status: int) -> None:
        begun = self._arriving
        self._arrived()
        if self.transport.is_closing():
            return
        # an answer that came before the whole body was the last word
        told = self.cycle is not None and self.cycle.response_complete and self.cycle.more_body
        fresh = self.cycle is None or self.cycle.response_complete
        if not told and (fresh or not self.cycle.response_started):
            # what is not HTTP is counted as such, and an idle connection asked for nothing
            if begun and status != 400:
                self.counts.refused(status)
            line, words = _WORDS[status]
            body = b'{"error":"%b","hint":""}' % words
            self.transport.write(
                b"HTTP/1.1 %b\r\ncontent-type: application/json\r\ncontent-length: %d\r\n"
                b"x-content-type-options: nosniff\r\ncache-control: no-store\r\n"
                b"connection: close\r\n\r\n%b" % (line, len(body), body)
            )
        if self.cycle is not None:
            # the app may be about to answer: this connection has had its answer
            self.cycle.disconnected = True
        self.transport.close()


def readable(descriptor: int) -> bool:
    """Tell whether bytes, or a connection, wait to be taken."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
