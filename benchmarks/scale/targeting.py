"""Measures `unchurn target` on many scored customers, beside DuckDB reading and sorting them.

    python benchmarks/scale/targeting.py                 # 1,000,000 customers, and a quarter of them
    python benchmarks/scale/targeting.py --rows 200000 --folder kept

A model is trained on 20,000 customers, and all are scored before anything is measured. The campaign has
a budget, a capacity, two offers of which one is open to some contracts, and two lists of exclusions, one of
which names strangers. DuckDB reads the scores and sorts them by worth into another file of the same kind,
with as many threads. Each is a process of its own; memory is what the system says when it ends.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from run import HERE, Measured, line, measure, show

UNCHURN = ("-m", "unchurn")
SETTINGS = """
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
duckdb.sql(f"SET threads = {threads}")
duckdb.sql(f"COPY (SELECT * FROM '{scores}' ORDER BY expected_value DESC, customer) TO '{out}'")
"""


def trained(folder: Path) -> Path:
    """Make a project with a model, and return its folder."""
    project = folder / "project"
    if project.exists():
        return project
    measure(HERE / "customers.py", folder / "train.parquet", "--rows", 20_000)
    project.mkdir()
    (project / "churn.toml").write_text(SETTINGS)
    measure(*UNCHURN, "train", "--project", project, "--json", "--quiet", allowed=(0, 4))
    return project


def planned(folder: Path, project: Path, rows: int, threads: int) -> tuple[Measured, Measured]:
    """Score some customers, plan a campaign of them, and sort them by DuckDB."""
    table, out = folder / f"month-{rows}.parquet", folder / "contact.csv"
    measure(HERE / "customers.py", table, "--rows", rows, "--seed", 2, "--no-label")
    fixed = ("--project", project, "--data", table, "--json", "--quiet")
    scored = measure(*UNCHURN, "score", *fixed, "--out", folder / "scores.parquet")
    no, asked = folder / "no.csv", folder / "asked.csv"
    no.write_text("customer\n" + "".join(f"C{each:09}\n" for each in range(0, rows, 20)))
    strangers = [*range(7, rows, 500), *range(rows, rows + 100)]
    asked.write_text("customer\n" + "".join(f"C{each}\n" for each in strangers))
    name = ("--name", f"campaign-{rows}", "--exclude", no, "--exclude", asked, "--out", out)
    made = measure(*UNCHURN, "target", *fixed, *name, *LIMITS)
    scores = project / ".unchurn" / "runs" / scored.document["run_id"] / "scores" / "scores.parquet"
    return made, measure("-c", SORT, scores, folder / "sorted.parquet", threads)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="keep tables and project here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        project = trained(folder)
        for rows in (given.rows // 4, given.rows):
            made, alone = planned(folder, project, rows, given.threads)
            said = made.document["method"], f"{made.document['contacted']:,} to contact"
            lines = [
                line(f"target, {rows:,} customers", made, ", ".join(said)),
                line(
                    "DuckDB reads and sorts",
                    alone,
                    f"{made.seconds / alone.seconds:.1f} × its time",
                ),
            ]
            show(lines)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
