"""What each metric is called and means, in the order a reader wants them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Named:
    """A metric's name for people, what it says, and what a good value is."""

    label: str
    meaning: str
    best: str


METRICS: dict[str, Named] = {
    "roc_auc": Named("ROC-AUC", "how often a leaver outranks a stayer", "1"),
    "average_precision": Named("Average precision", "area under precision and recall", "1"),
    "log_loss": Named("Log loss", "distance of the probabilities from what happened", "0"),
    "brier": Named("Brier score", "mean squared error of the probabilities", "0"),
    "ece": Named("Calibration error", "mean gap between stated and observed risk", "0"),
    "calibration_slope": Named("Calibration slope", "below 1, risks are too extreme", "1"),
    "calibration_intercept": Named("Calibration intercept", "above 0, risks are too low", "0"),
    "lift_top_decile": Named("Lift, riskiest tenth", "times as many leavers as average", "high"),
    "recall_at_capacity": Named("Recall at capacity", "leavers the team can reach", "1"),
    "precision_at_capacity": Named("Precision at capacity", "leavers among those reached", "1"),
    "accuracy": Named("Accuracy", "right at the threshold; misleads when few leave", "1"),
    "precision": Named("Precision", "leavers among those flagged", "1"),
    "recall": Named("Recall", "leavers who were flagged", "1"),
    "specificity": Named("Specificity", "stayers who were not flagged", "1"),
    "f1": Named("F1", "harmonic mean of precision and recall", "1"),
    "f0_5": Named("F0.5", "as F1, precision counts double", "1"),
    "f2": Named("F2", "as F1, recall counts double", "1"),
}


def named(metric: str) -> Named:
    """Return how a metric is shown; an unknown one is shown under its own name."""
    return METRICS.get(metric, Named(metric, "", ""))


def in_order(metrics: list[str]) -> list[str]:
    """Sort metric names: the known ones as above, then the others by name."""
    known = [name for name in METRICS if name in metrics]
    return known + sorted(name for name in set(metrics) if name not in METRICS)
