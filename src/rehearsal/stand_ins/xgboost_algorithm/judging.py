"""Metrics that SageMaker's image adds to xgboost's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Counts = tuple[Any, Any, Any]
"""Of each class: rows found rightly, rows said to be of it, rows that are of it."""


def _counts(labels: Any, told: Any) -> Counts:
    classes = np.union1d(labels, told)
    right = np.array([np.sum((labels == each) & (told == each)) for each in classes], float)
    said = np.array([np.sum(told == each) for each in classes], float)
    true = np.array([np.sum(labels == each) for each in classes], float)
    return right, said, true


def _ratio(part: Any, whole: Any) -> Any:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _accuracy(counts: Counts) -> float:
    return float(counts[0].sum() / counts[2].sum())


def _of_last(measure: Callable[[Counts], Any]) -> Callable[[Counts], float]:
    return lambda counts: float(measure(counts)[-1])


def _mean(measure: Callable[[Counts], Any]) -> Callable[[Counts], float]:
    return lambda counts: float(np.mean(measure(counts)))


def _precision(counts: Counts) -> Any:
    return _ratio(counts[0], counts[1])


def _recall(counts: Counts) -> Any:
    return _ratio(counts[0], counts[2])


def _f1(counts: Counts) -> Any:
    return _ratio(2 * counts[0], counts[1] + counts[2])


def _balanced(counts: Counts) -> float:
    there = counts[2] > 0
    return float(np.mean(_recall(counts)[there]))


_OF_CLASSES: dict[str, Callable[[Counts], float]] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced,
    "f1": _mean(_f1),
    "f1_binary": _of_last(_f1),
    "f1_macro": _mean(_f1),
    "precision": _of_last(_precision),
    "precision_macro": _mean(_precision),
    "precision_micro": _accuracy,
    "recall": _of_last(_recall),
    "recall_macro": _mean(_recall),
    "recall_micro": _accuracy,
}
OURS = frozenset({*_OF_CLASSES, "mse", "r2"})
"""Names of metrics that xgboost does not know itself."""


def judged(names: Sequence[str]) -> Callable[[Any, Any], list[tuple[str, float]]]:
    """Return what xgboost calls each round: predictions and rows → the value of each metric."""

    def judge(predictions: Any, rows: Any) -> list[tuple[str, float]]:
        labels = rows.get_label()
        return [(name, _value(name, predictions, labels)) for name in names]

    return judge


def _value(name: str, predictions: Any, labels: Any) -> float:
    if name in {"mse", "r2"}:
        error = float(np.mean((labels - predictions) ** 2))
        spread = float(np.var(labels))
        return error if name == "mse" else (1 - error / spread if spread else 0.0)
    return _OF_CLASSES[name](_counts(labels, _classes(predictions)))


def _classes(predictions: Any) -> Any:
    """Return the class of each row: the likeliest, the one above a half, or what is predicted."""
    if predictions.ndim == 2:
        return np.argmax(predictions, axis=1)
    if np.all(predictions == np.round(predictions)):
        return predictions  # multi:softmax and binary:hinge tell the class itself
    return (predictions > 0.5).astype(float)
