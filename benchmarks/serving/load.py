"""A load generator: so many keep-alive connections, each with one request at a time.

Plain sockets and bytes made beforehand, since it shares the machine with what it measures.
"""

from __future__ import annotations

import itertools
import selectors
import socket
from collections.abc import Sequence

CLIENTS = 16
_PATIENCE = 120.0
_END = b"\r\n\r\n"


def as_request(path: str, kind: str, body: bytes) -> bytes:
    """Write a whole POST request."""
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


def drive(port: int, requests: Sequence[bytes], count: int, clients: int = CLIENTS) -> None:
    """Send `count` requests, these in turn. Raises RuntimeError for any answer but 200."""
    left = itertools.islice(itertools.cycle(requests), count)
    with selectors.DefaultSelector() as ready:
        wires = [_Wire(port) for _ in range(min(clients, count))]
        for wire in wires:
            wire.send(next(left), ready)
        done = 0
        while done < count:
            found = ready.select(_PATIENCE)
            if not found:
                raise RuntimeError("no answer")
            for key, _ in found:
                wire = key.data
                if wire.receive(ready) is None:
                    continue
                done += 1
                if (following := next(left, None)) is not None:
                    wire.send(following, ready)
        for wire in wires:
            wire.close()


def answers(port: int, requests: Sequence[bytes]) -> list[bytes]:
    """Send each request once; return the bodies of the answers."""
    found = []
    with selectors.DefaultSelector() as ready:
        wire = _Wire(port)
        for request in requests:
            wire.send(request, ready)
            while (body := wire.receive(ready)) is None:
                pass
            found.append(body)
        wire.close()
    return found


class _Wire:
    """One connection, made again where the server closes it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._got = b""

    def send(self, request: bytes, ready: selectors.BaseSelector) -> None:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), _PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.register(self._socket, selectors.EVENT_READ, self)
        self._socket.sendall(request)

    def receive(self, ready: selectors.BaseSelector) -> bytes | None:
        """Take in what is there; return the body once it is whole."""
        assert self._socket is not None
        piece = self._socket.recv(1 << 18)
        if not piece:
            raise RuntimeError(f"closed after {self._got[:300]!r}")
        self._got += piece
        head, found, body = self._got.partition(_END)
        if not found:
            return None
        fields = head.lower()
        if len(body) < _length(fields):
            return None
        if not fields.startswith(b"http/1.1 200 "):
            raise RuntimeError(f"{head[:100]!r} {body[:300]!r}")
        self._got = b""
        if b"\r\nconnection: close" in fields:
            ready.unregister(self._socket)
            self.close()
        return body

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _length(fields: bytes) -> int:
    _, found, rest = fields.partition(b"\r\ncontent-length:")
    if not found:
        raise RuntimeError(f"no Content-Length in {fields!r}")
    return int(rest.split(b"\r\n", 1)[0])
