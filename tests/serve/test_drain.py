"""SIGTERM under load: what was accepted is answered, whole, and the server is gone in time."""

from __future__ import annotations

import http.client
import signal
import threading
import time
from pathlib import Path

import pytest

from command_line import Ran
from live_server import CSV, Live, running
from served_month import Month

CLIENTS = 50


class Client(threading.Thread):
    """Sends again and again; notes each request and how it ended."""

    def __init__(self, port: int, body: bytes, fresh: bool) -> None:
        super().__init__(daemon=True)
        self.port, self.body, self.fresh = port, body, fresh
        self.sent: list[float] = []
        self.answered: list[float] = []
        self.halves = 0

    def run(self) -> None:
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        while True:
            try:
                wire.request("POST", "/invocations", self.body, {"Content-Type": CSV})
                self.sent.append(time.monotonic())
                found = wire.getresponse()
            except OSError:
                return
            try:
                assert found.status == 200
                found.read()
            except (http.client.HTTPException, OSError):
                self.halves += 1
                return
            self.answered.append(time.monotonic())
            if self.fresh or found.getheader("connection") == "close":
                wire.close()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("fresh", [True, False], ids=["new connections", "kept connections"])
def test_every_accepted_request_is_answered(
    trained: tuple[Path, Ran], month: Month, workers: int, fresh: bool
) -> None:
    with running(trained[0], "--workers", workers) as live:
        rows = (1, 100)
        bodies = [month.body(CSV, month.names, slice(0, n)) for n in rows]
        clients = [Client(live.port, bodies[n % 2], fresh) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(2)
        ended = time.monotonic()
        live.process.send_signal(signal.SIGTERM)
        assert live.process.wait(timeout=25) == 0
        for client in clients:
            client.join(timeout=10)
        check(clients, ended, live)


def check(clients: list[Client], ended: float, live: Live) -> None:
    assert live.process.returncode == 0
    assert sum(len(client.answered) for client in clients) > CLIENTS
    assert not sum(client.halves for client in clients)
    before = [[at for at in client.sent if at < ended] for client in clients]
    assert all(len(c.answered) >= len(b) for c, b in zip(clients, before, strict=True))
