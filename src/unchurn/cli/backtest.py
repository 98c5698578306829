"""``unchurn backtest``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.session import Outcome
from unchurn.cli.wiring import with_tables_here
from unchurn.pipeline import backtest as months_back
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.report import optimism_in_money

if TYPE_CHECKING:
    from rich.console import Console

_BAR = 2
"""Blocks of the chart for a lift of one."""


def backtest(folder: Path, months: int, fresh: bool, progress: Progress) -> Outcome:
    """Train and judge as of each of the last snapshots."""
    project = with_tables_here(Project.load(folder), progress)
    return Outcome(months_back.backtest(project, months, progress, fresh))


def show_backtest(document: dict[str, Any], console: Console) -> None:
    """Print the months, the random split and what it promises beyond them, the traps, and what is not judged."""
    from rich.table import Table

    heads = ("Snapshot", "judged", "left", "ROC-AUC", "before", "lift", "log loss", "constant")
    table = Table(*heads, "profit", "", box=None, pad_edge=False)
    for each in (*document["months"], document["random"]):
        lift = each["metrics"]["lift_top_decile"]["value"]
        table.add_row(
            each["day"],
            f"{each['test']:,}",
            f"{each['left']:,}",
            _interval(each["metrics"]["roc_auc"]),
            _figure(each["last_month"]["roc_auc"]),
            _interval(each["metrics"]["lift_top_decile"]),
            _figure(each["metrics"]["log_loss"]["value"], 3),
            _figure(each["constant"]["log_loss"], 3),
            _money(each["profit_per_thousand"]),
            "█" * round(_BAR * (lift or 0)),
        )
    console.print(table)
    optimism = document["optimism"]
    words = f"ROC-AUC {optimism['roc_auc']:+.3f}, lift {optimism['lift_top_decile']:+.2f}"
    console.print(
        "before: last month's model. constant: the log loss of one risk for everybody. "
        "profit: for 1,000 customers."
    )
    console.print(f"A random split of rows promises, against the months' mean: {words}.")
    if money := optimism_in_money(document):
        console.print(money, markup=False)
    for trap in document["traps"]:
        console.print(_trap(trap), markup=False)
    for each in document["not_judged"]:
        console.print(f"Not judged: {each['what']}. {each['why']}", markup=False)
    console.print(f"report: {document['report']}", markup=False)


def _trap(trap: dict[str, Any]) -> str:
    claimed, held = trap["with"], trap["without"]
    return (
        f"Kept out: {trap['words']}. With that, the latest snapshots promise a ROC-AUC of "
        f"{_figure(claimed['roc_auc'], 3)} instead of {_figure(held['roc_auc'], 3)}, and a lift of "
        f"{_figure(claimed['lift_top_decile'])} instead of {_figure(held['lift_top_decile'])}."
    )


def _interval(metric: dict[str, Any]) -> str:
    return f"{_figure(metric['value'])} ({_figure(metric['low'])}–{_figure(metric['high'])})"


def _figure(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _money(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"
