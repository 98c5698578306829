"""Notices of a cycle: sent, tried again, reported without their secrets, never fatal."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from unchurn.errors import ConfigError
from unchurn.pipeline.notices import check_notices, problems, tell
from unchurn.project import Project

NOTICE = {"level": "look", "text": "The list for 2027-03-01: 200 customers."}
AT_ONCE = (0.0, 0.0)


def project(folder: Path, *notify: dict[str, Any]) -> Project:
    return Project.from_plain({"cycle": {"notify": list(notify)}}, folder)


@contextmanager
def answering(*codes: int) -> Iterator[tuple[str, list[Any]]]:
    """A chat system on loopback that answers with these codes in turn; its address, and what it was sent."""
    sent: list[Any] = []
    left = list(codes)

    class Chat(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append((self.path, json.loads(body)))
            self.send_response(left.pop(0))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Chat) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hooks/s3cret", sent
        finally:
            server.shutdown()
            thread.join()


def test_a_webhook_is_tried_again_and_its_address_is_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address of .env, a server that is busy once; what is reported names the variable alone."""
    monkeypatch.delenv("HOOK", raising=False)
    with answering(503, 200) as (address, sent):
        (tmp_path / ".env").write_text(f'REGION=eu-west-1\nHOOK="{address}"\n')
        found = tell(project(tmp_path, {"webhook": "$HOOK"}), NOTICE, waits=AT_ONCE)
    assert found == [
        {"to": "webhook $HOOK", "due": True, "sent": True, "attempts": 2, "problem": ""}
    ]
    assert sent == [("/hooks/s3cret", NOTICE)] * 2
    assert problems(found) == []


def test_the_environment_comes_before_env_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a scheduler sets is meant."""
    (tmp_path / ".env").write_text("HOOK=http://127.0.0.1:9/\n")
    with answering(204) as (address, sent):
        monkeypatch.setenv("HOOK", address)
        assert tell(project(tmp_path, {"webhook": "$HOOK"}), NOTICE, waits=())[0]["sent"]
    assert len(sent) == 1


def test_who_cannot_be_told_is_reported_and_nothing_fails(tmp_path: Path) -> None:
    """Refused for good at once, unreachable after every attempt, no variable, no address in it."""
    (tmp_path / ".env").write_text("ODD=nowhere\n")
    with answering(404) as (address, _):
        hooks = [address, "http://127.0.0.1:9/s3cret", "$UNCHURN_TESTS_UNSET", "$ODD"]
        asked = project(tmp_path, *({"webhook": each} for each in hooks))
        found = tell(asked, NOTICE, waits=AT_ONCE)
    assert [(each["sent"], each["attempts"]) for each in found] == [
        (False, 1), (False, 3), (False, 1), (False, 1),
    ]  # fmt: skip
    said = problems(found)
    assert "it answered 404" in said[0]
    assert "3 attempts" in said[1]
    assert "neither in the environment nor in .env" in said[2]
    assert "is no address" in said[3]
    assert "s3cret" not in json.dumps(found)


def test_a_command_gets_the_notice(tmp_path: Path) -> None:
    """JSON on its standard input, words in its environment, started in the project's folder."""
    program = (
        "import json, os, pathlib, sys; told = json.load(sys.stdin); "
        "pathlib.Path('told').write_text(told['text'] + os.environ['UNCHURN_LEVEL'])"
    )
    command = [sys.executable, "-c", program]
    assert tell(project(tmp_path, {"command": command}), NOTICE)[0]["sent"]
    assert (tmp_path / "told").read_text() == f"{NOTICE['text']}look"


def test_a_command_that_fails_is_reported(tmp_path: Path) -> None:
    """Its arguments may hold secrets, and are not."""
    fails = {"command": [sys.executable, "-c", "raise SystemExit(3)", "s3cret"]}
    found = tell(project(tmp_path, fails, {"command": ["no-such-program"]}), NOTICE, waits=(0.0,))
    assert [each["attempts"] for each in found] == [2, 1]
    assert "ended with code 3" in problems(found)[0]
    assert "No such file" in problems(found)[1]
    assert "s3cret" not in json.dumps(found)


def test_each_is_told_from_its_level_and_once(tmp_path: Path) -> None:
    """Steady is told to whoever asks for it; who was told before is not told again."""
    asked = project(
        tmp_path,
        {"command": ["true"], "level": "act"},
        {"command": ["true"], "level": "steady"},
        {"command": ["true"]},
    )
    first = tell(asked, {**NOTICE, "level": "steady"})
    assert [(each["due"], each["sent"]) for each in first] == [
        (False, False), (True, True), (False, False),
    ]  # fmt: skip
    assert problems(first) == []
    again = tell(asked, NOTICE, [{**first[1], "attempts": 7}] * 3)
    assert [each["attempts"] for each in again] == [7, 7, 7]


def test_what_is_no_address_is_refused_and_not_shown(tmp_path: Path) -> None:
    """It may be a secret with a slip in it."""
    with pytest.raises(ConfigError, match="webhook of entry 1") as refused:
        check_notices(project(tmp_path, {"webhook": "htps://example.com/s3cret"}))
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("entry", [{}, {"command": ["true"], "webhook": "$HOOK"}])
def test_an_entry_says_how_and_one_way_alone(tmp_path: Path, entry: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"Entry 1 of \[\[cycle.notify\]\]"):
        check_notices(project(tmp_path, entry))
