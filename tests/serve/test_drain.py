"""SIGTERM under load: what was accepted is answered, whole, and the server is gone in time."""

from __future__ import annotations

import http.client
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from command_line import Ran
from live_server import CSV, Live, running
from served_month import Month

CLIENTS = 50
pytestmark = pytest.mark.slow


class Client(threading.Thread):
    """Sends again and again until the server is gone; notes every request and how it ended."""

    def __init__(self, port: int, body: bytes, fresh: bool, query: str = "") -> None:
        super().__init__(daemon=True)
        self.body, self.fresh, self.path = body, fresh, f"/invocations?{query}"
        self.wire = http.client.HTTPConnection("127.0.0.1", port, timeout=3600)
        self.sent: list[float] = []
        self.statuses: list[int] = []
        self.halves: list[str] = []

    def run(self) -> None:
        try:
            while self.asks():
                pass
        finally:
            self.wire.close()

    def asks(self) -> bool:
        """Send one request; tell whether there was an answer."""
        try:
            self.wire.request("POST", self.path, self.body, {"Content-Type": CSV})
            self.sent.append(time.monotonic())
            found = self.wire.getresponse()
        except OSError:
            return False  # refused, or closed before a byte of an answer
        except http.client.HTTPException as error:
            self.halves.append(repr(error))
            return False
        try:
            found.read()
        except (http.client.HTTPException, OSError) as error:
            self.halves.append(repr(error))
            return False
        self.statuses.append(found.status)
        if self.fresh or found.getheader("connection") == "close":
            self.wire.close()
        return True


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("fresh", [True, False], ids=["new connections", "kept connections"])
def test_every_accepted_request_is_answered(
    trained: tuple[Path, Ran], month: Month, workers: int, fresh: bool
) -> None:
    bodies = [month.body(CSV, month.names, slice(0, rows)) for rows in (1, 100)]
    with running(trained[0], "--workers", workers) as live:
        clients = [Client(live.port, bodies[n % 2], fresh) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        wait_for_load(clients)
        ended = time.monotonic()
        live.process.send_signal(signal.SIGTERM)
        assert live.process.wait(timeout=3600) == 0
    for client in clients:
        client.join(timeout=3600)
        assert not client.is_alive()
        assert not client.halves
        # one that only connects while the server ends may be told that it came too late
        before = sum(at < ended for at in client.sent)
        assert client.statuses[:before] == [200] * before
        assert set(client.statuses[before:]) <= {200, 408}


IMPATIENT = (
    "-c",
    "import unchurn.serve.listening as l; l.PATIENCE = 1.5; from unchurn.cli import main; main()",
)


def test_a_request_whose_turn_cannot_come_is_told_so(
    trained: tuple[Path, Ran], month: Month
) -> None:
    """Long work for more than the time there is: each answer is whole, and the end is in time."""
    body = month.body(CSV, month.names)
    with running(trained[0], start=IMPATIENT) as live:
        clients = [Client(live.port, body, fresh=True, query="reasons=all") for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        wait_for([client.sent for client in clients], 1)
        began = time.monotonic()
        live.process.send_signal(signal.SIGTERM)
        assert live.process.wait(timeout=3600) == 0
        assert time.monotonic() - began < 600
    for client in clients:
        client.join(timeout=3600)
        assert not client.halves
        assert set(client.statuses) <= {200, 503}
    assert {client.statuses[0] for client in clients} == {200, 503}


def wait_for_load(clients: list[Client]) -> None:
    """Every client has been answered, and asks again."""
    wait_for([client.statuses for client in clients], 2)
    time.sleep(0.5)


def wait_for(lists: Sequence[Sequence[object]], length: int) -> None:
    last = time.monotonic() + 3600
    while any(len(each) < length for each in lists):
        assert time.monotonic() < last
        time.sleep(0.02)


def test_a_request_that_is_still_arriving_is_waited_for(live_alone: Live, month: Month) -> None:
    """Half of it before SIGTERM, half after."""
    body = month.body(CSV, month.names, slice(0, 100))
    wire = http.client.HTTPConnection("127.0.0.1", live_alone.port, timeout=3600)
    wire.putrequest("POST", "/invocations")
    wire.putheader("Content-Type", CSV)
    wire.putheader("Content-Length", str(len(body)))
    wire.endheaders(body[:3_000])
    time.sleep(0.3)
    live_alone.process.send_signal(signal.SIGTERM)
    time.sleep(2)
    wire.send(body[3_000:])
    found = wire.getresponse()
    assert (found.status, len(found.read().splitlines())) == (200, 101)
    wire.close()
    assert live_alone.process.wait(timeout=3600) == 0
