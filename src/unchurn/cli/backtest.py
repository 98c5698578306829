"""``unchurn backtest``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.session import Outcome
from unchurn.pipeline import backtest as months_back
from unchurn.progress import Progress
from unchurn.project import Project

if TYPE_CHECKING:
    from rich.console import Console

_BAR = 4
"""Blocks of the chart for a lift of one."""


def backtest(folder: Path, months: int, fresh: bool, progress: Progress) -> Outcome:
    """Train and judge as of each of the last snapshots."""
    return Outcome(months_back.backtest(Project.load(folder), months, progress, fresh))


def show_backtest(document: dict[str, Any], console: Console) -> None:
    """Print the months, the random split, and what it would have promised beyond them."""
    from rich.table import Table

    heads = (
        "Snapshot",
        "trained",
        "judged",
        "left",
        "ROC-AUC",
        "last month's",
        "lift",
        "profit / 1,000",
    )
    table = Table(*heads, "", box=None, pad_edge=False)
    for each in (*document["months"], document["random"]):
        lift = each["metrics"]["lift_top_decile"]["value"]
        table.add_row(
            each["day"],
            f"{each['train']:,}",
            f"{each['test']:,}",
            f"{each['left']:,}",
            _interval(each["metrics"]["roc_auc"]),
            _figure(each["last_month"]["roc_auc"]),
            _interval(each["metrics"]["lift_top_decile"]),
            _money(each["profit_per_thousand"]),
            "█" * round(_BAR * (lift or 0)),
        )
    console.print(table)
    optimism = document["optimism"]
    words = f"ROC-AUC {optimism['roc_auc']:+.3f}, lift {optimism['lift_top_decile']:+.2f}"
    if optimism["profit_per_thousand"] is not None:
        words += f", profit for 1,000 customers {optimism['profit_per_thousand']:+,.0f}"
    console.print(f"A random split of rows promises, against the months' mean: {words}.")


def _interval(metric: dict[str, Any]) -> str:
    return f"{_figure(metric['value'])} ({_figure(metric['low'])}–{_figure(metric['high'])})"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _money(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"
