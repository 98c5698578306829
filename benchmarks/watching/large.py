"""What watching a month costs, beside reading and typing it: CPU seconds and peak memory. See README.md.

    python benchmarks/watching/large.py [--rows 500000 1000000] [--format csv] [--folder KEPT]

The table has an id and 30 columns (`benchmarks/scale/customers.py`), the model 20,000 training rows. Each figure is
of a process of its own, so that what it costs to begin is in it: look at what more rows add. `unchurn monitor` only
watches a month that was scored, whose typed customers and scores are there; one that was not, it scores first. The
last column is watching beside reading and typing.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

CUSTOMERS = Path(__file__).parents[1] / "scale" / "customers.py"
UNCHURN = ("-m", "unchurn")
QUIET = ("--json", "--quiet")
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
"""


def spent(*words: object, allowed: tuple[int, ...] = (0,)) -> tuple[float, float]:
    """Run this Python with `words`; return CPU seconds and peak memory in GB."""
    process = subprocess.Popen([sys.executable, *map(str, words)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in allowed:
        raise SystemExit(f"{' '.join(map(str, words))} ended with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e9


def read_and_type(project: Path, data: Path) -> None:
    """Read every row and type it as the champion's columns are, and keep nothing."""
    from unchurn.artefacts import Model, Schema
    from unchurn.pipeline.chosen_model import choose_model
    from unchurn.project import Project
    from unchurn.tables import open_table
    from unchurn.tables.headerless import line_up
    from unchurn.tables.table import pass_over
    from unchurn.tables.typing import type_batch

    settings = Project.load(project)
    model = Model.load(choose_model(settings, None, None).bundle)
    table = open_table(str(data), settings.data, project)
    lined = line_up(table.columns, Schema.from_plain(model.schema), header=True)
    plan = lined.plan(settings.decision.clv)
    for batch in table.batches(pass_over, plan.headers):
        named = plan.renamed(batch.select(range(1 + len(plan.headers))))
        type_batch(named, plan.columns, settings.data.missing)


def trained(folder: Path) -> Path:
    """Make a project with a champion, and return its folder."""
    project = folder / "project"
    if not project.exists():
        spent(CUSTOMERS, folder / "train.parquet", "--rows", 20_000)
        project.mkdir()
        (project / "churn.toml").write_text(SETTINGS)
        spent(*UNCHURN, "train", "--project", project, *QUIET)
    return project


def measured(folder: Path, project: Path, rows: int, kind: str) -> list[tuple[float, float]]:
    """Return what reading and typing, scoring, and watching cost."""
    table = folder / f"month-{rows}.{kind}"
    if not table.exists():
        spent(CUSTOMERS, table, "--rows", rows, "--seed", 2, "--no-label")
    asked = ("--project", project, "--data", table)
    return [
        spent(__file__, "--typing", project, table),
        spent(*UNCHURN, "score", *asked, "--out", folder / "scores.parquet", "--fresh", *QUIET),
        spent(*UNCHURN, "monitor", *asked, *QUIET, allowed=(0, 5)),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[500_000, 1_000_000])
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv")
    parser.add_argument("--folder", type=Path, help="keep tables and project here")
    parser.add_argument("--typing", type=Path, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.typing:
        read_and_type(*given.typing)
        return
    print("| customers | read and type | score | watch | times |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        project = trained(folder)
        for rows in given.rows:
            found = measured(folder, project, rows, given.format)
            cells = [f"{cpu:.1f} s, {peak:.2f} GB" for cpu, peak in found]
            times = found[2][0] / found[0][0]
            print(f"| {rows:,} | {' | '.join(cells)} | {times:.2f} |", flush=True)


if __name__ == "__main__":
    main()
