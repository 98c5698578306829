"""One row at a time, then 1,000 as CSV: requests a second and CPU a request, rivals included.

    python benchmarks/serving/run.py FOLDER [--rivals PYTHON] [--requests 1500]
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from processes import cpu_seconds, memory_mb

HERE = Path(__file__).parent
CLIENTS = 4


@dataclass(frozen=True)
class Contestant:
    """A server to start, and one request to send again and again."""

    name: str
    command: list[str]
    path: str
    kind: str
    body: bytes
    share: float = 1.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(wire: http.client.HTTPConnection, each: Contestant) -> None:
    wire.request("POST", each.path, each.body, {"Content-Type": each.kind})
    found = wire.getresponse()
    text = found.read()
    if found.status != 200:
        raise RuntimeError(f"{each.name}: {found.status} {text[:300]!r}")


def race(each: Contestant, requests: int, folder: Path) -> dict[str, float]:
    port = free_port()
    words = [word.replace("PORT", str(port)) for word in each.command]
    env = {**os.environ, "RIVAL_MODEL": str(folder / "rival.ubj"), "OMP_NUM_THREADS": "1",
           "PATH": f"{Path(words[0]).parent}:{os.environ['PATH']}"}  # fmt: skip
    log = (folder / f"{each.name}.log").open("w")
    server = subprocess.Popen(words, env=env, cwd=HERE / "rivals", stdout=log, stderr=log, start_new_session=True)
    try:
        wait(port, each, server)
        return measured(port, each, max(20, int(requests * each.share)), server.pid)
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)


def wait(port: int, each: Contestant, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError(f"{each.name} ended; see its log")
        try:
            ask(http.client.HTTPConnection("127.0.0.1", port, timeout=30), each)
            return
        except (OSError, http.client.HTTPException, RuntimeError):
            time.sleep(0.2)
    raise RuntimeError(f"{each.name} never answered; see its log")


def measured(port: int, each: Contestant, requests: int, pid: int) -> dict[str, float]:
    send(port, each, max(5, requests // 10))
    best = {"cpu_us": np.inf, "rate": 0.0, "memory_mb": memory_mb(pid)}
    for _ in range(3):
        cpu, began = cpu_seconds(pid), time.monotonic()
        send(port, each, requests)
        seconds = time.monotonic() - began
        best["rate"] = max(best["rate"], requests / seconds)
        best["cpu_us"] = min(best["cpu_us"], (cpu_seconds(pid) - cpu) / requests * 1e6)
    return best


def send(port: int, each: Contestant, requests: int) -> None:
    def client() -> None:
        wire = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(max(1, requests // CLIENTS)):
            ask(wire, each)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def contestants(folder: Path, rivals: Path | None) -> list[Contestant]:
    customer = (folder / "customer.json").read_bytes()
    head, first = (folder / "this_month.csv").read_bytes().splitlines()[:2]
    ours = [sys.executable, str(HERE / "empty.py"), "PORT"]
    one, bag = [*ours, str(folder / "one")], [*ours, (folder / "bag").read_text()]
    thousand = (folder / "this_month.csv").read_bytes()
    found = [
        Contestant("empty endpoint", ours, "/", "application/json", customer),
        Contestant("unchurn, JSON", one, "/invocations", "application/json", customer),
        Contestant("unchurn, CSV", one, "/invocations", "text/csv", head + b"\n" + first),
        Contestant("unchurn's default bag, JSON", bag, "/invocations", "application/json", customer),
        Contestant("unchurn, 1,000 rows of CSV", one, "/invocations", "text/csv", thousand, 0.04),
    ]
    return found + (others(folder, rivals) if rivals else [])


def others(folder: Path, python: Path) -> list[Contestant]:
    row = json.loads((folder / "row.json").read_text())
    names = json.loads((folder / "encoded.json").read_text())
    split = json.dumps({"dataframe_split": {"columns": names, "data": [row]}}).encode()
    bento = json.dumps({"frame": [dict(zip(names, row, strict=True))]}).encode()
    bins = python.parent
    flask = [str(bins / "gunicorn"), "-w", "1", "-b", "127.0.0.1:PORT", "flask_app:app"]
    mlflow = [str(bins / "mlflow"), "models", "serve", "-m", str(folder / "mlflow"),
              "--env-manager", "local", "-h", "127.0.0.1", "-p", "PORT", "-w", "1"]  # fmt: skip
    serve = [str(bins / "bentoml"), "serve", "bento_service:Churn", "--host", "127.0.0.1", "--port", "PORT"]
    csv = ",".join(map(str, row)).encode()
    return [
        Contestant("Flask under gunicorn", flask, "/invocations", "text/csv", csv, 0.3),
        Contestant("BentoML", serve, "/predict", "application/json", bento, 0.3),
        Contestant("mlflow models serve", mlflow, "/invocations", "application/json", split, 0.2),
    ]


def in_process(folder: Path) -> dict[str, float]:
    """CPU microseconds of XGBoost's own call for one row and for 1,000, and of what is around it."""
    from unchurn.artefacts import Model
    from unchurn.modelling.scoring.ensemble import LiveModel

    model = Model.load(folder / "one")
    live = LiveModel.load(model.boosters, model.model, model.encoder)
    booster = live.boosters[0]
    rows = np.load(folder / "encoded.npz")["matrix"][:1000]
    one = rows[:1].copy()

    def predict(matrix: np.ndarray) -> Callable[[], object]:
        return lambda: booster.inplace_predict(matrix, predict_type="margin", validate_features=False)

    found = {"inplace_predict, 1 row": best(predict(one), 600)}
    found["inplace_predict, 1,000 rows"] = best(predict(rows), 30)
    return found | whole(folder)


def whole(folder: Path) -> dict[str, float]:
    """The same requests answered without HTTP: bytes in, bytes out."""
    from unchurn.artefacts import ScoringRun
    from unchurn.serve.app import Answering
    from unchurn.serve.asking import Asked
    from unchurn.serve.scoring import Scoring

    app = Answering(Scoring.of(folder / "one", ScoringRun("", 1, "race")))
    customer = (folder / "customer.json").read_bytes()
    thousand = (folder / "this_month.csv").read_bytes()
    typed, text = Asked(), Asked("csv", "csv", "text/csv")
    if app._quick.answer(typed, customer) is None:
        raise RuntimeError("the customer of the race goes the long way")
    return {
        "bytes to bytes, 1 customer": best(lambda: app._quick.answer(typed, customer), 600),
        "bytes to bytes, 1,000 rows of CSV": best(lambda: app._long_way(text, thousand), 20),
    }


def best(work: Callable[[], object], times: int) -> float:
    found = []
    work()
    for _ in range(5):
        began = time.process_time()
        for _ in range(times):
            work()
        found.append((time.process_time() - began) / times * 1e6)
    return min(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rivals", type=Path, help="Python of the rivals' environment")
    parser.add_argument("--requests", type=int, default=1_500)
    given = parser.parse_args()
    folder = given.folder.resolve()
    print("| what | CPU µs | requests/s, 4 clients | memory MB |\n|---|---|---|---|")
    for name, cpu in in_process(folder).items():
        print(f"| in process: {name} | {cpu:,.0f} | | |", flush=True)
    for each in contestants(folder, given.rivals):
        try:
            found = race(each, given.requests, folder)
        except RuntimeError as error:
            print(f"| {each.name} | {error} | | |", flush=True)
            continue
        print(f"| {each.name} | {found['cpu_us']:,.0f} | {found['rate']:,.0f} | {found['memory_mb']:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
