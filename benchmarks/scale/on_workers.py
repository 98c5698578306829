"""Cleaning a table on Spark's workers: one worker of one core, then two, and this process without Spark.

    python benchmarks/scale/on_workers.py --rows 1000000 --root /tmp/workers-benchmark

Each runs in a process of its own, on the same Parquet file of `customers.py` (Java 17). Told are the
seconds of both passes: ``reading``, in which the columns' rules are found, and ``typing``, by them;
without Spark the second holds the sorting, too. ``sha256`` is of Clean, the same for all.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import customers
from cluster import cluster

from unchurn.progress import Silent
from unchurn.progress import Task as Work
from unchurn.project import Churn, Columns, Data, Engine

CONTESTANTS = {"spark_1": 1, "spark_2": 2, "here": 0}


class Timed(Silent):
    """Keeps the seconds of each task."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[Work]:
        """Time a task."""
        began = time.monotonic()
        with super().task(name, total) as task:
            yield task
        self.seconds[name.split(maxsplit=1)[0].lower()] = round(time.monotonic() - began, 1)


def _begun(number: int) -> int:
    time.sleep(1)
    return number


def cleaned(workers: int, root: Path) -> dict[str, object]:
    """Clean the table; return seconds and what Clean is."""
    from unchurn.steps.clean import clean
    from unchurn.tables import open_table

    workspace = root / f"clean-{workers}"
    workspace.mkdir(exist_ok=True)
    table = open_table("customers.parquet", Data(), root)
    engine = Engine(kind="spark" if workers else "arrow")
    progress = Timed()
    with cluster(workers, root) as session:
        if session is not None:  # workers are there, and their Pythons have begun
            session.sparkContext.parallelize(range(4 * workers), 4 * workers).map(_begun).collect()
        began = time.monotonic()
        made = clean(
            table,
            Data(),
            Churn(target="churned", id="customer", positive=["yes"]),
            Columns(),
            engine,
            workspace,
            progress,
        )
        all_of_it = round(time.monotonic() - began, 1)
    told = hashlib.sha256(made.customers.read_bytes())
    told.update(json.dumps([made.summary, made.rows, made.schema, made.findings]).encode())
    return {**progress.seconds, "clean": all_of_it, "sha256": told.hexdigest()[:12]}


def main() -> None:
    """Write the table and clean it in each way, or (--only) in one, in this process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--only", choices=tuple(CONTESTANTS))
    asked = parser.parse_args()
    if asked.only:
        sys.stdout.write(json.dumps(cleaned(CONTESTANTS[asked.only], asked.root)) + "\n")
        return
    asked.root.mkdir(parents=True, exist_ok=True)
    customers.write(asked.root / "customers.parquet", asked.rows, 1)
    for name in CONTESTANTS:
        command = [sys.executable, __file__, "--root", str(asked.root), "--only", name]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        sys.stdout.write(f"{name}: {done.stdout.splitlines()[-1]}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
