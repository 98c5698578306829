#!/usr/bin/env python3
"""Install a wheel into an empty environment and use it as a newcomer does: help, demo, serve.

    python scripts/smoke_test_wheel.py dist/unchurn-0.1.0-py3-none-any.whl

The environment is made with this interpreter, holds the wheel and what the wheel says it needs,
at the versions of constraints.txt, and is gone afterwards. Without a network, --packages FOLDER
takes what the wheel needs from that folder (a site-packages) instead.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
from pathlib import Path

CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"
PATIENCE = 60.0
OWN = "import unchurn; print(unchurn.__file__)"


def main() -> int:
    """Run the smoke test; return the exit code, 0 when everything answered as it should."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--packages", type=Path, help="take what the wheel needs from this folder")
    given = parser.parse_args()
    wheel = given.wheel.resolve(strict=True)
    with tempfile.TemporaryDirectory(prefix="unchurn-smoke-") as folder:
        where = Path(folder)
        home = where / "environment"
        install(wheel, home, given.packages)
        # No variable of this environment's Python, and nothing of this folder, may be met there.
        os.environ.pop("PYTHONPATH", None)
        os.chdir(where)
        unchurn = str(home / "bin" / "unchurn")
        check_is_own(home)
        check_words(unchurn, wheel)
        check_demo(unchurn, where / "demo")
        check_serve(unchurn, where / "demo")
    tell("The wheel works.")
    return 0


def install(wheel: Path, home: Path, packages: Path | None) -> None:
    """Make the environment `home` and install the wheel there."""
    tell(f"Installing {wheel.name} into an empty environment")
    venv.create(home, with_pip=False, symlinks=True)
    pip = [sys.executable, "-m", "pip", "--python", str(home / "bin" / "python"), "install", "-q"]
    if packages is None:
        run([*pip, "--only-binary", ":all:", "-c", str(CONSTRAINTS), f"{wheel}[serve]"])
        return
    run([*pip, "--no-index", "--no-deps", str(wheel)])
    # Read for its folders alone: what is installed there as editable stays unknown.
    site = next((home / "lib").glob("python*/site-packages"))
    (site / "packages.pth").write_text(f"{packages.resolve(strict=True)}\n")


def check_is_own(home: Path) -> None:
    """Check that it is the installed package that is used, not the sources beside this script."""
    found = run([str(home / "bin" / "python"), "-c", OWN]).strip()
    expect(Path(found).is_relative_to(home), f"unchurn comes from {found}")


def check_words(unchurn: str, wheel: Path) -> None:
    """Check the command's help and version."""
    version = run([unchurn, "--version"]).split()[-1]
    expect(f"-{version}-" in wheel.name, f"{wheel.name} says it is {version}")
    text = run([unchurn, "--help"])
    expect(all(verb in text for verb in ("train", "score", "serve", "aws")), text)


def check_demo(unchurn: str, project: Path) -> None:
    """Check that the demo trains a model that passes, and scores."""
    tell("Training the demo")
    told = json.loads(run([unchurn, "demo", "--project", str(project), "--json", "--quiet"]))
    expect(told["training"]["verdict"] == "passed", told["training"]["verdict"])
    expect(told["scoring"]["rejected"] == 0, told["scoring"])
    expect((project / "report.html").stat().st_size > 10_000, "the report is empty")
    pictures = list(project.glob(".unchurn/runs/*/evaluation/feature_importance.png"))
    expect(len(pictures) == 1, "feature_importance.png is missing")


def check_serve(unchurn: str, project: Path) -> None:
    """Check that the server answers, scores one customer as the list does, and ends when asked."""
    tell("Serving the demo's model")
    port = free_port()
    served = subprocess.Popen([unchurn, "serve", "--project", str(project), "--port", str(port)])
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/ping", served)
        header, first = (project / "this_month.csv").read_bytes().splitlines()[:2]
        request = urllib.request.Request(
            f"{address}/invocations",
            header + b"\n" + first + b"\n",
            {"Content-Type": "text/csv", "Accept": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            probability = json.load(answer)["predictions"][0]["probability"]
        listed = (project / "scores.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[1]
        expect(probability == float(listed), f"served {probability}, listed {listed}")
    finally:
        served.send_signal(signal.SIGTERM)
        code = served.wait(PATIENCE)
    expect(code == 0, f"the server ended with {code}")


def wait_for(address: str, served: subprocess.Popen[bytes]) -> None:
    """Return when `address` answers 200."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(address, timeout=PATIENCE).close()
            return
        except urllib.error.URLError as error:
            expect(served.poll() is None, "the server ended before it answered")
            expect(time.monotonic() < until, f"{address}: {error}")
            time.sleep(0.1)


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(command: list[str]) -> str:
    """Run a command to its end and return what it printed; exit with what it said if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    expect(done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def expect(held: bool, seen: object) -> None:
    """Exit with what was seen, unless it `held`."""
    if not held:
        sys.exit(f"The smoke test failed: {seen}")


def tell(words: str) -> None:
    """Say what is being done."""
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
