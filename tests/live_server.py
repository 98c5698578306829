"""The server as a process on loopback, and a client that says what it sends."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNCHURN = ("-m", "unchurn")
CSV, JSON, LINES = "text/csv", "application/json", "application/jsonlines"
PARQUET = "application/x-parquet"


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def document(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Live:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=3600)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body or None, named)
            found = connection.getresponse()
            return Answer(found.status, found.read(), dict(found.getheaders()))
        finally:
            connection.close()

    def score(self, body: bytes, kind: str, query: str = "", **headers: str) -> Answer:
        path = "/invocations" + (f"?{query}" if query else "")
        return self.ask("POST", path, body, content_type=kind, **headers)

    def raw(self, data: bytes, seconds: float = 60) -> bytes:
        """Send bytes and read until the server closes or `seconds` pass without any."""
        found = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as wire:
            try:
                wire.sendall(data)
                while piece := wire.recv(65536):
                    found += piece
            except OSError:
                pass  # it closed the connection, or keeps it
        return found


def refused(answer: Answer, status: int = 400) -> dict[str, Any]:
    """Check that an answer is a refusal in words; return them."""
    assert answer.status == status, answer.body[:300]
    said: dict[str, Any] = answer.document
    assert said["error"]
    return said


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    project: Path,
    *flags: object,
    start: tuple[str, ...] = UNCHURN,
    before: Sequence[str] = (),
    **environment: str,
) -> Iterator[Live]:
    """Run ``unchurn serve`` on a free port until the block ends, and see it end well."""
    port = free_port()
    words = ["serve", "--project", project, "--port", port, "--workers", 1, *flags]
    process = subprocess.Popen(
        [*before, sys.executable, *start, *map(str, words)], env={**os.environ, **environment}
    )
    try:
        live = Live(port, process)
        wait_until_healthy(live)
        yield live
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=3600)
    assert code == 0


def wait_until_healthy(live: Live) -> None:
    for _ in range(3600):
        assert live.process.poll() is None, "the server ended before it was healthy"
        try:
            if live.ask("GET", "/ping").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server never became healthy")
