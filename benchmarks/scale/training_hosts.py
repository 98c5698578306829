"""A training job on two hosts of one core each, beside one: the door of the container, on loopback (Linux).

    python benchmarks/scale/training_hosts.py --customers 20000 --root /tmp/training-hosts

The whole job is timed: start, reading, fits, baseline, explanations. On a busy machine believe the CPU alone:
the core of the busiest host is what a job waits for.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import unchurn
from unchurn.artefacts import verify
from unchurn.container.folders import BASE_VARIABLE
from unchurn.container.hosts import SHARED_PORT
from unchurn.demo import write_demo
from unchurn.project import Project
from unchurn.version import PACKAGE


def timed(root: Path, hosts: int) -> tuple[float, float, str]:
    """Train on so many hosts; return the seconds, the busiest one's of CPU, and the model's sha256."""
    folder = root / f"hosts-{hosts}"
    shutil.rmtree(folder, ignore_errors=True)
    names = [f"algo-{number + 1}" for number in range(hosts)]
    for name in names:
        _lay_out(root, folder / name, name, names)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    began = time.monotonic()
    running = [_start(folder / name, core, port) for core, name in enumerate(names)]
    ended = [os.wait4(each.pid, 0) for each in running]
    if any(status for _, status, _ in ended):
        raise SystemExit(f"A host failed: see {folder}/*/output/failure.")
    busiest = max(used.ru_utime + used.ru_stime for _, _, used in ended)
    return time.monotonic() - began, busiest, verify(folder / "algo-1" / "model")


def _lay_out(root: Path, base: Path, name: str, names: list[str]) -> None:
    told = base / "input" / "config"
    told.mkdir(parents=True)
    (told / "resourceconfig.json").write_text(json.dumps({"current_host": name, "hosts": names}))
    (told / "hyperparameters.json").write_text(json.dumps({"task": "train"}))
    prepared = next((root / ".unchurn" / "runs").glob("*/prepared"))
    shutil.copytree(prepared, base / "input" / "data" / "prepared")
    (base / "input" / "data" / "project").mkdir()
    shutil.copy(root / "churn.toml", base / "input" / "data" / "project")


def _start(base: Path, core: int, port: str) -> subprocess.Popen[bytes]:
    own = {BASE_VARIABLE: str(base), SHARED_PORT: port, "PYTHONPATH": str(PACKAGE.parent)}
    return subprocess.Popen(
        ["taskset", "-c", str(core), sys.executable, "-m", "unchurn.container", "train"],
        env={**os.environ, **own},
        stderr=subprocess.DEVNULL,
    )


def main() -> None:
    """Prepare a demo once, then train on one host and on two."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--root", type=Path, required=True)
    asked = parser.parse_args()
    asked.root.mkdir(parents=True, exist_ok=True)
    write_demo(asked.root, customers=asked.customers, fresh=100)
    told = asked.root / "churn.toml"
    told.write_text(told.read_text() + "\n[train]\nthreads = 1\n[tune]\ntrials = 0\n")
    unchurn.train(Project.load(asked.root))
    found = {hosts: timed(asked.root, hosts) for hosts in (1, 2)}
    for hosts, (seconds, busiest, _) in found.items():
        print(f"{hosts} hosts: {seconds:.1f} seconds, {busiest:.1f} of CPU by the busiest")
    (alone, own, sha256), (together, busiest, again) = found.values()
    print(f"two hosts beside one: {alone / together:.2f}, of CPU {own / busiest:.2f}")
    print("the same bytes:", sha256 == again)


if __name__ == "__main__":
    main()
