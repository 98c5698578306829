"""HTTP as uvicorn speaks it, for clients that are slow or lie: a request has so long to arrive."""

from __future__ import annotations

import asyncio
import select
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

ARRIVAL = 20.0
"""Seconds in which a request arrives, from its first byte (or its connection) to its last."""
LATE = 1.0
"""The same for connections that are made while the server ends."""
MOST_HEAD = 64 * 1024
"""Bytes of a request before its body."""
_WORDS = {
    400: (b"400 Bad Request", b"The request is not HTTP."),
    408: (b"408 Request Timeout", b"The request took too long to arrive."),
    431: (b"431 Request Header Fields Too Large", b"The headers are too long."),
}


class Protocol(HttpToolsProtocol):
    """One connection. A request that does not arrive in time is refused and its connection shut."""

    draining = False
    """Whether the server ends: every answer is then the last of its connection."""
    _deadline: asyncio.TimerHandle | None = None
    _head: int | None = 0

    def connection_made(self, transport: Any) -> None:
        """Give the first request its time."""
        super().connection_made(transport)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the time."""
        self._arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in bytes, no more than allowed before the body."""
        super().data_received(data)
        if self._head is not None and self.parser is not None:
            self._head += len(data)
            if self._head > MOST_HEAD:
                self._refuse(431)

    def on_message_begin(self) -> None:
        """Start the time of a request, where its connection has not."""
        super().on_message_begin()
        self._head = 0
        self._await_request()

    def on_headers_complete(self) -> None:
        """Leave the head behind; one that came at once may be too long as well."""
        self._head = None
        if sum(len(name) + len(value) + 4 for name, value in self.headers) > MOST_HEAD:
            self._refuse(431)
            raise ValueError
        super().on_headers_complete()
        if self.draining:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """Stop the time: the request is here."""
        self._arrived()
        super().on_message_complete()

    def shutdown(self) -> None:
        """End when idle; a request that waits to be read is answered first."""
        wire = self.transport.get_extra_info("socket")
        if wire is None or not readable(wire.fileno()):
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, as every refusal is worded."""
        self._refuse(400)

    def _await_request(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(
                LATE if self.draining else ARRIVAL, self._refuse, 408
            )

    def _arrived(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: int) -> None:
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            line, words = _WORDS[status]
            body = b'{"error":"%b","hint":""}' % words
            self.transport.write(
                b"HTTP/1.1 %b\r\ncontent-type: application/json\r\ncontent-length: %d\r\n"
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
