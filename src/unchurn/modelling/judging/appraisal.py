"""Everything evaluation.json says, put together from its parts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from unchurn import project as config
from unchurn.artefacts import LABEL, Champion, Model, Prepared, Schema
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.judging import (
    baselines,
    bootstrap,
    champion,
    custom_metrics,
    importance,
    metrics,
    profit_curve,
    ranked_metrics,
    sagemaker_schema,
)
from unchurn.modelling.judging.curves import curves
from unchurn.modelling.judging.custom_metrics import CustomMetric
from unchurn.modelling.judging.importance import Explained
from unchurn.modelling.judging.judged_rows import JudgedRows
from unchurn.modelling.judging.slices import columns, slices
from unchurn.modelling.scoring.decisions import customer_value

_DIGITS = 10
"""Significant digits kept: more than any reader needs, fewer than rounding noise reaches."""


@dataclass(frozen=True)
class Appraisal:
    """What is being judged, and how."""

    prepared: Prepared
    model: Model
    rows: JudgedRows
    explained: Explained
    rivals: dict[str, Any]
    suspects: dict[str, Any]
    leaks: dict[str, Any]
    protected: dict[str, Any]
    custom: Sequence[CustomMetric]
    evaluate: config.Evaluate
    decision: config.Decision
    columns: config.Columns
    seed: int

    @property
    def threshold(self) -> float:
        """Probability from which a customer counts as predicted to leave."""
        return self.evaluate.threshold

    def to_plain(self) -> dict[str, Any]:
        """Return evaluation.json: SageMaker's root and ours, undefined numbers as None."""
        measured = bootstrap.intervals(
            self.rows.labels,
            self.rows.probabilities,
            groups=self.rows.groups,
            resamples=self.evaluate.bootstrap,
            seed=self.seed,
            threshold=self.threshold,
            capacity=self.evaluate.capacity,
        )
        found = ranked_metrics.confusion(self.rows.ranking, self.threshold)
        confusion = {name: int(count) for name, count in found.items()}
        drawn = curves(self.rows.ranking)
        quality = sagemaker_schema.quality(measured, confusion, drawn, self.rows.ranking)
        ours = {
            **self._subject(),
            **self._explanation(),
            "metrics": {name: each.to_plain() for name, each in measured.items()},
            "out_of_fold": self._out_of_fold(),
            "baselines": self.rivals,
            "suspects": self.suspects,
            "leaks": self.leaks,
            "protected": self.protected,
            "custom": self._custom(),
            "threshold": self.threshold,
            "capacity": self.evaluate.capacity,
            "confusion": confusion,
            "curves": drawn,
            "slices": self._slices(),
            "profit": self._profit(),
        }
        return dict(plain({"binary_classification_metrics": quality, "unchurn": ours}))

    def _subject(self) -> dict[str, Any]:
        schema = Schema.from_plain(self.model.schema)
        project = {
            "target": schema.target,
            "positive": schema.positive,
            "id": schema.id,
            "features": list(schema.features),
            "snapshot": schema.snapshot,
            "allowed": list(self.columns.allow),
            "names": dict(self.columns.names),
            "actionable": list(self.columns.actionable),
        }
        parts = {name: self.model.model.get(name) for name in ("members", "versions", "plan")}
        return {
            "project": project,
            "rows": self.prepared.rows,
            "customers": self.rows.customers(),
            "findings": self.prepared.findings,
            "model": parts,
        }

    def _explanation(self) -> dict[str, Any]:
        return {
            "importance": self.explained.importance(),
            "shap_summary": self.explained.summary(),
            "shap_rows": len(self.explained.margin),
            "shap_note": importance.NOTE,
        }

    def _out_of_fold(self) -> dict[str, float]:
        labels = pq.read_table(self.prepared.train, columns=[LABEL])[LABEL].to_numpy()
        table = pq.read_table(self.model.out_of_fold, columns=["probability"])
        probabilities = table["probability"].to_numpy()
        judged = ~np.isnan(probabilities)  # the others no fold held out
        labels, probabilities = labels[judged], probabilities[judged]
        return metrics.measure_all(labels, probabilities, self.threshold, self.evaluate.capacity)

    def _custom(self) -> dict[str, Any]:
        found = bootstrap.intervals_of(
            self.custom,
            self.rows.labels,
            self.rows.probabilities,
            groups=self.rows.groups,
            resamples=custom_metrics.RESAMPLES,
            seed=self.seed,
        )
        pairs = zip(self.custom, found, strict=True)
        return {
            each.name: {**interval.to_plain(), "left_out": interval.left_out}
            for each, interval in pairs
        }

    def _slices(self) -> list[dict[str, Any]]:
        schema = Schema.from_plain(self.model.schema)
        ranked = [each["column"] for each in self.explained.importance()]
        chosen = columns(schema, self.rows.table, self.evaluate.slices, ranked)
        return slices(self.rows.table, chosen, self.rows.labels, self.rows.probabilities)

    def _profit(self) -> dict[str, Any]:
        value = customer_value(self.rows.table, self.decision)
        return profit_curve.appraise(
            self.rows.labels, self.rows.probabilities, value, self.decision, self.rows.groups
        )


def rivals(
    prepared: Prepared,
    model: Model,
    rows: JudgedRows,
    old: Champion,
    evaluate: config.Evaluate,
    decision: config.Decision,
    threads: int,
    match: champion.Match,
) -> dict[str, Any]:
    """Measure always-no, a logistic regression, champion and anchor on the same rows.

    `match` finds the columns that the latter two know among those of the rows.
    """
    threshold, capacity = evaluate.threshold, evaluate.capacity
    rate = float(model.model["base_rate"])
    encoder = Encoder.from_plain(model.encoder)
    return {
        "always_no": baselines.always_no(rows.labels, rate, capacity),
        "logistic_regression": baselines.logistic_regression(
            prepared.train, rows.table, rows.labels, encoder, threshold, capacity
        ),
        **champion.rescore(old, model, rows, evaluate, decision, threads, match),
    }


def plain(value: Any) -> Any:
    """Return plain data for JSON: floats of 10 significant digits, undefined ones None."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value
