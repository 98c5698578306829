"""``unchurn monitor``: its flags."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unchurn.cli.options import Fresh, ProjectDir, RunName, VersionNumber
from unchurn.cli.verb import Verb

TableOf = Annotated[str, typer.Option(help="Customers; default: [data] score.")]
Day = Annotated[
    str, typer.Option("--as-of", metavar="DAY", help="Day it is of; without --data, of a history.")
]
Folder = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder for its files; default: the run's.")
]
Constraints = Annotated[
    Path | None, typer.Option(metavar="FILE", help="A constraints.json of your own to keep to.")
]


def monitor(
    data: TableOf = "",
    as_of: Day = "",
    out: Folder = None,
    constraints: Constraints = None,
    run: RunName = None,
    version: VersionNumber = None,
    fresh: Fresh = False,
    project: ProjectDir = Path(),
) -> Verb:
    """Say whether a month is like training: steady, look, or act (exit 5)."""
    from unchurn.cli import monitor as body

    return (
        lambda progress: body.monitor(
            project, data, as_of, out, constraints, run, version, fresh, progress
        ),
        body.show_monitor,
    )
