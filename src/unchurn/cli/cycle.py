"""``unchurn cycle``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.score import table_of
from unchurn.cli.session import Outcome
from unchurn.cli.wiring import open_ledger, open_model_store, with_tables_here
from unchurn.errors import ConfigError, UntrustedError
from unchurn.pipeline import cycling
from unchurn.pipeline.day import day_of_moment
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.registry.sqlite import utc_now

if TYPE_CHECKING:
    from rich.console import Console


def cycle(
    folder: Path, data: str, as_of: str, wait: bool, fresh: bool, progress: Progress
) -> Outcome:
    """Do a month's routine, of today where no day is named; exit code 5 where its table is refused."""
    project = Project.load(folder)
    history = project.asks_history
    if history and data:
        raise ConfigError(
            "--data names a table, and the customers of this project are a history's.",
            "Leave it away: they are observed on the day of the cycle.",
        )
    if history:
        project = with_tables_here(project, progress)
    made = cycling.cycle(
        project,
        None if history else table_of(project, data, "", None, None, progress),
        as_of=as_of or _today(project),
        wait=wait,
        progress=progress,
        fresh=fresh,
        store=open_model_store(project),
        ledger=open_ledger(project),
        here=lambda each: with_tables_here(each, progress),
    )
    return Outcome(made.document(), UntrustedError.exit_code if made.refused else 0)


def _today(project: Project) -> str:
    """Return today's ISO day: of a history in its own time zone, as on AWS, else where this machine is."""
    if project.asks_history:
        return day_of_moment(utc_now().isoformat(), project.churn.timezone)
    return str(utc_now().astimezone().date())


def show_cycle(document: dict[str, Any], console: Console) -> None:
    """Print what came of the month, why, what to do, and where its page is."""
    console.print(f"{document['headline']}.", markup=False)
    if document["unchanged"]:
        console.print("Nothing has changed since it was made.", markup=False)
    for each in document["reasons"] if document["status"] == "refused" else ():
        console.print(f"  {each}", markup=False)
    for part, words in document["steps"]:
        console.print(f"{part}: {words}", markup=False)
    for each in document["next"]:
        console.print(f"To do: {each}", markup=False)
    console.print(f"The page: {document['page']}", markup=False)
