"""``unchurn init``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.session import Outcome
from unchurn.cli.wiring import here, is_address
from unchurn.errors import ConfigError
from unchurn.progress import Progress
from unchurn.project import FILE, Data, Project
from unchurn.project.write import churn_toml, save_churn_toml
from unchurn.proposal import Wanted, document, propose, settings_and_notes
from unchurn.tables import open_table

if TYPE_CHECKING:
    from rich.console import Console

_MOST_STEPS_UP = 2


def run_init(
    data: str | Path,
    target: str,
    positive: str,
    id: str,
    drop: Sequence[str],
    no_header: bool,
    project: Path,
    force: bool,
    progress: Progress,
    keep: Sequence[str] = (),
) -> Outcome:
    """Look at a table and write DIR/churn.toml for it. Raises `ConfigError` or `DataError`."""
    if (project / FILE).exists() and not force:
        raise ConfigError(
            f"{project / FILE} exists already.",
            "Add --force to replace it, or choose another --project.",
        )
    read = Data(header=not no_header)
    location = str(data)
    found = here(location, Project(project.absolute()), progress)
    table = open_table(found, read, Path.cwd())
    made = propose(table, read, Wanted(target, positive, id, tuple(drop), tuple(keep)), progress)
    train = location if is_address(location) else place_of(Path(location), project)
    text = churn_toml(*settings_and_notes(made, train, header=not no_header))
    return Outcome(document(made, str(save_churn_toml(text, project, force)), train))


def place_of(data: Path, project: Path) -> str:
    """Name the table as churn.toml should: relative to its folder where it is near, else whole."""
    whole = Path(os.path.realpath(data.parent)) / data.name
    relative = Path(os.path.relpath(whole, os.path.realpath(project)))
    near = relative.parts[: _MOST_STEPS_UP + 1].count("..") <= _MOST_STEPS_UP
    return relative.as_posix() if near else str(whole)


def show_init(doc: dict[str, Any], console: Console) -> None:
    """Print what was inferred and what to do next."""
    labels = doc["labels"]
    lines = [
        f"{doc['rows']:,} rows, {doc['columns']} columns.",
        f"Target: {doc['target']} ({doc['reasons']['target']}).",
        f"Churned: {doc['positive']!r}, {labels['churned']:,} customers "
        f"({doc['reasons']['positive']}); stayed: {doc['negative']!r}, {labels['stayed']:,}; "
        f"without a label: {labels['missing']:,}.",
        f"Id: {doc['id'] or 'none'} ({doc['reasons']['id']}).",
        *(f"Left out: {name} ({why})." for name, why in doc["drop"].items()),
        *(f"Date: {name} ({span})." for name, span in doc["dates"].items()),
        *(f"Leak suspect: {name} ({why})." for name, why in doc["leak_suspects"].items()),
        *(f"Note: {finding['words']}" for finding in doc["findings"]),
        f"Written: {doc['config']}. Next: unchurn train --project {Path(doc['config']).parent}",
    ]
    for line in lines:
        console.print(line, markup=False)
