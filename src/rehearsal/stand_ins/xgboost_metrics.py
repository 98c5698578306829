"""The evaluation metrics of SageMaker's XGBoost, and whether the least or the most is best."""

from __future__ import annotations

MAXIMISED = frozenset(
    {
        "accuracy", "auc", "aucpr", "balanced_accuracy", "f1", "f1_binary", "f1_macro", "map", "ndcg",
        "precision", "precision_macro", "precision_micro", "r2", "recall", "recall_macro", "recall_micro",
    }
)  # fmt: skip
MINIMISED = frozenset(
    {
        "aft-nloglik", "cox-nloglik", "error", "gamma-deviance", "gamma-nloglik", "logloss", "mae",
        "mape", "merror", "mlogloss", "mphe", "mse", "poisson-nloglik", "rmse", "rmsle",
        "tweedie-nloglik",
    }
)  # fmt: skip
METRICS = tuple(sorted(MAXIMISED | MINIMISED))
