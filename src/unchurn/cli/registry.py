"""``unchurn registry``: what its verbs do and print."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.session import Outcome
from unchurn.cli.wiring import loaded, loads, open_model_store
from unchurn.progress import Progress, Silent
from unchurn.project import Project
from unchurn.registry import (
    Change,
    Record,
    Registry,
    current_user,
    require_local,
    restore,
    verify_versions,
)

if TYPE_CHECKING:
    from rich.console import Console

    from unchurn.aws.endpoint.moving import Mover

Document = dict[str, Any]
COLUMNS = ("roc_auc", "log_loss", "lift_top_decile")
"""Metrics of the list; `show` has them all."""


def registry_list(folder: Path | Project) -> Outcome:
    """List every version, newest first, with its aliases and metrics."""
    registry = open_model_store(loaded(folder)).registry
    aliases = _aliases(registry)
    versions = [_line(record, aliases) for record in reversed(registry.records())]
    return Outcome({"schema_version": 1, **aliases, "versions": versions})


def registry_show(folder: Path, version: int) -> Outcome:
    """Give everything about one version, and every move of an alias to or from it.

    Raises `ConfigError` for an unknown version.
    """
    store = open_model_store(loaded(folder))
    registry = store.registry
    record = registry.get(version)
    moves = [asdict(each) for each in registry.audit() if version in (each.version, each.previous)]
    line = _line(record, _aliases(registry))
    place = {"folder": store.address(record), "moves": moves}
    return Outcome({"schema_version": 1, **line, **asdict(record.entry), **place})


def registry_promote(
    folder: Path | Project, version: int, reason: str, progress: Progress | None = None
) -> Outcome:
    """Make a version the champion, and what the deployment's endpoint serves where one stands.

    Raises `RegistryError` unless it loads and scores, `AwsError` when the endpoint does not keep
    it; the champion is then the one before again.
    """
    project = loaded(folder)
    if project.registry.kind == "dynamodb":
        return Outcome(_mover(project, progress or Silent()).promote(version, reason).document())
    store = open_model_store(project)
    return Outcome(_change(store.registry.promote(version, current_user(), reason, loads(store))))


def registry_rollback(folder: Path | Project, progress: Progress | None = None) -> Outcome:
    """Put the previous champion back, behind the endpoint too where one stands.

    Raises `RegistryError` when there is none, and as `registry_promote` does.
    """
    project = loaded(folder)
    if project.registry.kind == "dynamodb":
        return Outcome(_mover(project, progress or Silent()).roll_back().document())
    store = open_model_store(project)
    return Outcome(_change(store.registry.rollback(current_user(), loads(store))))


def registry_verify(folder: Path) -> Outcome:
    """Check every version's files against their hashes; exit code 1 when one differs."""
    store = open_model_store(loaded(folder))
    found = verify_versions(store.registry, store.check)
    return Outcome({"schema_version": 1, **found}, 1 if found["problems"] else 0)


def registry_restore(folder: Path) -> Outcome:
    """Put the kept copy in the registry's place, where that is damaged or gone.

    Raises `RegistryError` when there is no sound copy, `ConfigError` for a registry on AWS.
    """
    project = Project.load(folder)
    require_local(project)
    made = asdict(restore(project.root))
    return Outcome({"schema_version": 1, **made, "kept": made["kept"] and str(made["kept"])})


def show_restored(document: Document, console: Console) -> None:
    """Print what was restored, and where the damaged file is."""
    console.print(document["words"], markup=False)
    if document["kept"]:
        console.print(f"The damaged file is kept as {document['kept']}.", markup=False)


def show_list(document: Document, console: Console) -> None:
    """Print the versions as a table."""
    from rich.table import Table

    if not document["versions"]:
        console.print("Nothing is registered yet. Train a model with: unchurn train")
        return
    table = Table("version", "alias", *COLUMNS, "registered", "by", "run", box=None, pad_edge=False)
    for line in document["versions"]:
        metrics = (_figure(line["metrics"].get(name)) for name in COLUMNS)
        when = (line["created_at"][:19].replace("T", " "), line["created_by"], line["run_id"])
        cells = (str(line["version"]), ", ".join(line["aliases"]), *metrics, *when)
        table.add_row(*map(_literal, cells))
    console.print(table)


def show_version(document: Document, console: Console) -> None:
    """Print one version: who, what it was made from, its metrics and its promotions."""
    alias = f" ({', '.join(document['aliases'])})" if document["aliases"] else ""
    lines = [f"Version {document['version']}{alias}, run {document['run_id']}"]
    lines += [f"Registered {document['created_at']} by {document['created_by']}"]
    lines += [f"Verdict: {document['verdict'].get('words', document['verdict']['verdict'])}"]
    lines += [f"  {name}: {_figure(each)}" for name, each in document["metrics"].items()]
    hashes = ("bundle_sha256", "data_sha256", "config_sha256", "code_sha256")
    lines += [f"{name}: {document[name]}" for name in hashes]
    made_with = ", ".join(f"{name} {each}" for name, each in document["environment"].items())
    lines += [f"Made with: {made_with or 'unknown'}", f"Files: {document['folder']}"]
    lines += ["Moves:", *(f"  {_move(each)}" for each in document["moves"])]
    console.print("\n".join(lines), markup=False)


def show_change(document: Document, console: Console) -> None:
    """Print what a promotion or a rollback did."""
    console.print(document["words"], markup=False)
    if document.get("endpoint"):
        console.print(
            "{endpoint} serves version {version}: {model}.".format(**document["endpoint"])
        )


def show_verify(document: Document, console: Console) -> None:
    """Print each version's state, and what to do about the damaged ones."""
    for each in document["versions"]:
        state = "sound" if each["ok"] else f"{each['problem']} {each['hint']}".strip()
        console.print(f"Version {each['version']}: {state}", markup=False)
    total, bad = len(document["versions"]), document["problems"]
    console.print(f"{total} checked, {bad} with a problem." if total else "Nothing is registered.")


def _aliases(registry: Registry) -> dict[str, int | None]:
    return {"champion": registry.alias("champion"), "challenger": registry.alias("challenger")}


def _line(record: Record, aliases: dict[str, int | None]) -> Document:
    return {
        "version": record.version,
        "aliases": [name for name, version in aliases.items() if version == record.version],
        "run_id": record.entry.run_id,
        "created_at": record.created_at,
        "created_by": record.created_by,
        "bundle_sha256": record.entry.bundle_sha256,
        "metrics": record.entry.metrics,
    }


def _change(change: Change) -> Document:
    return {"schema_version": 1, **asdict(change)}


def _mover(project: Project, progress: Progress) -> Mover:
    from unchurn.cli.aws_endpoint import mover, open_deployment

    return mover(open_deployment(project), progress)


def _figure(metric: Any) -> str:
    value = metric.get("value") if isinstance(metric, dict) else metric
    return "-" if value is None else f"{value:.4f}"


def _move(move: Document) -> str:
    names = ["none" if each is None else str(each) for each in (move["previous"], move["version"])]
    why = f": {move['reason']}" if move["reason"] else ""
    return f"{move['at']} {move['alias']} {names[0]} → {names[1]}, {move['action']} by {move['by']}{why}"


def _literal(text: str) -> Any:
    from rich.text import Text

    return Text(text)
