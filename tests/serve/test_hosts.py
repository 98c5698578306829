"""A server answers to its own names; a web page that gave itself another one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Ran, run_unchurn
from live_server import CSV, JSON, Live, refused, running
from served_month import Month
from unchurn.errors import ConfigError
from unchurn.serve.hosts import LOOPBACK, Hosts, served_names

TOKEN = "0123456789abcdef"
OWN = Hosts(frozenset(served_names("127.0.0.1", ())))


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]:8080", "[::1]", "localhost."]
)
def test_own_names_are_let_in(host: str) -> None:
    assert OWN.refusal({b"host": host.encode()}) is None
    assert OWN.refusal({b"host": host.encode(), b"origin": b"http://" + host.encode()}) is None


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::2]:80", "\xff"],
)
def test_other_names_are_refused(host: str) -> None:
    refusal = OWN.refusal({b"host": host.encode("latin-1")})
    assert refusal is not None
    assert refusal.status == 421
    assert "--allow-host" in refusal.hint


@pytest.mark.parametrize("origin", ["null", "http://evil.example", "https://localhost.evil.example:80", ""])  # fmt: skip
def test_pages_of_others_are_refused(origin: str) -> None:
    refusal = OWN.refusal({b"host": b"localhost", b"origin": origin.encode()})
    assert refusal is not None
    assert refusal.status == 403


def test_names_follow_from_the_address_and_the_flag() -> None:
    assert set(served_names("127.0.0.2", ())) == {*LOOPBACK, "127.0.0.2"}
    assert set(served_names("127.0.0.1", ["Scores.example"])) == {*LOOPBACK, "scores.example"}
    assert served_names("0.0.0.0", ()) == ()
    assert "scores.example" in served_names("0.0.0.0", ["scores.example"])
    for wrong in ("http://x", "x:80", "", "a b", "*"):
        with pytest.raises(ConfigError, match="--allow-host"):
            served_names("127.0.0.1", [wrong])


@pytest.mark.slow
def test_a_page_cannot_ask_the_server_on_loopback(live: Live, month: Month) -> None:
    """Whatever address is asked, /ping included; a program and the server's own page are answered."""
    body = month.body(CSV, month.names, slice(0, 1))
    for path in ("/ping", "/docs", "/schema", "/nothing"):
        assert "evil.example" in refused(live.ask("GET", path, Host="evil.example"), 421)["error"]
    refused(live.score(body, CSV, Host="evil.example:80"), 421)
    refused(live.score(body, CSV, Origin="http://evil.example"), 403)
    assert live.score(body, CSV, Origin=f"http://localhost:{live.port}").status == 200


def test_every_answer_says_not_to_guess_or_keep_it(live: Live, month: Month) -> None:
    """Scores, pages, refusals, and what is not HTTP."""
    body = month.body(CSV, month.names, slice(0, 1))
    for answer in (
        live.score(body, CSV),
        live.score(b"{", JSON),
        live.ask("GET", "/ping"),
        live.ask("GET", "/nothing"),
        live.ask("GET", "/schema", Host="evil.example"),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
    raw = live.raw(b"no HTTP\r\n\r\n").lower()
    assert b"nosniff" in raw
    assert b"no-store" in raw


@pytest.mark.slow
def test_a_proxy_is_named_by_a_flag(trained: tuple[Path, Ran]) -> None:
    with running(trained[0], "--allow-host", "scores.example") as live:
        assert live.ask("GET", "/health", Host="Scores.Example:443").status == 200
        assert live.ask("GET", "/health").status == 200
        assert live.ask("GET", "/health", Host="evil.example").status == 421
    with running(trained[0], "--host", "0.0.0.0", UNCHURN_TOKEN=TOKEN) as live:
        assert live.ask("GET", "/health", Host="any.example").status == 200


def test_what_is_no_name_is_refused(trained: tuple[Path, Ran]) -> None:
    done = run_unchurn("serve", "--project", trained[0], "--allow-host", "http://x")
    assert done.code == 2
    assert "--allow-host is 'http://x'" in done.err
