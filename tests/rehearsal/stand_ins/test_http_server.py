"""The server of a stand-in: who has the token is answered, and one bad request ends nothing."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from threading import Thread

import pytest

from rehearsal.stand_ins.http_server import Answer, make_server


def _answer(body: bytes, content_type: str, accept: str) -> Answer:
    if body == b"bad":
        raise ValueError("no row")
    return Answer(body + content_type.encode() + accept.encode(), "text/csv")


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("SAGEMAKER_BIND_TO_PORT", "0")
    monkeypatch.setenv("REHEARSAL_TOKEN", "secret")
    with make_server(_answer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def _ask(address: str, body: bytes, token: str = "secret") -> tuple[int, bytes]:
    headers = {"Content-Type": "a", "Accept": "b", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(f"{address}/invocations", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=3600) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_only_who_has_the_token_is_answered(address: str) -> None:
    assert _ask(address, b"1,2") == (200, b"1,2ab")
    assert _ask(address, b"1,2", "other")[0] == 403


def test_a_request_that_fails_is_a_500_and_the_next_is_answered(address: str) -> None:
    assert _ask(address, b"bad") == (500, b"ValueError: no row")
    assert _ask(address, b"1")[0] == 200


def test_a_ping_is_answered_without_a_token(address: str) -> None:
    with urllib.request.urlopen(f"{address}/ping", timeout=3600) as answer:
        assert answer.status == 200
