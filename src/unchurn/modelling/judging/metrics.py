"""Every metric as a function of rows: `f(labels, probabilities) -> float`.

`labels` is (n,) integers, 1 = churned and 0 = stayed; `probabilities` is (n,) float64 in
[0, 1]. All are exact about ties. What is undefined is NaN. Definitions and sources are in
`ranked_metrics` and `reliability`, which compute from counts.
"""

from __future__ import annotations

from unchurn.modelling.judging import ranked_metrics as ranked
from unchurn.modelling.judging import reliability
from unchurn.modelling.judging.ranking import Floats, Labels, Ranking, rank


def roc_auc(labels: Labels, probabilities: Floats) -> float:
    """Probability that a churned row outranks a stayed one, ties counting half."""
    return ranked.roc_auc(rank(labels, probabilities))


def average_precision(labels: Labels, probabilities: Floats) -> float:
    """Area under the precision-recall steps, as scikit-learn defines it."""
    return ranked.average_precision(rank(labels, probabilities))


def log_loss(labels: Labels, probabilities: Floats) -> float:
    """Mean negative log-likelihood in nats."""
    return ranked.log_loss(rank(labels, probabilities))


def brier(labels: Labels, probabilities: Floats) -> float:
    """Mean squared error of the probabilities."""
    return ranked.brier(rank(labels, probabilities))


def ece(labels: Labels, probabilities: Floats, bins: int = reliability.BINS) -> float:
    """Return the expected calibration error over equal-mass bins (10 unless told)."""
    return reliability.ece(rank(labels, probabilities), bins)


def calibration_slope(labels: Labels, probabilities: Floats) -> float:
    """Slope of the label on logit p: 1 is ideal, below 1 is overconfident."""
    return reliability.slope(rank(labels, probabilities))


def calibration_intercept(labels: Labels, probabilities: Floats) -> float:
    """Calibration in the large: 0 is ideal, above 0 predicts too few churners."""
    return reliability.intercept(rank(labels, probabilities))


def lift_top_decile(labels: Labels, probabilities: Floats) -> float:
    """Churn rate in the riskiest tenth over the churn rate of all."""
    return ranked.lift(rank(labels, probabilities), 0.1)


def recall_at(labels: Labels, probabilities: Floats, share: float) -> float:
    """Share of churned rows found by contacting the riskiest `share` of rows."""
    return ranked.recall_at(rank(labels, probabilities), share)


def precision_at(labels: Labels, probabilities: Floats, share: float) -> float:
    """Churn rate among the riskiest `share` of rows."""
    return ranked.precision_at(rank(labels, probabilities), share)


def confusion(labels: Labels, probabilities: Floats, threshold: float = 0.5) -> dict[str, int]:
    """Count tp, fp, tn and fn when probability ≥ `threshold` predicts churn."""
    counts = ranked.confusion(rank(labels, probabilities), threshold)
    return {name: int(count) for name, count in counts.items()}


def accuracy(labels: Labels, probabilities: Floats, threshold: float = 0.5) -> float:
    """Share of rows predicted right at `threshold`."""
    return ranked.at_threshold(rank(labels, probabilities), threshold)["accuracy"]


def f_beta(labels: Labels, probabilities: Floats, beta: float, threshold: float = 0.5) -> float:
    """F-score at `threshold`; recall counts `beta` times as much as precision."""
    return ranked.f_beta(ranked.confusion(rank(labels, probabilities), threshold), beta)


def measure(ranking: Ranking, threshold: float, capacity: float) -> dict[str, float]:
    """Every metric by the name it has in evaluation.json, of one ranking."""
    return {
        **in_closed_form(ranking, threshold, capacity),
        "calibration_slope": reliability.slope(ranking),
        "calibration_intercept": reliability.intercept(ranking),
    }


def in_closed_form(ranking: Ranking, threshold: float, capacity: float) -> dict[str, float]:
    """Every metric that needs no iteration; `measure` adds calibration slope and intercept."""
    return {
        "roc_auc": ranked.roc_auc(ranking),
        "average_precision": ranked.average_precision(ranking),
        "log_loss": ranked.log_loss(ranking),
        "brier": ranked.brier(ranking),
        "ece": reliability.ece(ranking),
        "lift_top_decile": ranked.lift(ranking, 0.1),
        "recall_at_capacity": ranked.recall_at(ranking, capacity),
        "precision_at_capacity": ranked.precision_at(ranking, capacity),
        **ranked.at_threshold(ranking, threshold),
    }


def measure_all(
    labels: Labels, probabilities: Floats, threshold: float = 0.5, capacity: float = 0.1
) -> dict[str, float]:
    """Every metric by the name it has in evaluation.json, of rows."""
    return measure(rank(labels, probabilities), threshold, capacity)
