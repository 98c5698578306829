"""The document of an invented backtest, as ``unchurn backtest --json`` prints it."""

from __future__ import annotations

from typing import Any

METRICS = ("average_precision", "log_loss", "recall_at_capacity")


def _month(day: str, auc: float, lift: float, profit: float | None) -> dict[str, Any]:
    sure = {"roc_auc": auc, "lift_top_decile": lift, **dict.fromkeys(METRICS, 0.11)}
    return {
        "day": day,
        "train": 5_000,
        "test": 600,
        "left": 21,
        "metrics": {
            name: {"value": value, "low": value * 0.8, "high": value * 1.1}
            for name, value in sure.items()
        },
        "constant": {"roc_auc": 0.5, "lift_top_decile": 1.0, "log_loss": 0.15},
        "last_month": dict.fromkeys(sure) | {"roc_auc": auc - 0.02},
        "profit_per_thousand": profit,
    }


def backtested(profit: float | None = 800.0) -> dict[str, Any]:
    """Three months and a random split that promises more; without costs, no money."""
    promised = None if profit is None else profit + 1_234.0
    told = {"roc_auc": 0.93, "lift_top_decile": 6.0, "profit_per_thousand": None}
    honest = {"roc_auc": 0.7, "lift_top_decile": 2.0, "profit_per_thousand": None}
    return {
        "schema_version": 1,
        "currency": "EUR",
        "months": [_month(f"2025-0{n}-01", 0.65 + n / 100, 2.0, profit) for n in (5, 6, 7)],
        "mean": {"roc_auc": 0.71, "lift_top_decile": 2.0, "profit_per_thousand": profit},
        "random": _month("random", 0.8, 3.1, promised),
        "optimism": {
            "roc_auc": 0.09,
            "lift_top_decile": 1.1,
            "profit_per_thousand": None if profit is None else 1_234.0,
        },
        "traps": [
            {
                "trap": "backfilled",
                "words": "'<b>health', dated back",
                "with": told,
                "without": honest,
            }
        ],
    }
