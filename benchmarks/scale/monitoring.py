"""What watching a month costs, beside reading and typing it: CPU seconds and peak memory. See README.md.

    python benchmarks/scale/monitoring.py [--rows 500000 1000000] [--format csv] [--folder KEPT]

The table has an id and 30 columns (`customers.py`), the model 20,000 training rows. Each figure is
of a process of its own, so that what it costs to begin is in it: look at what more rows add. `unchurn monitor` only
watches a month that was scored, whose typed customers and scores are there; one that was not, it scores first. The
last column is watching beside reading and typing.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from run import HERE, QUIET, UNCHURN, Measured, measure, small_project


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


def measured(folder: Path, project: Path, rows: int, kind: str) -> list[Measured]:
    """Return what reading and typing, scoring, and watching cost."""
    table = folder / f"month-{rows}.{kind}"
    if not table.exists():
        measure(HERE / "customers.py", table, "--rows", rows, "--seed", 2, "--no-label")
    asked = ("--project", project, "--data", table)
    return [
        measure(__file__, "--typing", project, table),
        measure(*UNCHURN, "score", *asked, "--out", folder / "scores.parquet", *QUIET),
        measure(*UNCHURN, "monitor", *asked, "--json", "--quiet", allowed=(0, 5)),
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
        project = small_project(folder)
        for rows in given.rows:
            found = measured(folder, project, rows, given.format)
            cells = [f"{each.cpu:.1f} s, {each.gigabytes:.2f} GB" for each in found]
            times = found[2].cpu / found[0].cpu
            print(f"| {rows:,} | {' | '.join(cells)} | {times:.2f} |", flush=True)


if __name__ == "__main__":
    main()
