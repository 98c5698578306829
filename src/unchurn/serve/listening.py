"""One process that answers on a socket until SIGTERM, then answers what was accepted and ends."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from types import FrameType

import uvicorn

from unchurn.errors import ConfigError
from unchurn.serve.app import Answering
from unchurn.serve.malformed import Malformed
from unchurn.serve.protocol import MOST_WAITING, Protocol, readable

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

LINGER = 0.5
"""Seconds after SIGTERM in which connections that are on their way are still taken."""
DRAIN = 22
"""Seconds in which accepted requests are answered after that; SageMaker kills after 30."""
PATIENCE = 20
"""Seconds after which requests that are not answered yet are told so: 503."""
END = 24
"""Seconds after which the process ends whatever it is doing; a scoring cannot be stopped."""
_BACKLOG = 1024
_FILES = 65_536
HEADERS = [("x-content-type-options", "nosniff"), ("cache-control", "no-store")]
"""Of every answer: a browser neither guesses what it is nor keeps it."""


class _Draining(uvicorn.Server):
    """Requests sent before SIGTERM may still wait in the kernel: they are taken in first."""

    end: threading.Timer | None = None
    malformed: Malformed

    async def on_tick(self, counter: int) -> bool:
        self.malformed.tell()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        Protocol.draining = True
        self.end = threading.Timer(END, os._exit, (0,))
        self.end.daemon = True
        with suppress(RuntimeError):  # at a limit on threads nothing but `_give_up` hurries it
            self.end.start()
        asyncio.get_running_loop().call_later(PATIENCE, self._give_up)
        for connection in list(self.server_state.connections):
            if connection.cycle is not None:  # type: ignore[union-attr]
                connection.cycle.keep_alive = False  # type: ignore[union-attr]
        await asyncio.sleep(LINGER)
        last = time.monotonic() + LINGER
        while time.monotonic() < last and any(readable(each.fileno()) for each in sockets or ()):
            await asyncio.sleep(0.01)
        await super().shutdown(sockets)
        self.malformed.tell(last=True)

    def _give_up(self) -> None:
        for task in self.server_state.tasks:
            task.cancel()


def open_socket(host: str, port: int) -> socket.socket:
    """Bind without listening: nobody is let in before a model is loaded. Raises `ConfigError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except (OSError, OverflowError) as error:
        opened.close()
        raise ConfigError(
            f"{host}:{port} cannot be listened on: {error}.", "Choose another --port."
        ) from error
    opened.set_inheritable(True)
    return opened


def listen(app: Answering, opened: socket.socket) -> None:
    """Answer on a bound socket. Returns after SIGTERM, once all is answered."""
    Protocol.most_waiting = min(MOST_WAITING, _open_files() // 2)
    Protocol.counts = app.counts
    server = _Draining(_configured(app))
    server.malformed = Malformed(app.counts)
    wire = logging.getLogger("uvicorn.error")
    wire.addFilter(server.malformed)
    # uvicorn passes the signal on once it has drained, and this makes a good end of it
    previous = signal.signal(signal.SIGTERM, _end)
    try:
        server.run([opened])
    except SystemExit as done:
        if done.code:
            raise
    finally:
        signal.signal(signal.SIGTERM, previous)
        wire.removeFilter(server.malformed)
        if server.end:
            server.end.cancel()


def _configured(app: Answering) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        headers=HEADERS,
        timeout_graceful_shutdown=DRAIN,
        backlog=_BACKLOG,
    )


def _open_files() -> int:
    """Allow as many open files, hence connections, as this process may; return how many."""
    if resource is None:
        return _FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(0)
