"""A list scored by Spark's workers with reasons for all: two of one core each, beside one (Java 17).

    python benchmarks/scale/scoring_on_spark.py --customers 100000 --root /tmp/scoring-on-spark

A cluster on this machine scores the table (its start is not counted, reading and writing it are), and the
file is held against what this process scores alone. On two cores nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from cluster import cluster

import unchurn
from unchurn.demo import write_demo
from unchurn.pipeline.scoring import score
from unchurn.project import Engine, Project, Score

ALONE = 0


def timed(root: Path, workers: int) -> dict[str, object]:
    """Score with so many workers, or alone; return the seconds, and what the file is."""
    kind = "spark" if workers else "arrow"
    project = replace(Project.load(root), engine=Engine(kind=kind), score=Score(reasons="all"))
    with cluster(workers, root) as session:
        if session is not None:  # the workers are up
            session.range(1).write.format("noop").mode("overwrite").save()
        began = time.monotonic()
        made = score(project, str(root / "this_month.csv"), fresh=True)
        seconds = time.monotonic() - began
    return {
        "seconds": round(seconds, 1),
        "customers": made.counts["reasons"],
        "sha256": hashlib.sha256(made.scores.read_bytes()).hexdigest()[:12],
    }


def main() -> None:
    """Train once, then score alone, by one worker and by two, each in a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--only", type=int)
    asked = parser.parse_args()
    if asked.only is not None:
        print(json.dumps(timed(asked.root, asked.only)))
        return
    asked.root.mkdir(parents=True, exist_ok=True)
    write_demo(asked.root, customers=2000, fresh=asked.customers)
    unchurn.train(Project.load(asked.root))
    found = {}
    for workers in (ALONE, 1, 2):
        command = [sys.executable, __file__, "--root", str(asked.root), "--only", str(workers)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        found[workers] = json.loads(done.stdout.splitlines()[-1])
        print(workers or "alone", found[workers], flush=True)
    print("two workers beside one:", round(found[1]["seconds"] / found[2]["seconds"], 2))
    print("the same bytes:", len({each["sha256"] for each in found.values()}) == 1)


if __name__ == "__main__":
    main()
