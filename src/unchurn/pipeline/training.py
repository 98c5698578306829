"""From a project to a registered model, on one machine."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from unchurn.artefacts import (
    Artefact,
    Champion,
    Clean,
    Model,
    Prepared,
    RunLineage,
    Verdict,
    Version,
)
from unchurn.artefacts.folder import MANIFEST
from unchurn.disk import copy_tree, discard, publish
from unchurn.errors import ArtefactError, ConfigError, UnchurnError, listing
from unchurn.history.sources import Sources
from unchurn.modelling.judging import custom_metrics
from unchurn.modelling.judging.custom_metrics import OwnMetrics
from unchurn.pipeline.checking import RulesChecked, check_rules
from unchurn.pipeline.coming import compared
from unchurn.pipeline.fits_on_spark import spread_of
from unchurn.pipeline.identity import code_sha256, config_sha256, environment, run_id
from unchurn.pipeline.lock import held
from unchurn.pipeline.observing import observed, open_history
from unchurn.pipeline.readers import kept_for_readers
from unchurn.pipeline.trained import Training
from unchurn.progress import Progress, Silent
from unchurn.project import Project
from unchurn.registry import Record, Registry, check_files, open_registry, require_local
from unchurn.registry.last_winner import last_winner
from unchurn.runner import Run, Step, run_some, run_steps
from unchurn.steps.clean import clean
from unchurn.steps.evaluate import evaluate
from unchurn.steps.gate import gate
from unchurn.steps.observe import Asked
from unchurn.steps.prepare import prepare
from unchurn.steps.register import register
from unchurn.steps.train import train as fit
from unchurn.steps.tune import tune
from unchurn.tables import Table, open_table
from unchurn.tables.in_memory import Given, open_given

TRAINING: tuple[Step, ...] = (clean, prepare, tune, fit, evaluate, gate, register)


def train(
    project: Project,
    table: Given | None = None,
    *,
    progress: Progress | None = None,
    fresh: bool = False,
) -> Training:
    """Train, evaluate, gate and register a model of the project's table, or of `table`.

    `table` is a path, or a table of pandas, Polars, PyArrow, DuckDB or whatever else has
    ``__arrow_c_stream__``; without one, [data] train names it. What is already made from the same data, config and code is not made again; `fresh`
    makes it anew. Raises `ConfigError`, `DataError`, `ArtefactError` or `RegistryError`.
    """
    began = time.monotonic()
    require_local(project)
    progress = progress or Silent()
    own = own_metrics(project, progress)
    with _held_run(project, progress, own, table, fresh) as where:
        registry: Registry = where.given[Registry]
        before, registered = where.place(Version).exists(), _is_registered(where)
        _train(where, registry, fresh)
        os.utime(
            where.place(Verdict) / MANIFEST
        )  # of several judgements of a model, the last counts
    made = Training(where, where.given[RunLineage], time.monotonic() - began)
    known = before and (registered or made.version is None)
    return replace(made, unchanged=known or not made.is_own())


def inspect(
    project: Project, progress: Progress | None = None, suggest: bool = False
) -> tuple[Clean, Prepared, RulesChecked]:
    """Clean and prepare the training table and no more, and hold it against [quality].

    A training reuses what this made. `suggest` adds rules that the table suggests. Raises as `train`
    does, and `ConfigError` for a rule of a column that the table lacks.
    """
    with _held_run(project, progress or Silent()) as where:
        run_steps(TRAINING[:2], where)
        made = Clean.load(where.place(Clean)), Prepared.load(where.place(Prepared))
        table, data = where.given[Table], where.project.data
        rules = project.quality.rules
        return *made, check_rules(table, rules, data, made, suggest, where.progress)


def own_metrics(project: Project, progress: Progress) -> OwnMetrics:
    """Import the metrics of [evaluate] metrics, saying first that this runs the project's code."""
    named = project.evaluate.metrics
    if named:
        progress.note(
            f"[evaluate] metrics names code of this project, and training runs it: {listing(named)}."
        )
    return custom_metrics.load(named, project.folder)


@contextmanager
def _held_run(
    project: Project,
    progress: Progress,
    own: OwnMetrics | None = None,
    table_given: Given | None = None,
    fresh: bool = False,
) -> Iterator[Run]:
    """Lay out the run that trains on the project's table, and hold its folder.

    Where the customers are a history's, their table is made first.
    """
    with _opened(project, table_given) as source:
        with progress.task("reading the table"):
            lineage = _lineage(project, source)
        folder = project.root / "runs" / lineage.run_id
        with kept_for_readers(project), held(folder, progress):
            registry = open_registry(project.root)
            given = {RunLineage: lineage, Registry: registry, OwnMetrics: own}
            given |= {type(source): source, Asked: Asked()}
            fixed = _registered(registry, lineage.run_id)
            where = Run(
                folder,
                project,
                code_sha256(),
                given,
                registered=fixed,
                progress=progress,
                spread=spread_of(project, folder, progress),
            )
            yield observed(where, fresh) if isinstance(source, Sources) else where


