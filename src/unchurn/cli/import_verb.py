"""The verb ``import`` and its flags."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unchurn.cli.verb import Verb


def import_(
    folder: Annotated[
        Path, typer.Argument(help="Folder of a project on AWS: templates, machines, scripts.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the churn.toml.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace an existing churn.toml.")] = False,
) -> Verb:
    """Make a churn.toml of somebody's project on AWS, and list what is broken in it."""
    from unchurn.cli import importing as body

    return (
        lambda progress: body.run_import(folder, out, force, progress),
        body.show_import,
    )
