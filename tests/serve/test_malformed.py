"""What is not HTTP: one line a minute, with a count."""

from __future__ import annotations

import logging

import pytest

from live_server import running
from unchurn.serve.malformed import MINUTE, Malformed
from unchurn.serve.metrics import Counts


def test_one_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    """The first is told at once, the others when the minute is over, the last ones at the end."""
    now = [100.0]
    malformed = Malformed(Counts(), lambda: now[0])
    warned = logging.LogRecord("uvicorn.error", logging.WARNING, "", 0, "Invalid", (), None)
    other = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "Failed", (), None)
    malformed.tell()
    assert malformed.filter(other)
    for seconds in (0.0, 1.0, 1.0, 57.0, 1.5):
        now[0] += seconds
        for _ in range(3):
            assert not malformed.filter(warned)
            malformed.tell()
    assert [record.getMessage()[:2] for record in caplog.records] == ["1 ", "12"]
    now[0] += MINUTE
    malformed.tell(last=True)
    malformed.tell(last=True)
    assert [record.getMessage()[:2] for record in caplog.records] == ["1 ", "12", "2 "]


@pytest.mark.slow
def test_a_flood_is_two_lines(trained: tuple, capfd: pytest.CaptureFixture[str]) -> None:  # type: ignore[type-arg]
    """Rubbish and upgrades to what is not spoken, a hundred times, and what was sent is not told."""
    upgrade = b"GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    with running(trained[0]) as live:
        for _ in range(100):
            assert live.raw(b"secret-name\r\n\r\n").startswith(b"HTTP/1.1 400")
            live.raw(upgrade, 0.01)
    said = capfd.readouterr().err
    lines = [line for line in said.splitlines() if "not HTTP" in line]
    assert 1 <= len(lines) <= 2
    assert sum(int(line.split(" not HTTP")[0].split()[-3]) for line in lines) >= 100
    assert "secret-name" not in said
    assert "Invalid HTTP" not in said
    assert "upgrade" not in said.lower()
