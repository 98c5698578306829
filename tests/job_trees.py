"""SageMaker jobs as processes: an /opt/ml tree each, and the door run over it."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import warm_command

DOOR = [sys.executable, "-m", "unchurn.container"]
SHARED = {"max_depth": "7", "max_leaves": "40"}


@dataclass(frozen=True)
class Job:
    """A tree below `base`, laid out before and looked at after the door has run."""

    base: Path

    def give(self, name: str, source: Path) -> Job:
        """Lay a folder or a file out as a processing input."""
        return self._put(self.base / "processing" / "input" / name, source)

    def channel(self, name: str, source: Path) -> Job:
        """Lay a folder or a file out as a training channel."""
        return self._put(self.base / "input" / "data" / name, source)

    def lay(self, name: str, source: Path) -> Job:
        """Lay a folder out anywhere below the base."""
        return self._put(self.base / name, source)

    def hyperparameters(self, **strings: str) -> Job:
        path = self.base / "input" / "config" / "hyperparameters.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(strings))
        return self

    def host(self, name: str, names: list[str]) -> Job:
        """Tell a training job which of its hosts this is."""
        path = self.base / "input" / "config" / "resourceconfig.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"current_host": name, "hosts": names}))
        return self

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        given = self.environment(environment)
        if warm_command.fits(given):
            return warm_command.run(words, self.base, given, DOOR[-1])
        return subprocess.run(
            [*DOOR, *words], env=given, cwd=self.base,
            capture_output=True, text=True, timeout=3600, check=False,
        )  # fmt: skip

    def succeed(self, *words: str, **environment: str) -> str:
        done = self.run(*words, **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def made(self, name: str) -> Path:
        return self.base / "processing" / "output" / name

    @property
    def failure(self) -> str:
        return (self.base / "output" / "failure").read_text()

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """Nothing of SageMaker's but the folder."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("SAGEMAKER", "UNCHURN"))}
        return {**clean, "SAGEMAKER_BASE_DIR": str(self.base), **more}

    def _put(self, target: Path, source: Path) -> Job:
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
        return self


def archive(model: Path, target: Path) -> Path:
    """Pack a model folder as SageMaker does when a training job ends."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(target, "w:gz") as tar:
        for path in sorted(model.iterdir()):
            tar.add(path, arcname=path.name)
    return target


@contextmanager
def serving(job: Job, **environment: str) -> Iterator[int]:
    """Run the door's server on a port of its own; SIGTERM ends it, and it ends well."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = job.environment({"SAGEMAKER_BIND_TO_PORT": str(port), **environment})
    server = subprocess.Popen([*DOOR, "serve"], env=env, cwd=job.base)
    try:
        wait_until_healthy(server, port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        code = server.wait(timeout=3600)
    assert code == 0


def wait_until_healthy(server: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(3600):
        assert server.poll() is None, "the server ended before it was healthy"
        try:
            if ask(port, "GET", "/ping")[0] == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server never became healthy")


def ask(
    port: int, method: str, path: str, body: bytes = b"", kind: str = "application/jsonlines"
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3600)
    try:
        headers = {"Content-Type": kind} if body else {}
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def transform(port: int, lines: Path, out: Path) -> Path:
    """Do what batch transform does: each file in one request, its answer beside it."""
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(lines.iterdir()):
        status, answer = ask(port, "POST", "/invocations", path.read_bytes())
        assert status == 200, answer
        (out / f"{path.name}.out").write_bytes(answer)
    return out
