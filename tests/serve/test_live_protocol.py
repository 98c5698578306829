"""Clients that lie, dawdle or leave: a 4xx or a closed connection, and the next one is served."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import Ran
from live_server import CSV, Live, running
from served_month import Month
from unchurn.serve.limits import MOST_BYTES

HURRIED = (
    "-c",
    "import unchurn.serve.protocol as p; p.ARRIVAL = 1.5; p.MOST_WAITING = 50; "
    "from unchurn.cli import main; main()",
)
HEAD = b"POST /invocations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def hurried(trained: tuple[Path, Ran]) -> Iterator[Live]:
    """A server that gives a request little time to arrive, and lets fifty of them wait."""
    with running(trained[0], start=HURRIED) as server:
        yield server


@pytest.fixture(autouse=True)
def never_stuck(hurried: Live, month: Month) -> Iterator[None]:
    """Whatever a client did: the next one, with a good request, is answered at once."""
    yield
    began = time.monotonic()
    for rows in (1, 100):
        body = month.body(CSV, month.names, slice(0, rows))
        assert hurried.score(body, CSV).status == 200
    assert time.monotonic() - began < 600


@pytest.mark.slow
@pytest.mark.parametrize(
    "sent",
    [
        HEAD + b"Content-Length: 50\r\n\r\n{}",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
        HEAD,
        b"POST /invoc",
        b"",
    ],
)
def test_a_request_that_never_ends_is_refused(hurried: Live, sent: bytes) -> None:
    began = time.monotonic()
    found = hurried.raw(sent)
    assert found.startswith(b"HTTP/1.1 408")
    assert time.monotonic() - began < 600


def test_a_client_that_drips_is_refused(hurried: Live) -> None:
    with socket.create_connection(("127.0.0.1", hurried.port), timeout=3600) as wire:
        wire.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
        for _ in range(6):
            time.sleep(0.2)
            wire.sendall(b" ")
        assert wire.recv(65536).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (HEAD + b"Content-Length: 1\r\n\r\n{} and more", b"400"),
        (HEAD + b"Content-Length: -1\r\n\r\n{}", b"400"),
        (HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", b"400"),
        (HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", b"400"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}", b"400"),
        (b"\x16\x03\x01 this is TLS", b"400"),
    ],
)
def test_a_request_that_lies_is_refused(hurried: Live, sent: bytes, status: bytes) -> None:
    assert hurried.raw(sent).startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize("size", [70_000, 5_000_000])
def test_a_head_without_end_is_cut_off(hurried: Live, size: int) -> None:
    found = hurried.raw(b"GET /ping HTTP/1.1\r\n" + b"a: b\r\n" * (size // 6) + b"\r\n")
    assert found[:12] in (b"HTTP/1.1 431", b"")


def test_what_did_not_arrive_is_counted_by_its_status(hurried: Live) -> None:
    """A request that never ends and one whose head does not; who connects and asks for nothing is no request."""

    def counted() -> dict[str, float]:
        lines = hurried.ask("GET", "/metrics").body.decode().splitlines()
        pairs = (line.rpartition(" ") for line in lines if line.startswith("unchurn_requests"))
        return {name: float(value) for name, _, value in pairs}

    before = counted()
    assert hurried.raw(HEAD + b"Content-Length: 50\r\n\r\n{}").startswith(b"HTTP/1.1 408")
    assert hurried.raw(HEAD).startswith(b"HTTP/1.1 408")
    assert hurried.raw(b"").startswith(b"HTTP/1.1 408")
    hurried.raw(b"GET /ping HTTP/1.1\r\n" + b"a: b\r\n" * 12_000 + b"\r\n")
    after = counted()
    grown = {name: value - before[name] for name, value in after.items() if value != before[name]}
    assert grown == {
        'unchurn_requests_total{status="408"}': 2,
        'unchurn_requests_total{status="431"}': 1,
    }


def test_idle_clients_beyond_a_number_are_shut_the_oldest_first(hurried: Live) -> None:
    """They block nobody, before and after."""
    idle = [socket.create_connection(("127.0.0.1", hurried.port), timeout=3600) for _ in range(200)]
    assert idle[0].recv(100).startswith(b"HTTP/1.1 408")
    assert not select.select([idle[-1]], [], [], 0)[0]
    assert hurried.ask("GET", "/ping").status == 200
    for each in idle:
        each.close()


def test_a_client_that_ends_its_side_is_answered(hurried: Live, month: Month) -> None:
    body = month.body(CSV, month.names, slice(0, 100))
    head = HEAD.replace(b"application/json", CSV.encode()) + b"Content-Length: %d\r\n\r\n"
    with socket.create_connection(("127.0.0.1", hurried.port), timeout=3600) as wire:
        wire.sendall(head % len(body) + body)
        wire.shutdown(socket.SHUT_WR)
        found = b"".join(iter(lambda: wire.recv(65536), b""))
    assert found.startswith(b"HTTP/1.1 200")
    assert found.count(b"\r\n", found.index(b"\r\n\r\n") + 4) == 101


def test_half_a_request_is_not_answered(hurried: Live) -> None:
    with socket.create_connection(("127.0.0.1", hurried.port), timeout=3600) as wire:
        wire.sendall(HEAD + b"Content-Length: 50\r\n\r\n{}")
        wire.shutdown(socket.SHUT_WR)
        assert wire.recv(65536) == b""


def test_a_refusal_before_the_end_of_a_body_is_the_last_word(hurried: Live) -> None:
    """The client goes on sending, and is not refused twice."""
    head = HEAD + b"Content-Length: 50000000\r\n\r\n"
    found = hurried.raw(head + b" " * (MOST_BYTES + 70_000))
    assert found.startswith(b"HTTP/1.1 413")
    assert found.count(b"HTTP/1.1") == 1


@pytest.mark.slow
def test_a_client_that_takes_in_no_answer_is_shut(hurried: Live, month: Month) -> None:
    body = month.body(CSV, month.names)
    head = HEAD.replace(b"application/json", CSV.encode()) + b"Content-Length: %d\r\n\r\n"
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.settimeout(20)
        wire.connect(("127.0.0.1", hurried.port))
        with pytest.raises(OSError, match=r"reset|[Bb]roken"):
            while True:
                wire.sendall(head % len(body) + body)
