"""``unchurn score``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from unchurn.cli.notes import show_notes, show_warning
from unchurn.cli.options import Flags
from unchurn.cli.session import Outcome
from unchurn.cli.wiring import (
    here,
    is_address,
    open_model_store,
    refuse_replacing_input,
    with_tables_here,
)
from unchurn.errors import ConfigError, counted
from unchurn.pipeline import scoring
from unchurn.pipeline.other_question import nobody_named
from unchurn.progress import Progress
from unchurn.project import Project

if TYPE_CHECKING:
    from rich.console import Console


def score(
    folder: Path,
    data: str,
    as_of: str,
    out: Path,
    reasons: str,
    run: str | None,
    version: int | None,
    fresh: bool,
    strict: bool,
    arranged: Mapping[str, Any],
    progress: Progress,
) -> Outcome:
    """Score a table into a file. Raises `ConfigError` when no table or no model is named.

    `arranged` is how the list is to be read: `sort`, `top` and `digits`.
    """
    project = Project.load(folder)
    if reasons:
        project = replace(project, score=replace(project.score, reasons=reasons))
    if as_of and project.asks_history:
        project = with_tables_here(project, progress)
    made = scoring.score(
        project,
        table_of(project, data, as_of, run, version, progress, out),
        out,
        as_of=as_of,
        version=version,
        training_run=run,
        progress=progress,
        fresh=fresh,
        store=open_model_store(project),
        strict=strict,
        **arranged,
    )
    return Outcome(made.document())


def table_of(
    project: Project,
    data: str,
    as_of: str,
    run: str | None,
    version: int | None,
    progress: Progress,
    out: Path | None = None,
) -> str | None:
    """Return the table to score where this machine can open it; None for a day of the history.

    Of a table, `as_of` only says which day it is of. Raises `ConfigError` when no table is named, or two tables or models
    are, and where the list `out` would replace what comes on standard input.
    """
    if run is not None and version is not None:
        raise ConfigError("--run and --version name two models.", "Give one of them.")
    if data == "-" and out is not None:
        refuse_replacing_input(out)
    of_history = bool(as_of) and project.asks_history
    if data and of_history:
        raise ConfigError("--data and --as-of name two tables.", "Give one of them.")
    return None if of_history else here(data or _configured(project), project, progress)


def agree_on_folder(out: Path, make: bool, flags: Flags) -> None:
    """Ask whether a folder that is not there shall be made for the list.

    Raises `ConfigError` where there is nobody to ask, or the answer is no.
    """
    if make or out.parent.is_dir():
        return
    asked = sys.stdin.isatty() and sys.stderr.isatty() and not (flags.quiet or flags.json)
    if asked and typer.confirm(f"There is no folder {out.parent}. Make it?", err=True):
        return
    raise ConfigError(
        f"There is no folder {out.parent} for the list.",
        "Add --make-folder to make it, or name another place with --out.",
    )


def _configured(project: Project) -> str:
    if not project.data.score:
        raise nobody_named(project)
    named = project.data.score
    return named if is_address(named) else str(project.folder / named)


def show_score(document: dict[str, Any], console: Console) -> None:
    """Print what makes a list untrustworthy first, then the row counts and where the list is.

    It ends on stderr, with how many to contact and what they are worth.
    """
    notes = show_warning(document["notes"], console)
    console.print(
        f"{counted(document['rows_in'], 'row')} in, {document['rows_out']:,} scored, "
        f"{document['rejected']:,} rejected."
    )
    if document["rejects"]:
        console.print(f"Rejected rows and why: {document['rejects']}", markup=False)
    show_notes(notes, console)
    console.print(document["reasons"], markup=False)
    model = document["model_version"]
    named = f"version {model}" if model is not None else f"run {document['model_run_id']}"
    console.print(f"Scored by {named}; the list: {document['out']}", markup=False)
    if document["arrangement"]:
        console.print(_arranged(document["arrangement"], document["rows_out"]), markup=False)
    typer.echo(document["contact_words"], err=True)


def _arranged(how: dict[str, Any], rows: int) -> str:
    """Say which customers the list holds, in what order."""
    who = f"{how['customers']:,} of {counted(rows, 'customer')}"
    order = f", by {how['sort']}" if how["sort"] else ""
    figures = f", figures with {counted(how['digits'], 'decimal')}" if how["digits"] else ""
    return f"The list holds {who}{order}{figures}."
