"""``unchurn init --history``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.init import place_of
from unchurn.cli.session import Outcome
from unchurn.errors import ConfigError
from unchurn.progress import Progress
from unchurn.project import FILE
from unchurn.project.write import churn_toml, save_churn_toml
from unchurn.proposal.history import propose_history

if TYPE_CHECKING:
    from rich.console import Console


def run_init(
    places: Sequence[str], data: str, project: Path, force: bool, progress: Progress
) -> Outcome:
    """Look at the tables of a history and write DIR/churn.toml for them.

    Raises `ConfigError` where no table is of use, or the file is there and `force` is off.
    """
    if data:
        raise ConfigError("--data and --history name two kinds of project.", "Give one of them.")
    if (project / FILE).exists() and not force:
        raise ConfigError(
            f"{project / FILE} exists already.",
            "Add --force to replace it, or choose another --project.",
        )
    made = propose_history(places, progress)
    text = churn_toml(made.settings(lambda path: place_of(path, project)), {})
    return Outcome(made.document(str(save_churn_toml(text, project, force))))


def show_init(document: dict[str, Any], console: Console) -> None:
    """Print what each table seems to be and what to do next."""
    console.print(f"Leaving: {document['event']}.")
    for each in document["tables"]:
        console.print(
            f"[{each['section']}] {Path(each['table']).name}: {each['reason']}.", markup=False
        )
        for name, value in each["keys"].items():
            shown = ", ".join(value) if isinstance(value, list) else value
            console.print(f"  {name}: {shown}", markup=False)
    for path, why in document["left_out"].items():
        console.print(f"Left out: {Path(path).name} ({why}).", markup=False)
    folder = Path(document["config"]).parent
    console.print(
        f"Written: {document['config']}. Next: unchurn train --project {folder}", markup=False
    )
