"""CPU per request of `unchurn serve`, of what others serve with, and of the bare limits.

    python benchmarks/serving/run.py --rivals PYTHON [--rounds 5] [--seconds 1.2] [--folder FOLDER]

PYTHON is the interpreter of an environment that holds the rivals (see README.md); without it,
unchurn and the limits are measured alone. A model is trained first, or taken from FOLDER when
it holds one. Prints Markdown. Exits 1 when a target is missed. Linux only.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from figures import Figures, Target, measure, table
from lineup import MANY, UNCHURN, LineUp
from model import BAG, ONE, make
from processes import memory_mb
from servers import Running, Server, empty, ours, rivals, running

HERE = Path(__file__).parent
_OURS = f"{UNCHURN}, JSON"
_BARE = "in process: bytes to bytes"
_ALONE = (
    Target("share of the in-process limit, JSON", f"{_BARE}, JSON", _OURS, 0.4),
    Target("share of the in-process limit, CSV", f"{_BARE}, CSV", f"{UNCHURN}, CSV", 0.4),
    Target("CPU of the in-process limit, 1,000 rows", f"{UNCHURN}, CSV", f"{_BARE}, CSV",
           1.5, MANY, at_least=False),
)  # fmt: skip
_RIVALS = (
    Target("CPU of mlflow, its cheapest JSON", "mlflow models serve, JSON (inputs)", _OURS, 20),
    Target("CPU of BentoML", "BentoML, JSON", _OURS, 8),
)
_PACKAGES = ("mlflow", "bentoml", "flask", "gunicorn", "uvicorn", "pandas", "xgboost")


def main() -> int:
    """Prepare, race, report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rivals", type=Path, help="Python of the rivals' environment")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.2, help="of one contestant, a round")
    parser.add_argument("--folder", type=Path, help="keep the model here, or take it from here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "month.csv").exists():
            _say("training")
            make(folder)
        if given.rivals and not (folder / "mlflow").exists():
            subprocess.run([given.rivals, HERE / "rivals" / "save.py", folder], check=True)
        return _race(folder, given)


def _race(folder: Path, given: argparse.Namespace) -> int:
    entered: list[Server] = [empty(), ours("one", folder, ONE), ours("bag", folder, BAG)]
    if given.rivals:
        entered += rivals(given.rivals, folder)
    _say("starting servers")
    before = os.getloadavg()[0]
    with running(entered, folder) as servers:
        lineup = LineUp(folder, servers)
        _say("the answers agree; measuring")
        found = measure(lineup.contestants, given.rounds, given.seconds)
        memory = _memory(servers)
    print(_machine(given.rivals, before), end="\n\n")
    print(table(found, 1, _OURS), end="\n\n")
    print(table(found, MANY, f"{UNCHURN}, CSV"), end="\n\n")
    print(memory, end="\n\n")
    return _judged(found, _ALONE + (_RIVALS if given.rivals else ()))


def _judged(found: list[Figures], targets: tuple[Target, ...]) -> int:
    print("| target | wanted | measured | met |\n|---|---|---|---|")
    judged = [target.judge(found) for target in targets]
    print("\n".join(line for line, _ in judged))
    return 0 if all(met for _, met in judged) else 1


def _memory(servers: dict[str, Running]) -> str:
    cells = (f"{name} {memory_mb(each.pid):,.0f}" for name, each in servers.items())
    return f"Memory of each server, MB: {', '.join(cells)}."


def _machine(python: Path | None, before: float) -> str:
    words = [f"Python {platform.python_version()}", f"{os.cpu_count()} CPUs"]
    words.append(f"load {before:.1f} before and {os.getloadavg()[0]:.1f} after")
    if python:
        words.append(_versions(python))
    return f"{time.strftime('%Y-%m-%d')}: {'; '.join(words)}."


def _versions(python: Path) -> str:
    code = (
        "import importlib.metadata as m, sys\n"
        "have = {d.name.lower().removesuffix('-cpu'): d.version for d in m.distributions()}\n"
        "print(', '.join(f'{name} {have[name]}' for name in sys.argv[1:] if name in have))"
    )
    words = [python, "-c", code, *_PACKAGES]
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
