"""Measures unchurn at scale: seconds, rows a second, peak memory, and ratios.

    python benchmarks/scale/run.py                       # as promised: 1,000,000 and 5,000,000
    python benchmarks/scale/run.py --rows 50000 --score-rows 200000 --skip-origin

1. Trains on `--rows` × 30 columns, and does the same the origin's way (pandas, one-hot).
2. Scores `--score-rows` rows of Parquet with --reasons none, and predicts as many alone.

Every measured thing is a process of its own; its peak memory is what the system says when it
ends (ru_maxrss, children of it included). Nothing is kept but `--folder`, when it is given.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
UNCHURN = ("-m", "unchurn")
QUIET = ("--fresh", "--json", "--quiet")
SMALL = """
[data]
train = "../train.parquet"

[churn]
target = "churned"
positive = "yes"
id = "customer"

[train]
configurations = ["shallow"]

[score]
reasons = "none"
"""
"""The churn.toml of a model of 20,000 customers, where what is done with one is measured."""


@dataclass(frozen=True)
class Measured:
    """One finished process: seconds of wall and of CPU, peak memory in GB, and its JSON on stdout."""

    seconds: float
    cpu: float
    gigabytes: float
    document: dict[str, Any]


def measure(*words: object, allowed: tuple[int, ...] = (0,)) -> Measured:
    """Run this Python with `words` and wait for it, asking the system for its peak memory."""
    began = time.perf_counter()
    command = [sys.executable, *map(str, words)]
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = code = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - began
        out.seek(0)
        text = out.read().decode()
    if code not in allowed:
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    unit = 1 if sys.platform == "darwin" else 1024
    cpu = usage.ru_utime + usage.ru_stime
    return Measured(seconds, cpu, usage.ru_maxrss * unit / 1e9, json.loads(text) if text else {})


def small_project(folder: Path, more: str = "") -> Path:
    """Make a project with a champion of 20,000 customers, and `more` settings; return its folder."""
    project = folder / "project"
    if not project.exists():
        measure(HERE / "customers.py", folder / "train.parquet", "--rows", 20_000)
        project.mkdir()
        (project / "churn.toml").write_text(SMALL + more)
        measure(*UNCHURN, "train", "--project", project, *QUIET, allowed=(0, 4))
    return project


def train(folder: Path, given: argparse.Namespace) -> tuple[list[list[str]], str]:
    """Train, the two ways; return lines for the table, and the run id of the model."""
    table = folder / f"train.{given.format}"
    measure(HERE / "customers.py", table, "--rows", given.rows)
    project = folder / "project"
    columns = ("--target", "churned", "--positive", "yes", "--id", "customer")
    if not (project / "churn.toml").exists():
        measure(*UNCHURN, "init", "--data", table, "--project", project, *columns, "--json")
    made = measure(*UNCHURN, "train", "--project", project, *QUIET, allowed=(0, 4))
    auc = made.document["metrics"]["roc_auc"]["value"]
    lines = [line(f"train {given.rows:,} × 30 ({given.format})", made, f"ROC-AUC {auc:.4f}")]
    if not given.skip_origin:
        origin = measure(HERE / "origin.py", table, "churned", "yes", "--threads", given.threads)
        lines.append(line("the origin's way", origin, f"ROC-AUC {origin.document['roc_auc']:.4f}"))
        less, longer = origin.gigabytes / made.gigabytes, made.seconds / origin.seconds
        lines.append(["ratio", f"{longer:.2f} × the time", f"1/{less:.1f} of the memory", ""])
    return lines, made.document["run_id"]


def score(folder: Path, given: argparse.Namespace, run: str) -> list[list[str]]:
    """Score and predict alone; return lines for the table."""
    table, project = folder / "score.parquet", folder / "project"
    measure(HERE / "customers.py", table, "--rows", given.score_rows, "--seed", 2, "--no-label")
    words = ("--data", table, "--out", folder / "scores.parquet", "--reasons", "none")
    made = measure(
        *(*UNCHURN, "score", "--project", project, *words),
        *("--run", run, *QUIET),
    )
    if made.document["rows_out"] != given.score_rows:
        raise SystemExit(f"{made.document['rows_out']:,} rows came out.")
    rate = given.score_rows / made.seconds
    model = project / ".unchurn" / "runs" / run / "model"
    sizes = ("--rows", given.score_rows, "--threads", given.threads)
    alone = measure(HERE / "predict_alone.py", model, table, *sizes)
    pure = alone.document["rows_per_second"]
    return [
        line(f"score {given.score_rows:,} (no reasons)", made, f"{rate:,.0f} rows/s"),
        ["predict alone", f"{alone.document['seconds']:.1f} s", "", f"{pure:,.0f} rows/s"],
        ["ratio", "", "", f"{rate / pure:.0%} of the rate (promise: 50%)"],
    ]


def line(name: str, made: Measured, more: str) -> list[str]:
    return [name, f"{made.seconds:.1f} s", f"{made.gigabytes:.2f} GB peak", more]


def show(lines: list[list[str]]) -> None:
    for first, *rest in lines:
        print(f"{first:<34}" + "".join(f"{cell:<22}" for cell in rest), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--score-rows", type=int, default=5_000_000)
    parser.add_argument("--format", choices=("parquet", "csv"), default="parquet")
    parser.add_argument("--threads", type=int, default=2, help="as [train] threads; the default")
    parser.add_argument("--skip-origin", action="store_true", help="where pandas is not installed")
    parser.add_argument("--folder", type=Path, help="keep tables and project here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        lines, run = train(folder, given)
        show(lines)
        show(score(folder, given, run))


if __name__ == "__main__":
    main()
