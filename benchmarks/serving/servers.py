"""The servers of the race: started together, each on a port of its own, ended together."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from processes import tree

HERE = Path(__file__).parent
PORT = "PORT"
_PATIENCE = 120.0


@dataclass(frozen=True)
class Server:
    """A command with the word PORT in it, and a path that says 200 once it is ready."""

    name: str
    command: tuple[str, ...]
    ready: str = "/ping"


@dataclass(frozen=True)
class Running:
    """A server that has started."""

    port: int
    pid: int


def ours(name: str, project: Path, version: int) -> Server:
    """`unchurn serve`, one worker, a version of the project's."""
    words = ("-m", "unchurn", "serve", "--project", str(project), "--version", str(version))
    return Server(name, (sys.executable, *words, "--port", PORT, "--workers", "1"))


def empty() -> Server:
    """uvicorn with httptools and uvloop, and an app that reads the body and says a constant."""
    return Server("empty", (sys.executable, str(HERE / "empty.py"), PORT))


def rivals(python: Path, folder: Path) -> tuple[Server, ...]:
    """Flask, BentoML and mlflow, one worker each, as their documents have it."""
    place = python.absolute().parent
    where = ("--host", "127.0.0.1", "--port", PORT, "--workers", "1")
    flask = ("gunicorn", "--bind", f"127.0.0.1:{PORT}", "--workers", "1", "--threads", "4")
    bento = ("bentoml", "serve", "bento_service:Churn", "--host", "127.0.0.1", "--port", PORT)
    mlflow = ("mlflow", "models", "serve", "--model-uri", str(folder / "mlflow"))
    return (
        Server("flask", (str(place / flask[0]), *flask[1:], "flask_app:app")),
        Server("bentoml", (str(place / bento[0]), *bento[1:]), "/readyz"),
        Server("mlflow", (str(place / mlflow[0]), *mlflow[1:], "--env-manager", "local", *where)),
    )


@contextlib.contextmanager
def running(servers: Sequence[Server], folder: Path) -> Iterator[dict[str, Running]]:
    """Start all, wait until each is ready, and end them. Logs are written into `folder`."""
    with contextlib.ExitStack() as ends:
        found = {each.name: ends.enter_context(_started(each, folder)) for each in servers}
        for each in servers:
            _wait(each, found[each.name], folder / f"{each.name}.log")
        yield found


@contextlib.contextmanager
def _started(server: Server, folder: Path) -> Iterator[Running]:
    port = _free_port()
    words = [word.replace(PORT, str(port)) for word in server.command]
    environment = {
        **os.environ,
        # one thread a prediction for everybody: more of them only fight over a row
        "OMP_NUM_THREADS": "1",
        "BOOSTER": str(folder / "booster.ubj"),
        "PATH": f"{Path(words[0]).parent}{os.pathsep}{os.environ['PATH']}",
    }
    with (folder / f"{server.name}.log").open("wb") as log:
        process = subprocess.Popen(
            words, env=environment, cwd=HERE / "rivals", stdout=log, stderr=log
        )
    try:
        yield Running(port, process.pid)
    finally:
        below = tree(process.pid)
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
        for each in below:
            # a child may outlive what started it
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: Server, found: Running, log: Path) -> None:
    asking = f"GET {server.ready} HTTP/1.0\r\nhost: localhost\r\n\r\n".encode()
    last = time.monotonic() + _PATIENCE
    while time.monotonic() < last:
        if _says_ok(found.port, asking):
            return
        time.sleep(0.2)
    raise RuntimeError(f"{server.name} is not ready after {_PATIENCE:.0f} s:\n{log.read_text()}")


def _says_ok(port: int, asking: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as wire:
            wire.sendall(asking)
            return wire.recv(12)[9:] == b"200"
    except OSError:
        return False
