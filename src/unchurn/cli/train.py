"""``unchurn train``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.notes import tell_findings
from unchurn.cli.session import Outcome
from unchurn.cli.wiring import with_tables_here
from unchurn.pipeline import training
from unchurn.progress import Progress
from unchurn.project import Project

if TYPE_CHECKING:
    from rich.console import Console

PASSED, NOT_PASSED = 0, 4
WORDS = {
    "roc_auc": "ROC-AUC",
    "average_precision": "Average precision",
    "log_loss": "Log loss",
    "brier": "Brier score",
    "ece": "Calibration error (ECE)",
    "lift_top_decile": "Lift in the riskiest tenth",
    "accuracy": "Accuracy",
}


def train(project: Path, fresh: bool, progress: Progress) -> Outcome:
    """Train; exit code 4 when the gate did not pass the model."""
    made = with_tables_here(Project.load(project), progress)
    done = training.train(made, progress=progress, fresh=fresh)
    document = done.document()
    tell_findings(document["findings"], progress)
    if done.unchanged:
        progress.note(done.standing)
    return Outcome(document, PASSED if document["verdict"] == "passed" else NOT_PASSED)


def show_train(document: dict[str, Any], console: Console) -> None:
    """Print the verdict, the metrics and where the report is."""
    from rich.table import Table

    rows = document["rows"]
    dropped = "; ".join(f"{n:,} {why}" for why, n in rows["dropped"].items() if n) or "none"
    console.print(f"Rows: {rows['read']:,} read, {rows['kept']:,} kept, dropped: {dropped}.")
    table = Table("On the held-out customers", "value", "95% interval", box=None, pad_edge=False)
    for name, metric in document["metrics"].items():
        interval = f"{_figure(metric['low'])} to {_figure(metric['high'])}"
        table.add_row(WORDS[name], _figure(metric["value"]), interval)
    console.print(table)
    for words in document["leaks"].get("words", ()):
        console.print(words, markup=False)
    console.print(f"Verdict: {document['verdict']}. {document['words']}", markup=False)
    console.print(document["standing"], markup=False)
    console.print(f"Report: {document['report']}", markup=False)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
