"""Makes the Clean artefact with Spark, wherever a Spark runs.

    spark-submit etl.py --source s3://bucket/data/train/ --project s3://bucket/churn.toml \
        --output s3://bucket/clean/ --scratch s3://bucket/scratch/

The same with ``python etl.py`` and folders. It needs the standard library, pyspark, pyarrow
and unchurn's own modules, and boto3 where an address begins with ``s3://``. It is the very step
that ``unchurn train`` runs with ``[engine] kind = "spark"``. Beside the artefact,
``lineage.json`` tells which data it was made from. A failure exits 1 with its reason in one
line on stderr, and leaves nothing at the output.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from unchurn.artefacts import Clean, dump_json
from unchurn.artefacts.folder import LINEAGE
from unchurn.aws.glue import places
from unchurn.errors import UnchurnError
from unchurn.pipeline.identity import code_sha256
from unchurn.project import Project
from unchurn.runner import Run, run_step
from unchurn.steps.clean import clean
from unchurn.tables import Table, open_table
from unchurn.tables.engines import spark_session


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the job. Raises `SystemExit` with the reason when it fails."""
    given = _parser().parse_known_args(arguments)[0]  # Glue adds arguments of its own
    try:
        run(given.source, given.project, given.output, given.scratch)
    except (UnchurnError, OSError) as error:
        sys.exit("etl: " + " ".join(str(error).split()))


def run(source: str, project: str, output: str, scratch: str = "") -> None:
    """Make Clean of the table at `source` and put it at `output`, whole or not at all.

    Each argument is a path or an ``s3://`` address. `scratch` holds what does not fit in
    memory (by default in the system's temporary folder); on a cluster, all its workers must
    see it. Raises `UnchurnError` with what the step raises, and `OSError`.
    """
    spark_session.require_spark()
    with ExitStack() as held:
        if places.is_remote(scratch):
            spark_session.share(scratch)
        near = Path(scratch) if scratch and not places.is_remote(scratch) else None
        if near is not None:
            near.mkdir(parents=True, exist_ok=True)
        work = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="etl-", dir=near)))
        settings = Project.load(places.bring_project(project, work / "project"))
        table = open_table(places.bring_table(source, work / "source"), settings.data, Path.cwd())
        places.hand_over(_cleaned(settings, table, work), output)


def _cleaned(project: Project, table: Table, work: Path) -> Path:
    """Run the step in `work`; return the artefact's folder, its data named in the lineage."""
    engine = replace(project.engine, kind="spark")
    where = Run(work / "run", replace(project, engine=engine), code_sha256(), {Table: table})
    run_step(clean, where)
    folder = where.place(Clean)
    lineage = folder / LINEAGE
    known = {**places.read_json(lineage), "data_sha256": table.fingerprint()}
    lineage.write_bytes(dump_json(known))
    return folder


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("etl", description="Make Clean.", allow_abbrev=False)
    parser.add_argument("--source", required=True, help="table: file, folder, glob or s3://")
    parser.add_argument("--project", required=True, help="churn.toml, or the folder it is in")
    parser.add_argument("--output", required=True, help="folder or s3:// prefix of the artefact")
    parser.add_argument("--scratch", default="", help="what every worker of the cluster can see")
    return parser


if __name__ == "__main__":
    main()