@contextmanager
def _opened(project: Project, given: Given | None) -> Iterator[Table | Sources]:
    if project.asks_history:
        if given is not None:
            raise ConfigError(
                "A table was given, and the customers of this project are a history's.",
                "Train without one, or leave [churn] event out and name the table's target.",
            )
        yield open_history(project)
    elif given is None:
        yield compared(training_table(project), project)
    else:
        _require_target(project)
        with open_given(given, project.data, Path.cwd()) as table:
            yield compared(table, project)


def _registered(registry: Registry, name: str) -> dict[type[Artefact], str]:
    """Say which artefacts of a run belong to a version, and may never be others."""
    entries = {record.entry.run_id: record.entry for record in registry.records()}
    return {Model: entries[name].bundle_sha256} if name in entries else {}


def training_table(project: Project) -> Table:
    """Open the table that [data] train names. Raises `ConfigError` when none is named."""
    if not project.data.train:
        raise _unset("[data] train")
    _require_target(project)
    return open_table(project.data.train, project.data, project.folder)


def _require_target(project: Project) -> None:
    if not project.churn.target:
        raise _unset("[churn] target")


def _unset(key: str) -> ConfigError:
    return ConfigError(
        f"{key} is not set in churn.toml.",
        "Write it there, or let `unchurn init --data YOUR_TABLE` find it.",
    )


def _train(where: Run, registry: Registry, fresh: bool) -> None:
    """Run the steps; judge again when the champion has changed before registering."""
    fitted, judged = TRAINING[:-3], TRAINING[-3:-1]
    with where.progress.task("steps", len(TRAINING)) as task:
        # The model first: it may be the champion's own, made anew because its files are damaged.
        run_some(fitted, where, task, fresh)
        if fresh or not _is_registered(where):
            take_champion(where, registry)
        run_some(judged, where, task, fresh)
        while not _is_registered(where) and _champion_changed(where, registry):
            take_champion(where, registry)
            run_steps(judged, where)
        run_some((register,), where, task, fresh)


def _is_registered(where: Run) -> bool:
    """Tell whether a version holds the run's model: only a refusal is judged by another champion."""
    if not where.place(Version).exists():
        return False
    try:
        return Version.load(where.place(Version)).version["version"] is not None
    except ArtefactError:
        return True  # damaged: it is made again of the judgement that it had


def _champion_changed(where: Run, registry: Registry) -> bool:
    compared = Champion.load(where.place(Champion)).record.get("version")
    return bool(registry.alias("champion") != compared)


def take_champion(where: Run, registry: Registry) -> None:
    """Publish the champion's bundle, or an empty marker, into the run's folder."""
    publish_champion(where, lambda folder: _copy_champion(where, registry, folder))


def publish_champion(where: Run, copied: Callable[[Path], dict[str, Any]]) -> None:
    """Publish the model in charge of a run: `copied` puts it into ``bundle`` and returns its record."""
    target = where.place(Champion)
    staging = target.with_name(".champion.staging")
    discard(staging)
    try:
        (staging / "bundle").mkdir(parents=True)
        record = copied(staging)
        anchor = staging / "anchor"
        Champion(record, staging / "bundle", anchor if anchor.exists() else None).save(staging)
        publish(staging, target)
    except OSError as error:
        raise ArtefactError(
            f"The champion's files could not be copied to {error.filename2 or error.filename or target}: "
            f"{error.strerror or error}.",
            "Free some space or fix the permissions, then run the same command; finished steps are "
            "kept.",
        ) from error
    finally:
        discard(staging)


def _copy_champion(where: Run, registry: Registry, folder: Path) -> dict[str, Any]:
    version = registry.alias("champion")
    if version is None:
        return {}
    champion = registry.get(version)
    named = _copy_version(where, champion, folder / "bundle")
    lineages = {each.version: each.entry.lineage for each in registry.records()}
    last = last_winner(version, lineages.get)
    if last == version:
        return named
    try:
        return {**named, "anchor": _copy_version(where, registry.get(last), folder / "anchor")}
    except UnchurnError as error:
        # The verdict says so; the champion is still compared.
        return {**named, "anchor": {"version": last, "why": error.message}}


def _copy_version(where: Run, record: Record, bundle: Path) -> dict[str, Any]:
    entry = record.entry
    copy_tree(check_files(where.project.root, record), bundle)
    return {"version": record.version, "run_id": entry.run_id, "bundle": entry.bundle_sha256}


def _lineage(project: Project, table: Table | Sources) -> RunLineage:
    data, config, code = table.fingerprint(), config_sha256(project), code_sha256()
    return RunLineage(run_id(data, config, code), data, config, code, environment())
