"""``unchurn init --history``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.init import KEPT, beside, flag_of, place_of
from unchurn.cli.session import Outcome
from unchurn.errors import ConfigError
from unchurn.permissions import readable_by
from unchurn.progress import Progress
from unchurn.project import FILE
from unchurn.project.kept import Kept, kept_settings
from unchurn.project.write import Setting, churn_toml, save_churn_toml
from unchurn.proposal.history import propose_history

if TYPE_CHECKING:
    from rich.console import Console

_NOT_KEPT = {
    "churn": ("event", "target", "positive", "negative", "ignore", "id", "snapshot_date"),
    "data": ("train", "score"),
    "history": ("subscriptions", "events", "attributes"),
}
"""Keys that name tables, or that a history answers itself."""


def run_init(
    places: Sequence[str],
    data: str,
    said: Mapping[str, Any],
    project: Path,
    force: bool,
    progress: Progress,
) -> Outcome:
    """Look at the tables of a history and write DIR/churn.toml for them.

    `said` are flags about one table, of which a history can use none. With `force`, what an existing
    churn.toml sets is kept, but for its tables. Raises `ConfigError` where no table is of use, or the file is there and
    `force` is off.
    """
    if data:
        raise ConfigError("--data and --history name two kinds of project.", "Give one of them.")
    if given := [flag_of(name) for name, value in said.items() if value]:
        raise ConfigError(
            f"A history takes no {', '.join(given)}: that is said of one table with labels.",
            "Leave it away; what is not found stands in [churn] and [history] of churn.toml, to be set there.",
        )
    if (project / FILE).exists() and not force:
        raise ConfigError(
            f"{project / FILE} exists already.",
            "Add --force to write it anew (what was set in it by hand is kept), or choose another "
            "--project.",
        )
    made = propose_history(places, progress)
    settings = _with_kept(made.settings(lambda path: place_of(path, project)), project)
    with readable_by(None):  # it holds settings, not customers, and a team shares it
        written = save_churn_toml(churn_toml(settings, {}), project, force)
    return Outcome(made.document(str(written)))


def _with_kept(settings: list[Setting], project: Path) -> list[Setting]:
    """Let what an existing churn.toml sets stand before what is proposed, and beside it."""
    kept: Kept = {
        (section, name): value
        for (section, name), value in kept_settings(project).items()
        if name not in _NOT_KEPT.get(section, ())
    }
    known = [
        e if (own := kept.get((e.section, e.key), e.value)) == e.value
        else replace(e, value=own, reasons=(KEPT,))
        for e in settings
    ]  # fmt: skip
    return [*beside(known, [], kept), *known]


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
