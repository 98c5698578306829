"""``unchurn runs``: what its verbs do and print."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.session import Outcome
from unchurn.cli.wiring import open_model_store
from unchurn.errors import counted
from unchurn.pipeline.run_differences import compare_runs
from unchurn.pipeline.runs import list_runs
from unchurn.project import Project

if TYPE_CHECKING:
    from rich.console import Console

Document = dict[str, Any]


def runs_list(folder: Path) -> Outcome:
    """List every scoring and watch."""
    project = Project.load(folder)
    found = list_runs(project, open_model_store(project))
    return Outcome(
        {
            "schema_version": 1,
            "runs": [each.to_plain() for each in found.lines],
            "damaged": dict(found.damaged),
        }
    )


def runs_show(folder: Path, run: str) -> Outcome:
    """Give everything about one scoring or watch. Raises `ConfigError` for an unknown one."""
    project = Project.load(folder)
    line = list_runs(project, open_model_store(project)).find(run)
    place = str(project.root / "runs" / run)
    return Outcome({"schema_version": 1, **line.to_plain(), "folder": place})


def runs_compare(folder: Path, first: str, second: str) -> Outcome:
    """Compare two runs. Raises `ConfigError` for an unknown one."""
    project = Project.load(folder)
    return Outcome(compare_runs(project, first, second, open_model_store(project)))


def show_list(document: Document, console: Console) -> None:
    """Print the runs as a table, and what could not be read."""
    from rich.table import Table
    from rich.text import Text

    if not document["runs"]:
        console.print("Nothing has been scored yet. Score customers with: unchurn score")
    else:
        heads = (
            "day",
            "scoring",
            "watch",
            "level",
            "model",
            "customers",
            "rejected",
            "mean",
            "contact",
        )
        table = Table(*heads, box=None, pad_edge=False)
        for lines in _months(document["runs"]):
            table.add_row(*map(Text, _cells(lines)))
        console.print(table)
    for words in document["damaged"].values():
        console.print(words, markup=False)


def show_run(document: Document, console: Console) -> None:
    """Print one run."""
    day = f" of {document['as_of']}" if document["as_of"] else ""
    level = f": {document['level'].upper()}" if document["level"] else ""
    lines = [f"{document['kind'].capitalize()} {document['run']}{day}{level}"]
    lines += [f"  {each}" for each in document["reasons"]]
    lines += [f"Model: {_model(document)}, bundle {document['bundle'] or 'not registered'}"]
    lines += [f"Customers: {document['customers']:,}, rejected {document['rejected']:,}"]
    lines += [f"Mean score: {_mean(document)}", f"To contact: {_contact(document)}"]
    lines += [f"Table (sha256): {document['table']}"]
    if document["scoring"] != document["run"]:
        lines.append(f"Scores: those of {document['scoring']}")
    lines.append(f"Files: {document['folder']}")
    console.print("\n".join(lines), markup=False)


def show_compared(document: Document, console: Console) -> None:
    """Print what differs, deciles side by side, and who moved."""
    lines = [f"{each['kind']} {each['run']}" for each in (document["first"], document["second"])]
    console.print(f"{lines[0]} beside {lines[1]}", markup=False)
    for name, (then, now) in document["differs"].items():
        console.print(f"  {name}: {_told(then)} → {_told(now)}", markup=False)
    if not document["differs"]:
        console.print("  Nothing differs.")
    sides = ("  ".join(f"{each:,}" for each in side) for side in document["deciles"])
    console.print(f"Customers by decile: {next(sides)}", markup=False)
    console.print(f"              beside: {next(sides)}", markup=False)
    moved = document["customers"]
    if moved is None:
        console.print(document["cannot"], markup=False)
        return
    console.print(
        f"{counted(moved['both'], 'customer is', 'customers are')} in both, {moved['only_then']:,} only in the "
        f"first, {moved['only_now']:,} only in the second; {moved['stayed_in_band']:,} stayed in their band."
    )
    for each in moved["bands"]:
        words = f"  {each['then']} → {each['now']}: {each['customers']:,}"
        console.print(words, markup=False)


def _months(runs: Sequence[Document]) -> list[list[Document]]:
    """Put together what is of one day and one list: a month is watched, and scored with reasons and without."""
    found: dict[tuple[str, str], list[Document]] = {}
    for line in runs:
        found.setdefault((line["as_of"], line["list"]), []).append(line)
    return list(found.values())


def _cells(lines: Sequence[Document]) -> tuple[str, ...]:
    """Write a month: the scoring that a list was written of, before the one that its watch made for itself."""
    watch = next((each for each in lines if each["kind"] == "watch"), None)
    own = watch["scoring"] if watch else ""
    line = next(
        (each for each in lines if each["run"] not in (own, watch and watch["run"])), lines[0]
    )
    level = watch["level"] if watch else ""
    return (
        line["as_of"] or "-",
        line["scoring"],
        watch["run"] if watch else "-",
        level or ("untrusted" if line["reasons"] else "-"),
        _model(line),
        f"{line['customers']:,}",
        f"{line['rejected']:,}",
        _mean(line),
        _contact(line),
    )


def _model(line: Document) -> str:
    version = line["model_version"]
    return f"run {line['model_run_id']}" if version is None else f"version {version}"


def _mean(line: Document) -> str:
    return "-" if line["mean_score"] is None else f"{line['mean_score']:.4f}"


def _contact(line: Document) -> str:
    found = line["contact"]
    if not found:
        return "-"
    return f"{found['customers']:,}, worth {found['value']:,.0f} {found['currency']}".rstrip()


def _told(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value) or "none"
    if isinstance(value, float):
        return f"{value:,.4f}"
    return str(value) if value not in (None, "") else "none"
