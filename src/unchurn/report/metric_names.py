"""What each metric is called and means, in the order a reader wants them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Named:
    """What a metric says in plain words, its name among modellers, and what a good value is."""

    label: str
    term: str
    best: str


METRICS: dict[str, Named] = {
    "roc_auc": Named("How often a leaver outranks a stayer", "ROC-AUC", "1"),
    "average_precision": Named("Leavers among those flagged, on average", "average precision", "1"),
    "log_loss": Named("How surprising what happened was", "log loss", "0"),
    "brier": Named("Squared miss of the stated risks", "Brier score", "0"),
    "ece": Named("Gap between stated and observed risk", "calibration error", "0"),
    "calibration_slope": Named("Below 1, risks are too extreme", "calibration slope", "1"),
    "calibration_intercept": Named("Above 0, risks are too low", "calibration intercept", "0"),
    "lift_top_decile": Named("Leavers in the riskiest tenth, times the average", "lift", "high"),
    "recall_at_capacity": Named("Leavers the team can reach", "recall at capacity", "1"),
    "precision_at_capacity": Named("Leavers among those reached", "precision at capacity", "1"),
    "accuracy": Named("Right answers; misleads when few leave", "accuracy", "1"),
    "precision": Named("Leavers among those flagged", "precision", "1"),
    "recall": Named("Leavers who were flagged", "recall", "1"),
    "specificity": Named("Stayers who were not flagged", "specificity", "1"),
    "f1": Named("Precision and recall in one", "F1", "1"),
    "f0_5": Named("As F1, precision counts double", "F0.5", "1"),
    "f2": Named("As F1, recall counts double", "F2", "1"),
}


def named(metric: str) -> Named:
    """Return how a metric is shown; an unknown one is shown under its own name."""
    return METRICS.get(metric, Named(metric, "", ""))


def in_order(metrics: list[str]) -> list[str]:
    """Sort metric names: the known ones as above, then the others by name."""
    known = [name for name in METRICS if name in metrics]
    return known + sorted(name for name in set(metrics) if name not in METRICS)
