"""From a project to a registered model, on one machine."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
    verify,
)
from unchurn.errors import ConfigError
from unchurn.history.sources import Sources
from unchurn.modelling.judging import custom_metrics
from unchurn.pipeline import TRAINING, run
from unchurn.pipeline.coming import compared
from unchurn.pipeline.identity import code_sha256, config_sha256, environment, run_id
from unchurn.pipeline.lock import held
from unchurn.pipeline.observing import asks_history, observed, open_history
from unchurn.progress import Progress, Silent
from unchurn.project import Project
from unchurn.registry import Registry, open_registry, require_local
from unchurn.runner import Run, publish
from unchurn.steps.observe import Asked
from unchurn.tables import Table, open_table

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


@dataclass(frozen=True)
class Training:
    """A finished training: where it is and what came of it."""

    run: Run
    lineage: RunLineage
    seconds: float

    @property
    def verdict(self) -> dict[str, Any]:
        """The gate's verdict, rule by rule."""
        return dict(Verdict.load(self.run.place(Verdict)).verdict)

    @property
    def evaluation(self) -> dict[str, Any]:
        """The whole evaluation.json."""
        return dict(Evaluation.load(self.run.place(Evaluation)).evaluation)

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
            "promoted": version["promoted"],
            "metrics": {name: ours["metrics"][name] for name in HEADLINES},
            "custom": ours["custom"],
            "baselines": ours["baselines"],
            "rows": _rows(Prepared.load(self.run.place(Prepared)).rows),
            "findings": ours["findings"],
            "seconds": round(self.seconds, 2),
            "artefacts": _places(self.run),
            "report": str(self.run.place(Evaluation) / "report.html"),
        }


def train(project: Project, progress: Progress | None = None, fresh: bool = False) -> Training:
    """Train, evaluate, gate and register a model of the project's table.

    What is already made from the same data, config and code is not made again; `fresh`
    makes it anew. Raises `ConfigError`, `DataError`, `ArtefactError` or `RegistryError`.
    """
    began = time.monotonic()
    require_local(project)
    custom_metrics.load(project.evaluate.metrics, project.folder)
    with _held_run(project, progress or Silent(), fresh) as where:
        registry: Registry = where.given[Registry]
        _train(where, registry, fresh)
    return Training(where, where.given[RunLineage], time.monotonic() - began)


def inspect(project: Project, progress: Progress | None = None) -> tuple[Clean, Prepared]:
    """Clean and prepare the training table and no more; a training reuses what this made.

    Raises as `train` does.
    """
    with _held_run(project, progress or Silent()) as where:
        run(TRAINING[:2], where)
    return Clean.load(where.place(Clean)), Prepared.load(where.place(Prepared))


@contextmanager
def _held_run(project: Project, progress: Progress, fresh: bool = False) -> Iterator[Run]:
    """Lay out the run that trains on the project's table, and hold its folder.

    Where the customers are a history's, its table is made first.
    """
    dated = asks_history(project)
    source = open_history(project) if dated else compared(training_table(project), project)
    with progress.task("reading the table"):
        lineage = _lineage(project, source)
    folder = project.root / "runs" / lineage.run_id
    with held(folder, progress):
        given = {RunLineage: lineage, Registry: open_registry(project.root)}
        given |= {type(source): source, Asked: Asked()}
        where = Run(folder, project, code_sha256(), given, progress=progress)
        yield observed(where, fresh) if dated else where


def training_table(project: Project) -> Table:
    """Open the table that [data] train names. Raises `ConfigError` when none is named."""
    for section, name, value in (
        ("data", "train", project.data.train),
        ("churn", "target", project.churn.target),
    ):
        if not value:
            raise ConfigError(
                f"[{section}] {name} is not set in churn.toml.",
                "Write it there, or let `unchurn init --data YOUR_TABLE` find it.",
            )
    return open_table(project.data.train, project.data, project.folder)


def _train(where: Run, registry: Registry, fresh: bool) -> None:
    """Run the steps; judge again when the champion has changed before registering."""
    *judged, register = TRAINING
    if fresh or not (where.place(Version)).exists():
        take_champion(where, registry)
    run(tuple(judged), where, fresh)
    while not where.place(Version).exists() and _champion_changed(where, registry):
        take_champion(where, registry)
        run(tuple(judged), where)
    run((register,), where, fresh)


def _champion_changed(where: Run, registry: Registry) -> bool:
    compared = Champion.load(where.place(Champion)).record.get("version")
    return bool(registry.alias("champion") != compared)


def take_champion(where: Run, registry: Registry) -> None:
    """Publish the champion's bundle, or an empty marker, into the run's folder."""
    target = where.place(Champion)
    staging = target.with_name(".champion.staging")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        (staging / "bundle").mkdir(parents=True)
        record = _copy_champion(where, registry, staging / "bundle")
        Champion(record, staging / "bundle").save(staging)
        publish(staging, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _copy_champion(where: Run, registry: Registry, bundle: Path) -> dict[str, Any]:
    version = registry.alias("champion")
    if version is None:
        return {}
    entry = registry.get(version).entry
    source = where.project.root / entry.bundle
    verify(source)
    shutil.copytree(source, bundle, dirs_exist_ok=True)
    return {"version": version, "run_id": entry.run_id, "bundle": entry.bundle_sha256}


def _lineage(project: Project, table: Table | Sources) -> RunLineage:
    data, config, code = table.fingerprint(), config_sha256(project), code_sha256()
    return RunLineage(run_id(data, config, code), data, config, code, environment())


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
    return {name: str(path) for name, path in {**folders, **files}.items()}
