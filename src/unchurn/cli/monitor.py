"""``unchurn monitor``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.score import table_of
from unchurn.cli.session import Outcome
from unchurn.cli.wiring import open_model_store, with_tables_here
from unchurn.errors import UntrustedError
from unchurn.pipeline import monitoring
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.report.realised import expected_words

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN = 10
"""Reasons that are printed; the page has them all."""


def monitor(
    folder: Path,
    data: str,
    as_of: str,
    out: Path | None,
    constraints: Path | None,
    run: str | None,
    version: int | None,
    fresh: bool,
    progress: Progress,
) -> Outcome:
    """Compare a month with training; the exit code is 5 where it says act.

    With a table, `as_of` only says which day the watch is of. Raises `ConfigError` when no table or no
    model is named.
    """
    project = Project.load(folder)
    observed_on = as_of if not data and project.asks_history else ""
    if observed_on:
        project = with_tables_here(project, progress)
    made = monitoring.monitor(
        project,
        table_of(project, data, observed_on, run, version, progress),
        out,
        as_of=as_of,
        constraints=constraints,
        version=version,
        training_run=run,
        progress=progress,
        fresh=fresh,
        store=open_model_store(project),
    )
    document = made.document()
    return Outcome(document, UntrustedError.exit_code if document["level"] == "act" else 0)


def show_monitor(document: dict[str, Any], console: Console) -> None:
    """Print the level and why, column by column, and where the page is."""
    day = f" of {document['as_of']}" if document["as_of"] else ""
    console.print(f"Watch{day}: {document['level'].upper()}", markup=False)
    if not document["reasons"]:
        console.print(document["words"], markup=False)
    for each in document["reasons"][:_SHOWN]:
        console.print(f"  {each['level']}: {each['words']}", markup=False)
    if (rest := len(document["reasons"]) - _SHOWN) > 0:
        console.print(f"  and {rest:,} more", markup=False)
    for words in expected_words(document["expected"])[:2]:
        console.print(f"Expected: {words}", markup=False)
    for each in document["cannot"]:
        console.print(each, markup=False)
    console.print(f"The page: {document['page']}", markup=False)
