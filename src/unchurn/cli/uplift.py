"""``unchurn uplift``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.session import Outcome
from unchurn.cli.wiring import here, open_ledger, open_model_store
from unchurn.errors import counted
from unchurn.pipeline import learning
from unchurn.progress import Progress
from unchurn.project import Project

if TYPE_CHECKING:
    from rich.console import Console


def uplift(
    folder: Path,
    data: str,
    as_of: str,
    run: str | None,
    version: int | None,
    fresh: bool,
    progress: Progress,
) -> Outcome:
    """Learn whom contact moves of campaigns that are over; see `learning.uplift`."""
    project = Project.load(folder)
    document = learning.uplift(
        project,
        here(data, project, progress) if data else None,
        as_of,
        version=version,
        training_run=run,
        progress=progress,
        fresh=fresh,
        store=open_model_store(project),
        ledger=open_ledger(project),
    )
    return Outcome(document)


def show_uplift(document: dict[str, Any], console: Console) -> None:
    """Print what was learned from, how the effect differs, and the verdict."""
    for each in document["campaigns"]:
        said = f"passed over: {each['left_out']}" if each["left_out"] else "learned from"
        outcomes = f"{each['known']:,} outcomes of {each['drawn']:,} drawn"
        console.print(f"{each['name']}: {outcomes}, {said}", markup=False)
    learned, judged = document["learned_from"], document["judged_on"]
    console.print(
        f"Learned from {counted(learned, 'outcome')}, judged on {judged:,} of other customers. "
        "Kept by contact, of 100 in each tenth by the model, the least first:",
        markup=False,
    )
    for each in document["tenths"]:
        low, value, high = (100 * each[end] for end in ("low", "value", "high"))
        console.print(
            f"  {value:+6.1f} ({low:+.1f} to {high:+.1f}), {counted(each['customers'], 'customer')}",
            markup=False,
        )
    console.print(document["words"], markup=False)
