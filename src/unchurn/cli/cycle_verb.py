"""``unchurn cycle``: its flags."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unchurn.cli.options import Fresh, ProjectDir
from unchurn.cli.verb import Verb

TableOf = Annotated[str, typer.Option(help="This month's customers; default: [data] score.")]
Day = Annotated[
    str, typer.Option("--as-of", metavar="DAY", help="Day that the cycle is of; default: today.")
]
NoWait = Annotated[
    bool, typer.Option("--no-wait", help="Refuse, where another cycle is under way.")
]


def cycle(
    data: TableOf = "",
    as_of: Day = "",
    no_wait: NoWait = False,
    fresh: Fresh = False,
    project: ProjectDir = Path(),
) -> Verb:
    """Do a month's routine: watch, list, contacts; train again when due (exit 5: refused)."""
    from unchurn.cli import cycle as body

    return (
        lambda progress: body.cycle(project, data, as_of, not no_wait, fresh, progress),
        body.show_cycle,
    )
