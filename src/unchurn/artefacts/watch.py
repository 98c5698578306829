"""The artefact of watching."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from unchurn.artefacts.folder import Artefact, Json, file


@dataclass(frozen=True)
class Watch(Artefact):
    """How a month differs from training, and whether that asks for anything.

    `watch`: {"version", "as_of" (ISO day or ""), "level": "steady" | "look" | "act", "words",
    "reasons": [{"level", "words"}], the gravest first, "customers", "table" (sha256 of them, typed), "judged" (False of fewer than 30), "comparisons" (among which false alarms are shared),
    "false_alarms": {"look", "act"}, "limits", "baseline": {"version", "rows"}, "columns": [what
    `modelling.watching.comparison.compare_column` returns], the gravest first, "score": the same of the
    probabilities, "together": what `modelling.watching.two_sample.compare_together` returns, or None,
    "attention": [what `modelling.watching.attention.compare_reach` returns of each slice], the gravest first,
    "expected" (performance expected of the scores alone: "left", "log_loss", "roc_auc", "lift" at "share",
    each {"value", "low", "high"}, "profit" (None without costs), "training": what the same of the out-of-fold
    probabilities gives, "assumes" in words), "cannot": [what cannot be said, in words], "notes": those of the Scores,
    "violations": n, "own_rules": [violations of constraints that a person has changed], "quality": [what came of each
    rule of [quality], as in the Batch], "months": this day after earlier ones, as `modelling.watching.trend.months` has them,
    "model_version", "model_run_id", "run_id"}.
    `page`: the same to read.
    `statistics`, `constraints`, `violations`: as SageMaker Model Monitor documents them.
    """

    watch: Json = file("watch.json")
    page: Path = file("watch.html")
    statistics: Json = file("statistics.json")
    constraints: Json = file("constraints.json")
    violations: Json = file("constraint_violations.json")
