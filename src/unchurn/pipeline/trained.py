"""What came of a training: its version, its verdict, and the document that tells both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unchurn.artefacts import (
    Champion,
    Clean,
    Evaluation,
    Model,
    Params,
    Prepared,
    RunLineage,
    Verdict,
    Version,
)
from unchurn.pipeline.answers import table_html
from unchurn.registry import Registry
from unchurn.runner import Run

HEADLINES = (
    "roc_auc",
    "average_precision",
    "log_loss",
    "brier",
    "ece",
    "lift_top_decile",
    "accuracy",
)
"""Metrics of the training document."""
_PARTS = ("value", "low", "high")


@dataclass(frozen=True, repr=False)
class Training:
    """A finished training: where it is and what came of it.

    `unchanged`: its data, settings and code, or its model to the byte, were known before, so that
    it made no version and promoted none.
    """

    run: Run
    lineage: RunLineage
    seconds: float
    unchanged: bool = False

    @property
    def verdict(self) -> dict[str, Any]:
        """The gate's verdict, rule by rule."""
        return dict(Verdict.load(self.run.place(Verdict)).verdict)

    @property
    def evaluation(self) -> dict[str, Any]:
        """The whole evaluation.json."""
        return dict(Evaluation.load(self.run.place(Evaluation)).evaluation)

    @property
    def version(self) -> int | None:
        """The version that holds its model; None where the gate did not pass it."""
        found: int | None = Version.load(self.run.place(Version)).version["version"]
        return found

    @property
    def champion(self) -> int | None:
        """The version in charge by now, whichever training made it so."""
        registry: Registry = self.run.given[Registry]
        return registry.alias("champion")

    @property
    def standing(self) -> str:
        """What came of it, as a sentence: a version and whether that is champion, or no change."""
        return _standing(
            self.version, self.champion, self.unchanged, self.lineage.run_id, self.is_own()
        )

    def is_own(self) -> bool:
        """Tell whether this run made its version, now or before; or another with the same model."""
        registry: Registry = self.run.given[Registry]
        return (
            self.version is None or registry.get(self.version).entry.run_id == self.lineage.run_id
        )

    def __repr__(self) -> str:
        as_what = "not registered" if self.version is None else f"version {self.version}"
        return f"<Training {self.lineage.run_id}: {self.verdict['verdict']}, {as_what}>"

    def _repr_html_(self) -> str:
        metrics = self.document()["metrics"]
        rows = [
            [name, *("" if each is None else f"{each:.4f}" for each in map(metric.get, _PARTS))]
            for name, metric in metrics.items()
        ]
        return table_html(repr(self), ["on the held-out customers", *_PARTS], rows)

    def document(self) -> dict[str, Any]:
        """The versioned document that ``unchurn train --json`` prints."""
        ours = self.evaluation["unchurn"]
        version = Version.load(self.run.place(Version)).version
        return {
            "schema_version": 1,
            "run_id": self.lineage.run_id,
            "version": version["version"],
            "verdict": self.verdict["verdict"],
            "words": self.verdict["words"],
            "rules": self.verdict["rules"],
            "promoted": version["promoted"] and not self.unchanged,
            "champion": self.champion,
            "unchanged": self.unchanged,
            "standing": self.standing,
            "metrics": {name: ours["metrics"][name] for name in HEADLINES},
            "custom": ours["custom"],
            "baselines": ours["baselines"],
            "rows": _rows(Prepared.load(self.run.place(Prepared)).rows),
            "findings": ours["findings"],
            "leaks": ours["leaks"],
            "seconds": round(self.seconds, 2),
            "artefacts": _places(self.run),
            "report": str(self.run.place(Evaluation) / "report.html"),
        }


def _standing(
    version: int | None, champion: int | None, unchanged: bool, run: str, own: bool
) -> str:
    role = "the champion now" if version == champion else "not the champion"
    if version is None:
        again = "Nothing has changed: nothing" if unchanged else "Nothing"
        return f"{again} was registered (run {run})."
    if not unchanged:
        return f"Version {version}, {role} (run {run})."
    if own:
        same = "was made of the same data, settings and code"
        return f"Nothing has changed: version {version}, {role}, {same} (run {run})."
    return (
        f"Nothing has changed in the model: it is version {version}, {role}, to the byte, and was "
        f"judged again as churn.toml says today (run {run})."
    )


def _rows(rows: dict[str, Any]) -> dict[str, Any]:
    return {
        name: rows[name]
        for name in ("read", "kept", "dropped", "train", "test", "lines")
        if name in rows
    }


def _places(where: Run) -> dict[str, str]:
    kinds = (Clean, Prepared, Params, Model, Champion, Evaluation, Verdict, Version)
    folders: dict[str, Path] = {kind.__name__.lower(): where.place(kind) for kind in kinds}
    evaluation = folders["evaluation"]
    files = {
        "evaluation.json": evaluation / "evaluation.json",
        "shap.csv": evaluation / "shap.csv",
        "feature_importance.png": evaluation / "feature_importance.png",
    }
    found = {name: path for name, path in files.items() if path.exists()}
    return {name: str(path) for name, path in {**folders, **found}.items()}
