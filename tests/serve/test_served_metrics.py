"""What is counted: each answer once, by whichever process gave it."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path

import pytest

from command_line import Ran
from live_server import CSV, JSON, running
from served_month import Month
from unchurn.artefacts import ScoringRun
from unchurn.serve.metrics import BYTES, Counts

RUN = ScoringRun("", 3, "made")
_LINE = re.compile(r'[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [0-9.]+')


def values(text: str) -> dict[str, float]:
    """Read the format: comments, and one name with its value a line."""
    lines = [line for line in text.splitlines() if not line.startswith("# ")]
    assert text.endswith("\n")
    assert all(_LINE.fullmatch(line) for line in lines), lines
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_all_processes_are_added_up() -> None:
    """Each has a row; the place of a dead one goes on where that was."""
    with tempfile.TemporaryFile() as shared:
        shared.truncate(BYTES * 2)
        first, second = (Counts(shared.fileno(), place, 2) for place in (0, 1))
        first.answered(200, 0.002)
        second.answered(400, 0.3)
        second.answered(418, 99.0)
        second.scored(40)
        second.refused(431)
        first.scored_alone()
        heir = Counts(shared.fileno(), 1, 2)
        heir.answered(200, 0.001)
        for counts in (first, second, heir):
            found = values(counts.text(RUN))
            assert found['unchurn_requests_total{status="200"}'] == 2
            assert found['unchurn_requests_total{status="other"}'] == 1
            assert found['unchurn_requests_total{status="431"}'] == 1
            assert found["unchurn_request_seconds_count"] == 4
            assert found['unchurn_request_seconds_bucket{le="0.001"}'] == 1
            assert found['unchurn_request_seconds_bucket{le="10.0"}'] == 3
            assert found['unchurn_request_seconds_bucket{le="+Inf"}'] == 4
            assert found["unchurn_request_seconds_sum"] == pytest.approx(99.303)
            assert found["unchurn_customers_scored_total"] == 41


@pytest.mark.slow
def test_a_live_server_tells_what_it_has_done(trained: tuple[Path, Ran], month: Month) -> None:
    """The counts of two processes, whichever answers; with a token, for who has it."""
    token = "0123456789abcdef"
    right = {"authorization": f"Bearer {token}"}
    with running(trained[0], "--workers", 2, UNCHURN_TOKEN=token) as live:
        assert live.ask("GET", "/metrics").status == 401
        assert live.ask("GET", "/docs").status == 401
        assert live.ask("GET", "/health").status == 200
        for _ in range(20):
            assert live.score(month.body(CSV, month.names, slice(0, 1)), CSV, **right).status == 200
        assert live.score(month.body(CSV, month.names, slice(0, 30)), CSV, **right).status == 200
        assert live.score(b"{", JSON, **right).status == 400
        assert live.score(b"{", JSON).status == 401
        assert live.raw(b"rubbish\r\n\r\n").startswith(b"HTTP/1.1 400")
        until = time.monotonic() + 10  # a request is counted once its answer is on its way
        while (
            values(live.ask("GET", "/metrics", **right).body.decode()).get(
                'unchurn_requests_total{status="401"}'
            )
            != 1
            and time.monotonic() < until
        ):
            time.sleep(0.05)
        for _ in range(6):
            answer = live.ask("GET", "/metrics", **right)
            assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
            found = values(answer.body.decode())
            assert found['unchurn_requests_total{status="200"}'] == 21
            assert found['unchurn_requests_total{status="400"}'] == 1
            assert found['unchurn_requests_total{status="401"}'] == 1
            assert found["unchurn_request_seconds_count"] == 23
            assert found["unchurn_customers_scored_total"] == 50
            assert found["unchurn_malformed_requests_total"] == 1
            assert any(name.startswith('unchurn_model_info{version="1"') for name in found)
