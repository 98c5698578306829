"""A history observed, beside SQL written by hand for the same features: CPU, time, memory.

    python benchmarks/history/run.py --events 20000000 --root /tmp/history-benchmark

Each contestant runs in a process of its own, on the same Parquet files, DuckDB with two threads. With
``--spark`` a cluster of one worker and then of two, each with one core, observes it, too (Java 17).
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

PER_CUSTOMER = 100
DAYS = 900
KINDS = ("web", "app", "shop")
WINDOWS = (7, 30, 90, 365)
BEGIN = np.datetime64("2023-01-01", "us").astype(np.int64)
CONFIG = """\
[churn]
event = "subscription-ends"
since = "2023-05-01"
until = "2025-06-01"
[history]
observed_until = "2025-06-15"
[history.subscriptions]
data = "subscriptions.parquet"
[history.events.orders]
data = "orders.parquet"
kind = "kind"
values = ["amount"]
"""


def write_tables(root: Path, events: int) -> None:
    """Write orders of customers over 900 days, 100 each, and one period a customer."""
    root.mkdir(parents=True, exist_ok=True)
    draws = np.random.default_rng(1)
    customers, moment = events // PER_CUSTOMER, pa.timestamp("us")
    day = 86_400_000_000
    with pq.ParquetWriter(root / "orders.parquet", _orders(draws, 1, customers).schema) as writer:
        for start in range(0, events, 1_000_000):
            writer.write_table(_orders(draws, min(1_000_000, events - start), customers))
    start = BEGIN + draws.integers(0, 300, customers) * day
    end = start + draws.integers(60, 900, customers) * day
    stays = draws.random(customers) < 0.5
    periods = {
        "customer": np.arange(customers),
        "start": pa.array(start, pa.int64()).cast(moment),
        "end": pa.array(end, pa.int64(), mask=stays).cast(moment),
    }
    pq.write_table(pa.table(periods), root / "subscriptions.parquet")
    (root / "churn.toml").write_text(CONFIG)


def _orders(draws: np.random.Generator, rows: int, customers: int) -> pa.Table:
    at = BEGIN + draws.integers(0, DAYS * 86_400, rows) * 1_000_000
    return pa.table(
        {
            "customer": draws.integers(0, customers, rows),
            "time": pa.array(at, pa.int64()).cast(pa.timestamp("us")),
            "amount": np.round(draws.random(rows) * 100, 2),
            "kind": pa.array(draws.choice(KINDS, rows)),
        }
    )


def ours(root: Path, kind: str = "arrow") -> int:
    """Observe; return the rows."""
    from unchurn.pipeline.observing import snapshot
    from unchurn.project import Engine, Project

    project = replace(Project.load(root), engine=Engine(kind=kind))
    return int(snapshot(project, fresh=True).rows["eligible"])


@contextmanager
def of_workers(workers: int, root: Path) -> Iterator[None]:
    """Have a cluster of so many workers on this machine at hand, or none."""
    sys.path.append(str(Path(__file__).parents[1] / "scale"))
    from cluster import cluster

    with cluster(workers, root):
        yield


def by_hand(root: Path) -> int:
    """Compute the same features, a statement a month, as a person would write them; return the rows.

    One statement for all months spills more than 39 GB of 20 million events.
    """
    import duckdb

    lines = [
        f"{measure} FILTER (WHERE o.time >= s.day - INTERVAL {window} DAY{only})"
        for only in ("", *(f" AND o.kind = '{kind}'" for kind in KINDS))
        for window in WINDOWS
        for measure in ("count(o.time)", "count(DISTINCT o.time::DATE)", "sum(o.amount)",
                        "avg(o.amount)", "max(o.amount)")
    ]  # fmt: skip
    lines += [
        f"{measure} FILTER (WHERE TRUE{only})"
        for only in ("", *(f" AND o.kind = '{kind}'" for kind in KINDS))
        for measure in ("max(o.time)", "arg_max(o.amount, o.time)")
    ]
    named = ", ".join(f"{each} AS f{n}" for n, each in enumerate(lines))
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "2GB",
                                        "temp_directory": str(root / "spill"),
                                        "preserve_insertion_order": False})  # fmt: skip
    (root / "by_hand").mkdir(exist_ok=True)
    rows = 0
    for day in (f"{2023 + month // 12}-{month % 12 + 1:02d}-01" for month in range(4, 28)):
        made = connection.execute(f"""COPY (
            WITH seen AS (SELECT customer, "end" < DATE '{day}' + INTERVAL 30 DAY AS churned
                FROM read_parquet('{root}/subscriptions.parquet')
                WHERE start <= DATE '{day}' - INTERVAL 30 DAY
                    AND ("end" IS NULL OR "end" >= DATE '{day}'))
            SELECT s.customer, DATE '{day}' AS day, s.churned, {named.replace("s.day", f"DATE '{day}'")}
            FROM seen AS s LEFT JOIN read_parquet('{root}/orders.parquet') AS o
                ON o.customer = s.customer AND o.time < DATE '{day}'
                AND o.time >= DATE '{day}' - INTERVAL 365 DAY
            GROUP BY ALL) TO '{root}/by_hand/{day}.parquet'""").fetchone()
        rows += int(made[0]) if made else 0
    return rows


CONTESTANTS: dict[str, Callable[[Path], int]] = {
    "ours": ours,
    "by_hand": by_hand,
    "spark_1": partial(ours, kind="spark"),
    "spark_2": partial(ours, kind="spark"),
}
WORKERS = {"spark_1": 1, "spark_2": 2}
"""Of a cluster that is at hand before the clock starts."""


def _measured(name: str, root: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--root", str(root), "--only", name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Write the tables and run both contestants, or (--only) one in this process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--only", choices=tuple(CONTESTANTS))
    parser.add_argument("--spark", action="store_true")
    asked = parser.parse_args()
    if asked.only:
        with of_workers(WORKERS.get(asked.only, 0), asked.root):
            began = time.monotonic()
            rows = CONTESTANTS[asked.only](asked.root)
            wall = time.monotonic() - began
        used = resource.getrusage(resource.RUSAGE_SELF)
        figures = {
            "rows": rows,
            "cpu_s": round(used.ru_utime + used.ru_stime, 1),
            "wall_s": round(wall, 1),
            "peak_mb": used.ru_maxrss // 1024,
        }
        sys.stdout.write(json.dumps(figures) + "\n")
        return
    write_tables(asked.root, asked.events)
    for name in CONTESTANTS if asked.spark else ("ours", "by_hand"):
        sys.stdout.write(f"{name}: {_measured(name, asked.root)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
