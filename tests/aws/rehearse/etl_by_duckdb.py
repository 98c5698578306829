"""Stands for spark-submit: makes the same Clean as the Glue script it is given, with DuckDB.

Spark takes longer to start than all else that a commit of a small table sets off; that both
engines make the same Clean is shown elsewhere.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from unchurn.artefacts import Clean
from unchurn.glue import places
from unchurn.pipeline.identity import code_sha256
from unchurn.project import Project
from unchurn.runner import Run, run_step
from unchurn.steps.clean import clean
from unchurn.tables import Table, open_table


def main(arguments: list[str]) -> None:
    """Run the step on the places that the job's arguments name."""
    given = dict(zip(arguments[::2], arguments[1::2], strict=True))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        project = Project.load(places.bring_project(given["--project"], work / "project"))
        source = places.bring_table(given["--source"], work / "source")
        table = open_table(source, project.data, Path.cwd())
        where = Run(work / "run", project, code_sha256(), {Table: table})
        run_step(clean, where)
        lineage = where.place(Clean) / "lineage.json"
        known = json.loads(lineage.read_bytes()) | {"data_sha256": table.fingerprint()}
        lineage.write_text(json.dumps(known))
        places.hand_over(where.place(Clean), given["--output"])


if __name__ == "__main__":
    main(sys.argv[2:])
