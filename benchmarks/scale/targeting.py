"""Measures `unchurn target` on many scored customers, beside DuckDB reading and sorting them.

    python benchmarks/scale/targeting.py                 # 1,000,000 customers, and a twentieth of them
    python benchmarks/scale/targeting.py --rows 200000 --folder kept

It prints the table of the README.

A model is trained on 20,000 customers, and all are scored before anything is measured. The campaign has
a budget, a capacity, two offers of which one is open to some contracts, and two lists of exclusions, one of
which names strangers. DuckDB reads the scores and sorts them by worth into another file of the same kind,
with as many threads. Each is a process of its own, done `--times` times, of which the least counts: CPU and memory are
what the system says when it ends.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from run import HERE, UNCHURN, Measured, measure, small_project

CAMPAIGN = """
[decision]
clv = 400.0
contact_cost = 4.0
incentive_cost = 20.0

[[campaign.offers]]
name = "call"
cost = 5
incentive = 20
accept_rate = 0.3

[[campaign.offers]]
name = "gift"
cost = 9
incentive = 30
accept_rate = 0.45
capacity = 1500
eligible = { contract = ["contract 0", "contract 1"] }
"""
LIMITS = ("--budget", 60_000, "--capacity", 2_000)
SORT = """
import sys, time
import duckdb
scores, out, threads = sys.argv[1:]
duckdb.sql(f"SET threads = {threads}; SET enable_progress_bar = false")
duckdb.sql(f"COPY (SELECT * FROM '{scores}' ORDER BY expected_value DESC, customer) TO '{out}'")
"""


def excluded(folder: Path, rows: int) -> tuple[tuple[object, ...], int]:
    """Write two lists of whom not to contact; return the flags that name them, and how many ids they hold."""
    no, asked = folder / "no.csv", folder / "asked.csv"
    ours = [f"C{each:09}" for each in range(0, rows, 20)]
    strangers = [f"C{each}" for each in (*range(7, rows, 500), *range(rows, rows + 100))]
    no.write_text("\n".join(["customer", *ours, ""]))
    asked.write_text("\n".join(["customer", *strangers, ""]))
    return ("--exclude", no, "--exclude", asked), len(ours) + len(strangers)


def scored(folder: Path, project: Path, rows: int) -> tuple[Path, Path]:
    """Make a month's customers and score them; return their table and their scores."""
    table = folder / f"month-{rows}.parquet"
    measure(HERE / "customers.py", table, "--rows", rows, "--seed", 2, "--no-label")
    fixed = ("--project", project, "--data", table, "--json", "--quiet")
    made = measure(*UNCHURN, "score", *fixed, "--out", folder / "scores.parquet")
    run = project / ".unchurn" / "runs" / made.document["run_id"]
    return table, run / "scores" / "scores.parquet"


def planned(folder: Path, project: Path, table: Path, flags: tuple[object, ...]) -> Measured:
    """Plan a campaign that the ledger does not know yet."""
    root = project / ".unchurn"
    shutil.rmtree(root / "campaigns", ignore_errors=True)
    for each in root.glob("campaigns.db*"):
        each.unlink()
    fixed = ("--project", project, "--data", table, "--json", "--quiet")
    name = ("--name", "benchmark", "--out", folder / "contact.csv")
    return measure(*UNCHURN, "target", *fixed, *name, *flags, *LIMITS)


def least(times: int, work: Callable[[], Measured]) -> Measured:
    """Do a piece of work some times; return the one of the least CPU."""
    return min((work() for _ in range(times)), key=lambda each: each.cpu)


def row(what: str, made: Measured) -> str:
    return f"| {what} | {made.cpu:.1f} | {made.seconds:.1f} | {made.gigabytes:.2f} GB |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keep tables and project here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        project = small_project(folder, CAMPAIGN)
        few = given.rows // 20
        table, _ = scored(folder, project, few)
        flags, _ = excluded(folder, few)
        small = least(given.times, partial(planned, folder, project, table, flags))
        table, scores = scored(folder, project, given.rows)
        flags, ids = excluded(folder, given.rows)
        made = least(given.times, partial(planned, folder, project, table, flags))
        sorting = ("-c", SORT, scores, folder / "sorted.parquet", given.threads)
        alone = least(given.times, partial(measure, *sorting))
    print(
        f"{ids:,} ids excluded, a budget, a capacity, two offers, {made.document['contacted']:,} of {given.rows:,} "
        "customers contacted and explained:\n\n| what | CPU seconds | seconds | peak memory |\n|---|---|---|---|"
    )
    print(row(f"`unchurn target`, {given.rows:,} customers scored before", made))
    print(row(f"the same, {few:,} customers", small))
    print(row("DuckDB reads their scores and sorts them into a file", alone))
    print(
        f"| ratio (wanted: 3) | {made.cpu / alone.cpu:.1f} | {made.seconds / alone.seconds:.1f} | |"
    )


if __name__ == "__main__":
    main()
