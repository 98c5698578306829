"""``unchurn check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.artefacts import Clean, Prepared
from unchurn.cli.session import Outcome
from unchurn.cli.wiring import with_tables_here
from unchurn.errors import counted
from unchurn.pipeline.checking import RulesChecked
from unchurn.pipeline.training import inspect
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.project.keys import written
from unchurn.project.write import listed_toml

if TYPE_CHECKING:
    from rich.console import Console

_TOP = 5
_ORDER = {"blocked": 0, "warning": 1, "note": 2}
_SEVERITY = {"blocked": "BLOCKED", "warning": "WARNING", "note": "note"}


def check(project: Path, progress: Progress, suggest: bool = False) -> Outcome:
    """Clean and prepare the training table, and say what is in it; `suggest` rules for tables to come."""
    made = with_tables_here(Project.load(project), progress)
    return Outcome(check_document(*inspect(made, progress, suggest)))


def check_document(clean: Clean, prepared: Prepared, checked: RulesChecked) -> dict[str, Any]:
    """The versioned document that ``unchurn check --json`` prints.

    `columns` are in file order: name, kind, role, reason, rows, missing, distinct, minimum,
    maximum and the commonest values; `findings` have the gravest first. `rules` say what came of
    [quality], `suggested` are rules as TOML with the reason for each.
    """
    summaries = {plain["column"]["name"]: plain for plain in clean.summary}
    columns = [
        _column(column, summaries.get(column["name"])) for column in prepared.schema["columns"]
    ]
    return {
        "schema_version": 1,
        "rows": prepared.rows,
        "positive": prepared.schema["positive"],
        "negative": prepared.schema["negative"],
        "columns": columns,
        "related": prepared.profile["related"],
        "findings": sorted(prepared.findings, key=lambda finding: _ORDER[finding["severity"]]),
        "rules": checked.verdicts,
        "suggested": [
            {
                "column": each.rule.column,
                "condition": written(each.rule.condition),
                "reason": each.reason,
                "toml": listed_toml("quality.rules", each.rule, (each.reason,)),
            }
            for each in checked.suggestions
        ],
    }


def _column(column: dict[str, Any], summary: dict[str, Any] | None) -> dict[str, Any]:
    told = {name: column[name] for name in ("name", "kind", "role", "reason")}
    if summary is None:
        return told
    figures = (
        "rows", "missing", "distinct", "unreadable", "infinite", "minimum", "maximum",
        "as_numbers", "as_dates", "unread",
    )  # fmt: skip
    return {**told, **{name: summary[name] for name in figures}, "top": summary["top"][:_TOP]}


def show_check(document: dict[str, Any], console: Console) -> None:
    """Print the rows, a line for every column, and the findings."""
    from rich.table import Table
    from rich.text import Text

    console.print(rows_line(document["rows"]), markup=False)
    table = Table("column", "kind", "role", "missing", "different", "values", box=None)
    for column in document["columns"]:
        cells = [column["name"], column["kind"], column["role"], *_figures(column)]
        table.add_row(*(Text(shown(cell)) for cell in cells))
    console.print(table)
    for finding in document["findings"]:
        line = f"{_SEVERITY[finding['severity']]}: {finding['words']}"
        console.print(line, markup=False)
    _show_rules(document["rules"], console)
    if document["suggested"]:
        console.print("Rules that this table suggests, to paste into churn.toml:", markup=False)
    for each in document["suggested"]:
        console.print(f"\n{each['toml']}", markup=False, soft_wrap=True, end="")


def _show_rules(rules: list[dict[str, Any]], console: Console) -> None:
    """Print what does not hold of [quality], and how much does."""
    for each in rules:
        if each["state"] != "holds":
            console.print(f"{each['level'].upper()}: {each['words']}", markup=False)
    if rules:
        held = sum(each["state"] == "holds" for each in rules)
        console.print(f"{held:,} of {counted(len(rules), 'rule')} of your own hold.", markup=False)


def rows_line(rows: dict[str, Any]) -> str:
    """Say how many rows were read, kept and dropped, and how they are split."""
    dropped = "; ".join(f"{count:,} {why}" for why, count in rows["dropped"].items() if count)
    return (
        f"Rows: {rows['read']:,} read, {rows['kept']:,} kept, dropped: {dropped or 'none'}. "
        f"Training on {rows['train']:,} ({rows['train_churned']:,} churned), holding out "
        f"{rows['test']:,} ({rows['test_churned']:,} churned)."
    )


def shown(text: str, most: int = 40) -> str:
    """Cut a cell to `most` characters and show what could move the cursor escaped."""
    safe = "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
    return safe if len(safe) <= most else f"{safe[: most - 1]}…"


def _figures(column: dict[str, Any]) -> list[str]:
    if "rows" not in column:
        return ["", "", ""]
    missing = _share(column["missing"] / column["rows"])
    if column["kind"] in ("number", "date"):
        values = f"{column['minimum']} to {column['maximum']}" if column["minimum"] else "none"
    else:
        values = ", ".join(value for value, _ in column["top"])
    return [missing, f"{column['distinct']:,}", values]


def _share(share: float) -> str:
    return "-" if not share else "<0.1%" if share < 0.001 else f"{share:.1%}"
