"""``unchurn init``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.session import Outcome
from unchurn.cli.wiring import here, is_address
from unchurn.errors import ConfigError, counted
from unchurn.permissions import readable_by
from unchurn.progress import Progress
from unchurn.project import FILE, Project
from unchurn.project.kept import Kept, kept_settings
from unchurn.project.write import Setting, churn_toml, save_churn_toml
from unchurn.proposal import Wanted, document, propose, settings_and_notes
from unchurn.tables import open_table

if TYPE_CHECKING:
    from rich.console import Console

_MOST_STEPS_UP = 2
KEPT = "Kept from the churn.toml that was here."


def run_init(
    data: str | Path,
    said: Mapping[str, Any],
    stated: Mapping[str, Mapping[str, Any]],
    project: Path,
    force: bool,
    progress: Progress,
) -> Outcome:
    """Look at a table and write DIR/churn.toml for it. Raises `ConfigError` or `DataError`.

    `said` are the flags about the columns (target, positive, negative, ignore, id, drop, keep),
    `stated` those about how the file is read, as keys of churn.toml by section. With `force`, what an existing
    churn.toml sets is kept unless a flag says otherwise.
    """
    if not data:
        raise ConfigError(
            "No table is named.", "Add --data TABLE, or --history PATH for tables of a history."
        )
    if (project / FILE).exists() and not force:
        raise ConfigError(
            f"{project / FILE} exists already.",
            "Add --force to write it anew (what was set in it by hand is kept), or choose another "
            "--project.",
        )
    if str(data) == "-":
        raise ConfigError(
            "A table on standard input is gone when init ends, and training reads it later.",
            "Save it to a file, and name that with --data.",
        )
    kept = kept_settings(project)
    if ("churn", "event") in kept:
        raise ConfigError(
            f"{project / FILE} asks a history ([churn] event), and --data names one table.",
            "Take event and [history] out of it first, or choose another --project.",
        )
    settings = _stated(stated, kept)
    plan = _planned(settings, kept, project)
    location = str(data)
    table = open_table(here(location, plan, progress), plan.data, Path.cwd())
    wanted = Wanted.of(said, kept, table.columns)
    made = propose(table, plan.data, plan.columns, wanted, progress)
    train = location if is_address(location) else place_of(Path(location), project)
    written, notes = settings_and_notes(made, train)
    text = churn_toml([*written, *beside(written, settings, kept)], notes)
    with readable_by(None):  # it holds settings, not customers, and a team shares it
        written_to = save_churn_toml(text, project, force)
    return Outcome(document(made, str(written_to), train))


def _stated(stated: Mapping[str, Mapping[str, Any]], kept: Kept) -> list[Setting]:
    """List what flags say of reading the file, and for the rest what was kept."""
    default = Project(Path())
    found = []
    for section, keys in stated.items():
        for name, value in keys.items():
            usual = getattr(getattr(default, section), name)
            given = tuple(value) if isinstance(value, list) else value
            if given != usual:
                found.append(Setting(section, name, given, (f"Said by {flag_of(name)}.",)))
            elif (section, name) in kept:
                found.append(Setting(section, name, kept[section, name], (KEPT,)))
    return found


def flag_of(name: str) -> str:
    """Spell the flag that says a key of churn.toml."""
    return "--no-header" if name == "header" else f"--{name.replace('_', '-')}"


def _planned(settings: list[Setting], kept: Kept, project: Path) -> Project:
    """Validate the keys that say how the table is read, and how it is reached."""
    plain: dict[str, dict[str, Any]] = {}
    for (section, name), value in kept.items():
        if _holds_sections(value):  # an offer, a rule: none says how a table is read
            continue
        plain.setdefault(section, {})[name] = value
    for each in settings:
        plain.setdefault(each.section, {})[each.key] = each.value
    return Project.from_plain(plain, project)


def _holds_sections(value: Any) -> bool:
    inside = value.values() if isinstance(value, Mapping) else value
    return any(map(is_dataclass, inside if isinstance(value, (Mapping, tuple)) else [value]))


def beside(written: list[Setting], settings: list[Setting], kept: Kept) -> list[Setting]:
    """List the settings that are not written because of what a table holds: said by flags, or kept."""
    known = {(each.section, each.key) for each in (*written, *settings)}
    rest = (
        Setting(section, name, value, (KEPT,))
        for (section, name), value in kept.items()
        if (section, name) not in known
    )
    return [*settings, *rest]


def place_of(data: Path, project: Path) -> str:
    """Name the table as churn.toml should: relative to its folder where it is near, else whole."""
    whole = Path(os.path.realpath(data.parent)) / data.name
    relative = Path(os.path.relpath(whole, os.path.realpath(project)))
    near = relative.parts[: _MOST_STEPS_UP + 1].count("..") <= _MOST_STEPS_UP
    return relative.as_posix() if near else str(whole)


def _shown(label: str) -> str:
    return {"": "a blank", "*": "any value"}.get(label, repr(label))


def show_init(doc: dict[str, Any], console: Console) -> None:
    """Print what was inferred and what to do next."""
    labels = doc["labels"]
    lines = [
        f"{counted(doc['rows'], 'row')}, {counted(doc['columns'], 'column')}.",
        f"Target: {doc['target']} ({doc['reasons']['target']}).",
        f"Churned: {_shown(doc['positive'])}, {labels['churned']:,} customers "
        f"({doc['reasons']['positive']}); stayed: {_shown(doc['negative'])}, {labels['stayed']:,}; "
        f"without a label: {labels['missing']:,}"
        + (f"; neither, and left out: {labels['ignored']:,}" if labels["ignored"] else "")
        + ".",
        f"Id: {doc['id'] or 'none'} ({doc['reasons']['id']}).",
        *(f"Left out: {name} ({why})." for name, why in doc["drop"].items()),
        *(f"Date: {name} ({span})." for name, span in doc["dates"].items()),
        *(f"Leak suspect: {name} ({why})." for name, why in doc["leak_suspects"].items()),
        *(f"Note: {finding['words']}" for finding in doc["findings"]),
        f"Written: {doc['config']}. Next: unchurn train --project {Path(doc['config']).parent}",
    ]
    for line in lines:
        console.print(line, markup=False)
