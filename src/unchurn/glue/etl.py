"""Makes Clean with Spark, wherever a Spark runs; of a history Snapshots first, or those of one day.

    spark-submit etl.py --source s3://bucket/data/train/ --project s3://bucket/churn.toml \
        --output s3://bucket/clean/ --scratch s3://bucket/scratch/

The same with ``python etl.py`` and folders. Where the project asks a history, `--source` has a
folder for each of its tables, ``events.orders``, and Snapshots go to `--snapshots`. With `--as-of`
these are all that is made, of one day, by the plan of the model in `--champion`.

It needs the standard library, pyspark, pyarrow and unchurn's own modules, and boto3 where an address
begins with ``s3://``. They are the very steps that ``unchurn train`` and ``unchurn score`` run with
``[engine] kind = "spark"``. Beside Clean, ``lineage.json`` tells which data it was made from. A failure
exits 1 with its reason in one line on stderr, and leaves nothing at the output.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from unchurn.artefacts import Clean, Model, Snapshots
from unchurn.container.champion import champion_bundle
from unchurn.container.folders import add_lineage
from unchurn.errors import ConfigError, UnchurnError
from unchurn.glue import places
from unchurn.history.sources import Sources
from unchurn.pipeline.day import day_of_moment
from unchurn.pipeline.identity import code_sha256
from unchurn.pipeline.observing import (
    asked_of,
    observed,
    open_history,
    require_history,
)
from unchurn.project import Project
from unchurn.runner import Run, run_step
from unchurn.steps.clean import clean
from unchurn.steps.observe import Asked, observe
from unchurn.tables import Table, open_table
from unchurn.tables.engines import spark_session
from unchurn.tables.engines.shared_folder import address
from unchurn.tables.engines.sharing import share


@dataclass(frozen=True)
class Places:
    """Where everything is: each a path or an ``s3://`` address, or empty where it is not needed.

    ``s3a://`` and ``s3n://`` are S3 too. `scratch` holds what does not fit in memory (by default in
    the system's temporary folder); on a cluster, all its workers must see it, and it is tried before
    anything is read. `as_of` is a day, or a moment of one.
    """

    source: str
    project: str
    output: str = ""
    snapshots: str = ""
    champion: str = ""
    scratch: str = ""
    as_of: str = ""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the job. Raises `SystemExit` with the reason when it fails."""
    given = _parser().parse_known_args(arguments)[0]  # Glue adds arguments of its own
    try:
        run(Places(**vars(given)))
    except (UnchurnError, OSError) as error:
        sys.exit("etl: " + " ".join(str(error).split()))


def run(asked: Places) -> None:
    """Make what is asked for and put it where it belongs, whole or not at all.

    Raises `UnchurnError` with what the steps raise, and `OSError`.
    """
    if not (asked.snapshots if asked.as_of else asked.output):
        raise ConfigError(
            "Nobody says where to put what is made.", "Add --output, or --snapshots with --as-of."
        )
    scratch = asked.scratch  # Spark knows S3 by the name that it is given
    asked = _addressed(asked)
    spark_session.require_spark()
    with ExitStack() as held:
        near = None if places.is_remote(asked.scratch) or not scratch else Path(asked.scratch)
        if near is not None:
            near.mkdir(parents=True, exist_ok=True)
        if scratch:
            share(scratch if near is None else str(near.absolute()))
        work = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="etl-", dir=near)))
        project = Project.load(places.bring_project(asked.project, work / "project"))
        project = replace(project, engine=replace(project.engine, kind="spark"))
        require_history(project, asked.as_of)
        made = _of_history if project.asks_history else _of_table
        for folder, place in made(project, asked, work).items():
            if place:
                places.hand_over(folder, place)


def _addressed(asked: Places) -> Places:
    """Write every place as `address` does, and refuse what is in neither S3 nor a folder."""
    named = ("source", "project", "output", "snapshots", "champion", "scratch")
    return replace(asked, **{each: address(getattr(asked, each), f"--{each}") for each in named})


def _of_table(project: Project, asked: Places, work: Path) -> dict[Path, str]:
    """Clean the table; return the artefact's folder, and where it goes."""
    source = places.bring_table(asked.source, work / "source")
    table = open_table(source, project.data, Path.cwd())
    return {_cleaned(_run(project, work, {Table: table}), table.fingerprint()): asked.output}


def _of_history(project: Project, asked: Places, work: Path) -> dict[Path, str]:
    """Observe every snapshot and clean them, or observe one day; return folders, and where they go."""
    root = asked.source.rstrip("/")
    history = project.history.moved(
        lambda name, _: places.bring_table(f"{root}/{name}", work / "source" / name)
    )
    project = replace(project, history=history)
    sources = open_history(project)
    where = _run(project, work, {Sources: sources, Asked: _asked(project, asked, work)})
    snapshots = {where.place(Snapshots): asked.snapshots}
    if asked.as_of:
        run_step(observe, where)
        return snapshots
    return snapshots | {_cleaned(observed(where), sources.fingerprint()): asked.output}


def _asked(project: Project, asked: Places, work: Path) -> Asked:
    """Ask for every snapshot, or for the day by the champion's plan."""
    if not asked.as_of:
        return Asked()
    day = day_of_moment(asked.as_of, project.churn.timezone)
    given = places.bring_champion(asked.champion, work / "champion")
    return asked_of(Model.load(champion_bundle(given, work / "model")), project, day)


def _run(project: Project, work: Path, given: dict[type, object]) -> Run:
    return Run(work / "run", project, code_sha256(), given)


def _cleaned(where: Run, data_sha256: str) -> Path:
    """Clean the run's table; return the artefact's folder, its data named in the lineage."""
    run_step(clean, where)
    folder = where.place(Clean)
    add_lineage(folder, data_sha256=data_sha256)
    return folder


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("etl", description="Make Clean.", allow_abbrev=False)
    parser.add_argument("--source", required=True, help="table: file, folder, glob or s3://")
    parser.add_argument("--project", required=True, help="churn.toml, or the folder it is in")
    parser.add_argument("--output", default="", help="folder or s3:// prefix of Clean")
    parser.add_argument("--snapshots", default="", help="that of a history's Snapshots")
    parser.add_argument("--champion", default="", help="that of the model whose plan is followed")
    parser.add_argument("--as-of", default="", help="observe this day, or moment's, and no more")
    parser.add_argument("--scratch", default="", help="what every worker of the cluster can see")
    return parser


if __name__ == "__main__":
    main()
