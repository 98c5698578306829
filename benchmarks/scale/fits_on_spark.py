"""The fits of a training by Spark's workers: two of one core each, beside one, and without Spark (Java 17, Linux).

    python benchmarks/scale/fits_on_spark.py --customers 12000 20000 --root /tmp/fits-on-spark

Both batches of fits are timed, the whole of what `[train]` asks for besides is done by the driver alone. On
two cores nothing else should run meanwhile; on a busy machine believe the CPU alone: what the busiest worker
used is what a training waits for.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from cluster import cluster

import unchurn
from unchurn.artefacts import verify
from unchurn.demo import write_demo
from unchurn.progress import Silent, Task
from unchurn.project import Engine, Project

ALONE = 0
_KINDS = {
    "CoarseGrainedExecutorBackend": "Java of workers",
    "pyspark.daemon": "Python of workers",
    "SparkSubmit": "Java of the driver",
}


class Stopwatch(Silent):
    """Adds up seconds, and CPU seconds by kind of process, while fits are done."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.used: Counter[str] = Counter()

    @contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[Task]:
        """Time the tasks of fits."""
        fits = name in {"Fitting", "Refitting"}
        began, before = time.monotonic(), _used()
        with super().task(name, total) as task:
            yield task
        if fits:
            self.seconds += time.monotonic() - began
            self.used.update(_used() - before)


def _used() -> Counter[str]:
    """Return the CPU seconds of this process and all below it, by kind; of a worker's Python by its number."""
    told, parents = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            words = (path.parent / "cmdline").read_bytes().decode(errors="replace")
        except OSError:  # it has ended meanwhile
            continue
        pid = int(path.parent.name)
        parents[pid] = int(fields[1])
        told[pid] = (words, sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK"))
    found: Counter[str] = Counter()
    for pid, (words, seconds) in told.items():
        above = pid
        while above in parents and above != os.getpid():
            above = parents[above]
        if above == os.getpid():
            kind = next((kind for mark, kind in _KINDS.items() if mark in words), "this process")
            found[f"{kind} {pid}" if kind.startswith("Python") else kind] += seconds
    return found


def timed(root: Path, workers: int) -> dict[str, object]:
    """Train with so many workers, or alone; return the seconds of fits, the CPU, and what the model is."""
    project = Project.load(root)
    kept = replace(project.artefacts, root=f".workers-{workers}")
    engine = Engine(kind="spark" if workers else "arrow")
    watch = Stopwatch()
    with cluster(workers, root) as session:
        if session is not None:  # the workers are up, and have their Python
            session.sparkContext.parallelize(range(8), 8).map(str).collect()
        began = time.monotonic()
        unchurn.train(replace(project, engine=engine, artefacts=kept), progress=watch, fresh=True)
        whole = time.monotonic() - began
    used = {name: each for name, each in watch.used.items() if each > 0.1}
    python = [each for name, each in used.items() if name.startswith("Python")]
    others = {name: round(each, 1) for name, each in used.items() if name[:6] != "Python"}
    made = next((root / f".workers-{workers}" / "runs").glob("*/model"))
    return {
        "fits": round(watch.seconds, 1),
        "whole": round(whole, 1),
        "busiest": round(max(python, default=others.get("this process", 0)), 1),
        "cpu": {**others, "Python of workers": round(sum(python), 1)},
        "sha256": verify(made)[:12],
    }


def compared(root: Path, customers: int) -> None:
    """Train alone, by one worker and by two, each in a process of its own."""
    root.mkdir(parents=True, exist_ok=True)
    write_demo(root, customers=customers, fresh=100)
    told = root / "churn.toml"
    told.write_text(told.read_text() + "\n[train]\nthreads = 1\n[tune]\ntrials = 0\n")
    found = {}
    for workers in (ALONE, 1, 2):
        command = [sys.executable, __file__, "--root", str(root), "--only", str(workers)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        found[workers] = json.loads(done.stdout.splitlines()[-1])
        print(f"{customers:,} customers,", workers or "alone:", found[workers], flush=True)
    print("two workers beside one:", round(found[1]["fits"] / found[2]["fits"], 2), end=", ")
    print("of CPU", round(found[1]["busiest"] / found[2]["busiest"], 2))
    print("the same bytes:", len({each["sha256"] for each in found.values()}) == 1)


def main() -> None:
    """Compare for each count of customers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, nargs="+", default=[12_000, 20_000])
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--only", type=int)
    asked = parser.parse_args()
    if asked.only is not None:
        print(json.dumps(timed(asked.root, asked.only)))
        return
    for customers in asked.customers:
        compared(asked.root / f"{customers}", customers)


if __name__ == "__main__":
    main()
