"""Metrics of order and of decisions, computed from a `Ranking`.

A metric that is undefined (ROC-AUC with one class, anything of no rows) is NaN. Definitions are
scikit-learn's where it has one: average precision is the step sum without interpolation,
precision without a positive prediction is 0.
"""

from __future__ import annotations

import numpy as np

from unchurn.modelling.judging.ranking import Ranking, dot

NAN = float("nan")


def ratio(part: float, whole: float, otherwise: float = NAN) -> float:
    """Divide, or return `otherwise` when there is nothing to divide by."""
    return part / whole if whole > 0 else otherwise


def roc_auc(ranking: Ranking) -> float:
    """Area under the ROC curve: P(churned ranks above stayed) + half of P(tie) (Mann-Whitney)."""
    below = ranking.caught - ranking.churned / 2
    pairs = ranking.total_churned * ranking.total_stayed
    return ratio(dot(ranking.stayed, below), pairs)


def average_precision(ranking: Ranking) -> float:
    """Sum over distinct thresholds of (recall gained) × (precision there)."""
    # A depth of 0 means that nothing is caught yet: 0 / 1 is as good as any.
    precision = ranking.caught / np.maximum(ranking.depth, 1e-300)
    return ratio(dot(ranking.churned, precision), ranking.total_churned)


def log_loss(ranking: Ranking) -> float:
    """Mean of -log of the probability given to what happened, in nats; clipped at 2.2e-16."""
    of_churned, of_stayed = ranking.scale.surprise
    total = dot(ranking.churned, of_churned) + dot(ranking.stayed, of_stayed)
    return ratio(total, ranking.rows)


def brier(ranking: Ranking) -> float:
    """Mean squared difference between probability and outcome (Brier 1950, binary form)."""
    p = ranking.probabilities
    total = dot(ranking.churned, (1 - p) ** 2) + dot(ranking.stayed, p * p)
    return ratio(total, ranking.rows)


def lift(ranking: Ranking, share: float = 0.1) -> float:
    """Churn rate among the riskiest `share` of rows over the churn rate of all."""
    return ratio(ranking.captured(share), share * ranking.total_churned)


def recall_at(ranking: Ranking, share: float) -> float:
    """Share of all churned rows that are among the riskiest `share` of rows."""
    return ratio(ranking.captured(share), ranking.total_churned)


def precision_at(ranking: Ranking, share: float) -> float:
    """Churn rate among the riskiest `share` of rows."""
    return ratio(ranking.captured(share), share * ranking.rows)


def confusion(ranking: Ranking, threshold: float) -> dict[str, float]:
    """Count tp, fp, tn, fn when probability ≥ `threshold` predicts churn."""
    tp, fp = ranking.above(threshold)
    return {"tp": tp, "fp": fp, "tn": ranking.total_stayed - fp, "fn": ranking.total_churned - tp}


def f_beta(counts: dict[str, float], beta: float) -> float:
    """F-score (1 + β²)·tp / ((1 + β²)·tp + β²·fn + fp); 0 when nothing is predicted or true."""
    weight = beta * beta
    hit = (1 + weight) * counts["tp"]
    return ratio(hit, hit + weight * counts["fn"] + counts["fp"], 0.0)


def at_threshold(ranking: Ranking, threshold: float) -> dict[str, float]:
    """Accuracy, precision, recall, specificity and F-scores at one threshold."""
    counts = confusion(ranking, threshold)
    tp, tn = counts["tp"], counts["tn"]
    return {
        "accuracy": ratio(tp + tn, ranking.rows),
        "precision": ratio(tp, tp + counts["fp"], 0.0),
        "recall": ratio(tp, ranking.total_churned),
        "specificity": ratio(tn, ranking.total_stayed),
        "f0_5": f_beta(counts, 0.5),
        "f1": f_beta(counts, 1.0),
        "f2": f_beta(counts, 2.0),
    }
