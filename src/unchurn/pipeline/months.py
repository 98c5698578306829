"""What came of a backtest's months, as plain data: beside a random split, and beside traps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unchurn.artefacts import Evaluation, Prepared
from unchurn.runner import Run

METRICS = ("roc_auc", "average_precision", "log_loss", "lift_top_decile", "recall_at_capacity")
MONEY = "profit_per_thousand"


@dataclass(frozen=True)
class Month:
    """One snapshot: where it was judged, and on how many rows it was trained and tested."""

    day: str
    run: Run

    def document(self) -> dict[str, Any]:
        """What came of it, as plain data."""
        found = Evaluation.load(self.run.place(Evaluation)).evaluation["unchurn"]
        rows = Prepared.load(self.run.place(Prepared)).rows
        beside = found["baselines"]
        champion = (beside["champion"] or {}).get("metrics") or {}
        return {
            "day": self.day,
            "train": rows["train"],
            "test": rows["test"],
            "left": rows["test_churned"],
            "metrics": {name: found["metrics"][name] for name in METRICS},
            "constant": {name: beside["always_no"].get(name) for name in METRICS},
            "last_month": {name: value_of(champion.get(name)) for name in METRICS},
            MONEY: _per_thousand(found["profit"]),
        }


def summary(months: Sequence[dict[str, Any]], random: dict[str, Any]) -> dict[str, Any]:
    """Put the months beside the random split: their mean, and what it promises beyond them."""
    mean = {name: _mean([each["metrics"][name] for each in months]) for name in METRICS}
    mean[MONEY] = _mean([each[MONEY] for each in months])
    promised = figures(random)
    return {
        "months": list(months),
        "mean": mean,
        "random": random,
        "optimism": {name: _beyond(promised[name], mean[name]) for name in promised},
    }


def figures(month: dict[str, Any]) -> dict[str, float | None]:
    """Return a month's metrics without their intervals, and its profit."""
    found = {name: value_of(month["metrics"][name]) for name in METRICS}
    return {**found, MONEY: month[MONEY]}


def value_of(metric: Any) -> float | None:
    """Return a metric's value, given alone or with its interval."""
    found = metric["value"] if isinstance(metric, dict) else metric
    return None if found is None else float(found)


def _per_thousand(profit: dict[str, Any] | None) -> float | None:
    """Return what contacting those whom it pays to contact brings, for 1,000 customers."""
    if not profit or not profit["given"]:
        return None
    brought = float(profit["by_expected_value"]["profit"])
    customers = max(1, int(profit["customers"]))
    return round(1000 * brought / customers, 2)


def _beyond(promised: float | None, lived: float | None) -> float | None:
    return None if promised is None or lived is None else promised - lived


def _mean(metrics: list[Any]) -> float | None:
    values = [value for each in metrics if (value := value_of(each)) is not None]
    return sum(values) / len(values) if values else None
