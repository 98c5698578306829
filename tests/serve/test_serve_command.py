"""`unchurn serve`: which version, for whom, with how many processes, and when it will not."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from command_line import Ran, copy_as_trained, run_unchurn
from live_server import CSV, JSON, LINES, PARQUET, Live, free_port, running
from served_month import Month
from unchurn.artefacts import ScoringRun
from unchurn.errors import ArtefactError
from unchurn.serve.worker import Orders, _LeftOut, serve

pytestmark = pytest.mark.slow

TOKEN = "a-token-of-twenty-chars"


def children(live: Live) -> list[int]:
    done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(live.process.pid)], capture_output=True, text=True, check=False)  # fmt: skip
    return [int(each) for each in done.stdout.split()]


@pytest.mark.slow
def test_a_worker_that_dies_is_replaced(trained: tuple[Path, Ran], month: Month) -> None:
    body = month.body(JSON, month.names, slice(0, 1))
    with running(trained[0], "--workers", 2, "--version", 1) as live:
        first = children(live)
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        for _ in range(1200):
            time.sleep(0.1)
            if len(children(live)) == 2 and first[0] not in children(live):
                break
        assert len(children(live)) == 2
        assert {live.score(body, JSON).status for _ in range(20)} == {200}


@pytest.mark.slow
def test_workers_end_with_the_server_that_started_them(trained: tuple[Path, Ran]) -> None:
    with pytest.raises(AssertionError), running(trained[0], "--workers", 2) as live:
        workers = children(live)
        live.process.kill()
        live.process.wait()
        for _ in range(1200):
            time.sleep(0.1)
            if not any(Path(f"/proc/{each}").exists() for each in workers):
                break
        assert not [each for each in workers if Path(f"/proc/{each}").exists()]
    assert live.process.returncode == -signal.SIGKILL


def test_a_token_is_asked_for_wherever_one_is_set(
    trained: tuple[Path, Ran], month: Month, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    body = month.body(JSON, month.names, slice(0, 1))
    with running(trained[0], "--host", "0.0.0.0", "--token-file", tmp_path / "token") as live:
        assert live.ask("GET", "/ping").status == 200
        assert live.ask("GET", "/schema").status == 401
        assert live.score(body, JSON).status == 401
        assert live.score(body, JSON, authorization=f"Bearer {TOKEN}x").status == 401
        assert live.score(body, JSON, authorization=f"Basic {TOKEN}").status == 401
        assert live.score(body, JSON, authorization=f"Bearer {TOKEN}").status == 200


def test_an_open_address_needs_a_token(trained: tuple[Path, Ran]) -> None:
    done = run_unchurn("serve", "--project", trained[0], "--host", "0.0.0.0", UNCHURN_TOKEN="")
    assert done.code == 2
    assert "UNCHURN_TOKEN" in done.err


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--version", "first"), "number, or champion"),
        (("--version", "99"), "99"),
        (("--token-file", "/nowhere"), "cannot be read"),
    ],
)
def test_what_cannot_be_served_is_refused(
    trained: tuple[Path, Ran], flags: tuple[str, ...], words: str
) -> None:
    done = run_unchurn("serve", "--project", trained[0], "--port", free_port(), *flags)
    assert done.code in {1, 2}
    assert words in done.err


@pytest.mark.parametrize("workers", [1, 2])
def test_what_others_would_import_is_left_out(
    trained: tuple[Path, Ran], month: Month, tmp_path: Path, workers: int
) -> None:
    """XGBoost and Arrow take pandas and scikit-learn where they find them."""
    for name in ("pandas", "sklearn"):
        (tmp_path / name).mkdir()
        log = f"open({str(tmp_path / 'imported')!r}, 'a').write(f'{{__name__}} {{sys.argv}}\\n')"
        (tmp_path / name / "__init__.py").write_text(f"import sys\n{log}\nraise ImportError\n")
    (tmp_path / "imported").touch()
    with running(trained[0], "--workers", workers, PYTHONPATH=str(tmp_path)) as live:
        (tmp_path / "imported").write_text("")  # what checked the bundle is gone by now
        for form in (CSV, JSON, LINES, PARQUET):
            body = month.body(form, month.names, slice(0, 20))
            assert live.score(body, form, "reasons=all").status == 200
    assert (tmp_path / "imported").read_text() == ""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_damaged_bundle_never_becomes_healthy(
    trained: tuple[Path, Ran], tmp_path: Path, workers: int
) -> None:
    project = copy_as_trained(trained[0], tmp_path / "project")
    booster = next(project.glob(".unchurn/runs/*/model/boosters/*.ubj"))
    damaged = bytearray(booster.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    booster.write_bytes(bytes(damaged))
    done = run_unchurn("serve", "--project", project, "--port", free_port(), "--workers", workers)
    assert done.code == 1
    assert "has changed since it was published" in done.err


def test_a_worker_that_starts_late_serves_only_what_was_registered(
    trained: tuple[Path, Ran],
) -> None:
    """One that replaces another does not take what was put in the bundle's place meanwhile."""
    bundle = next(trained[0].glob(".unchurn/runs/*/model"))
    orders = Orders(bundle, ScoringRun("", 1, "run"), {}, identity="0" * 64)
    with socket.socket() as unused, pytest.raises(ArtefactError, match="registered as version 1"):
        serve(orders, unused)
    sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, _LeftOut)]


def test_no_payload_is_logged(
    trained: tuple[Path, Ran], month: Month, capfd: pytest.CaptureFixture[str]
) -> None:
    body = month.body(JSON, month.names, slice(0, 1))
    with running(trained[0]) as live:
        assert live.score(body, JSON).status == 200
        assert live.score(b'{"Phone": "secret-name"}', JSON).status == 400
        assert live.raw(b"secret-name\r\n\r\n").startswith(b"HTTP/1.1 400")
    said = capfd.readouterr()
    assert "secret-name" not in said.err + said.out
    assert month.cells[0][month.names.index("Phone")] not in said.err + said.out


def test_without_the_extra_it_says_what_to_install(trained: tuple[Path, Ran]) -> None:
    """Plain `pip install unchurn` has no server: one sentence, and a document where asked."""
    code = "import sys; sys.modules['uvicorn'] = None; from unchurn.cli import main; main()"
    words = [sys.executable, "-c", code, "serve", "--project", str(trained[0]), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert json.loads(done.stdout)["hint"] == "Install the extra: pip install 'unchurn[serve]'"
    assert "Serving needs 'uvicorn'" in done.stderr
