"""Clients that lie, dawdle or leave: a 4xx or a closed connection, and the next one is served."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import Ran
from live_server import Live, running

HURRIED = (
    "-c",
    "import unchurn.serve.protocol as p; p.ARRIVAL = 1.0; from unchurn.cli import main; main()",
)
HEAD = b"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def hurried(trained: tuple[Path, Ran]) -> Iterator[Live]:
    """A server that gives a request one second to arrive."""
    with running(trained[0], start=HURRIED) as server:
        yield server


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
    assert time.monotonic() - began < 5
    assert hurried.ask("GET", "/ping").status == 200


def test_a_client_that_drips_is_refused(hurried: Live) -> None:
    with socket.create_connection(("127.0.0.1", hurried.port), timeout=10) as wire:
        wire.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
        for _ in range(4):
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
    assert hurried.ask("GET", "/ping").status == 200


@pytest.mark.parametrize("size", [70_000, 5_000_000])
def test_a_head_without_end_is_cut_off(hurried: Live, size: int) -> None:
    found = hurried.raw(b"GET /ping HTTP/1.1\r\n" + b"a: b\r\n" * (size // 6) + b"\r\n")
    assert found[:12] in (b"HTTP/1.1 431", b"")
    assert hurried.ask("GET", "/ping").status == 200


def test_a_hundred_idle_clients_block_nobody(hurried: Live) -> None:
    idle = [socket.create_connection(("127.0.0.1", hurried.port)) for _ in range(100)]
    assert hurried.ask("GET", "/ping").status == 200
    for each in idle:
        each.close()
    assert hurried.ask("GET", "/ping").status == 200
