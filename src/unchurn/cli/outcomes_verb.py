"""``unchurn outcomes``: its flags."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unchurn.cli.options import ProjectDir
from unchurn.cli.verb import Verb

FileOf = Annotated[
    str, typer.Option(metavar="FILE", help="Ids with churned (yes or no) or left_on (a day).")
]
Day = Annotated[str, typer.Option("--as-of", metavar="DAY", help="Day of asking; default: today.")]
ScoringOf = Annotated[
    str, typer.Option("--scoring", metavar="ID", help="The scoring that yes and no are about.")
]
Folder = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder for outcomes.json and outcomes.html.")
]


def outcomes(
    data: FileOf = "",
    as_of: Day = "",
    scoring: ScoringOf = "",
    out: Folder = None,
    project: ProjectDir = Path(),
) -> Verb:
    """Take in who left, and say what came true of each scoring (exit 5: act)."""
    from unchurn.cli import outcomes as body

    return (
        lambda progress: body.outcomes(project, data, as_of, scoring, out, progress),
        body.show_outcomes,
    )
