"""``unchurn outcomes``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.session import Outcome
from unchurn.cli.wiring import open_ledger, open_model_store
from unchurn.errors import UntrustedError
from unchurn.pipeline.realised import realised
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.report.realised import contacted_words, measure_words

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN = 6
"""Scorings that are printed; the page has them all."""


def outcomes(
    folder: Path, data: str, as_of: str, scoring: str, out: Path | None, progress: Progress
) -> Outcome:
    """Judge every scoring by who left; the exit code is 5 where the newest asks to act.

    Raises what `realised` raises.
    """
    project = Project.load(folder)
    made = realised(
        project,
        data,
        out,
        as_of=as_of,
        scoring=scoring,
        progress=progress,
        store=open_model_store(project),
        ledger=open_ledger(project),
    )
    return Outcome(made.document(), UntrustedError.exit_code if made.level == "act" else 0)


def show_outcomes(document: dict[str, Any], console: Console) -> None:
    """Print what was taken in, how it stands, and each scoring."""
    for note in document["notes"]:
        console.print(note, markup=False)
    console.print(document["words"], markup=False)
    for each in document["scorings"][:_SHOWN]:
        _show(each, document["currency"], console)
    if (rest := len(document["scorings"]) - _SHOWN) > 0:
        console.print(f"and {rest:,} older", markup=False)
    if document["page"]:
        console.print(f"The page: {document['page']}", markup=False)


def _show(each: dict[str, Any], currency: str, console: Console) -> None:
    level = each["level"].upper() or each["state"]
    console.print(f"{each['as_of'] or 'no day'}, scoring {each['run']}: {level}", markup=False)
    if not each["judged"]:
        console.print(f"  {each['words']}", markup=False)
        return
    judged = each["judged"]
    for made in judged["measures"]:
        words = measure_words(made, judged["share"], currency)
        console.print(f"  {made['level']}: {words}", markup=False)
    if apart := contacted_words(each):
        console.print(f"  {apart}", markup=False)
