"""``unchurn runs``: list, show, compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unchurn.cli.options import ProjectDir
from unchurn.cli.verb import Verb, verb

HERE = Path()
RunOf = Annotated[str, typer.Argument(metavar="ID", help="A scoring or a watch.")]
First = Annotated[str, typer.Argument(metavar="A", help="A scoring or a watch.")]
Second = Annotated[str, typer.Argument(metavar="B", help="The one beside it.")]

runs = typer.Typer(
    help="List, show and compare scorings and watches.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@verb(runs, "list")
def list_runs(
    project: ProjectDir = HERE,
) -> Verb:
    """List every scoring and watch, the newest day first."""
    from unchurn.cli import runs as body

    return lambda _: body.runs_list(project), body.show_list


@verb(runs)
def show(
    run: RunOf,
    project: ProjectDir = HERE,
) -> Verb:
    """Show one scoring or watch: model, table, customers, money, level and why."""
    from unchurn.cli import runs as body

    return lambda _: body.runs_show(project, run), body.show_run


@verb(runs)
def compare(
    a: First,
    b: Second,
    project: ProjectDir = HERE,
) -> Verb:
    """Say what differs between two runs, and which customers moved."""
    from unchurn.cli import runs as body

    return lambda _: body.runs_compare(project, a, b), body.show_compared
