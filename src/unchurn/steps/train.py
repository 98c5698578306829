"""train: Prepared and Params → Model."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from unchurn import project as config
from unchurn.artefacts import Model, Params, Prepared, Workspace
from unchurn.modelling.columns.protected import PROTECTED
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting.booster import Settings, xgboost
from unchurn.modelling.fitting.configurations import Configuration
from unchurn.modelling.fitting.derived_columns import with_derived
from unchurn.modelling.fitting.folds import CrossFit, Folds, refit
from unchurn.modelling.fitting.plan import plan
from unchurn.modelling.fitting.pool import ALONE, Spread, run_jobs
from unchurn.modelling.fitting.recipe import Recipe
from unchurn.modelling.fitting.training_rows import Rows, everybody
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.reasons import business_contributions
from unchurn.modelling.watching.baseline import baseline, column_weights
from unchurn.modelling.watching.model_monitor import of_training
from unchurn.modelling.watching.two_sample import (
    encoder_of,
    sampled,
    watched_together,
)
from unchurn.modelling.watching.watched_slices import slice_baseline, sliced_columns
from unchurn.progress import Progress
from unchurn.tables.parquet import write_parquet

_WEIGHED, _CELLS = 1_000, 1 << 21
"""Rows, and cells of them, by which each column's weight in the score is measured."""


def train(
    prepared: Prepared,
    params: Params,
    data: config.Data,
    train: config.Train,
    split: config.Split,
    features: config.Features,
    workspace: Workspace,
    progress: Progress,
    spread: Spread = ALONE,
) -> Model:
    """Fit, weigh and calibrate every configuration of `params`, then refit what is kept.

    Fits are shared out by `spread`; each of its hosts returns the same Model.

    ``evaluated`` boosters are fitted on the training rows; with ``train.refit``, ``boosters``
    are fitted once more with the test rows added, and those aside, but for large tables, whose fits are
    shipped as they are. Only what shapes the model is asked for and kept: costs, words and thresholds change
    what is said about it, and never make another one. Raises `DataError` when customers are too few
    to hold any out, `ConfigError` when ``train.device`` cannot be used.
    """
    encoder = Encoder.from_plain(prepared.encoder)
    rows = Rows.read(prepared.train, encoder)
    settings = Settings.of(encoder.feature_types, rows.labels, train)
    size = plan(len(rows.labels), int(rows.labels.sum()), len(encoder.columns), split.folds)
    configurations = [Configuration.from_plain(each) for each in params.configurations]
    if any(each.derived for each in configurations):
        encoder, rows, settings = with_derived(encoder, rows, settings)
        configurations = _distinct(configurations, encoder)
    folds = Folds.of(rows, settings, size.folds, size.rounds)
    words = size.words(configurations, len(folds.held))
    progress.note(words)
    with progress.task("Fitting", len(configurations) * len(folds.held)) as task:
        crossfits = folds.cross_fit(configurations, task.advance, spread)
    recipe = Recipe.of(crossfits, folds.labels, train.seed, train.members)
    again = train.refit and not folds.shipped
    everyone = _everyone(prepared, encoder, rows, split) if again else None
    _refit(rows, everyone, recipe, settings, train.threads, workspace, progress, spread)
    decided = recipe.to_plain(folds.labels, settings)
    model = {**decided, **_told(encoder, train), "refit": again, "plan": words}
    reads_derived = any(each.configuration.derived for each, _ in recipe.kept)
    seen = encoder.to_plain() if reads_derived else prepared.encoder
    live = LiveModel.load(workspace / "boosters", model, seen, train.threads)
    return Model(
        boosters=workspace / "boosters",
        evaluated=workspace / "evaluated",
        model=model,
        encoder=seen,
        schema=prepared.schema,
        profile=prepared.profile,
        config=_kept(data, train, split, features),
        out_of_fold=_write_out_of_fold(workspace / "out_of_fold.parquet", recipe, folds),
        contract=prepared.contract,
        plan=prepared.plan,
        **_baseline(prepared, folds, recipe, live, workspace, progress),
    )


def _told(encoder: Encoder, train: config.Train) -> dict[str, Any]:
    """Say in ``model.json`` what was given: columns, options, versions."""
    return {
        "features": list(encoder.features),
        "feature_types": list(encoder.feature_types),
        "missing": encoder.missing,
        "categories": encoder.categories,
        "seed": train.seed,
        "threads": train.threads,
        "versions": {"xgboost": xgboost().__version__},
    }


def _distinct(configurations: list[Configuration], encoder: Encoder) -> list[Configuration]:
    """Leave out what reads derived columns where there are none: it would repeat another."""
    plain = [each for each in configurations if not each.derived]
    return configurations if encoder.pairs or not plain else plain


def _everyone(prepared: Prepared, encoder: Encoder, rows: Rows, split: config.Split) -> Rows:
    """Join the rows held out, and those on neither side of a time split, to the training rows.

    With the latter customers have more rows than prepare weighed.
    """
    if prepared.aside is None:
        return rows.joined(Rows.read(prepared.test, encoder))
    paths = prepared.train, prepared.test, prepared.aside
    return everybody(rows, encoder, paths, split.customer_weight)


def _refit(
    rows: Rows,
    everyone: Rows | None,
    recipe: Recipe,
    settings: Settings,
    threads: int,
    workspace: Path,
    progress: Progress,
    spread: Spread,
) -> None:
    """Write what was evaluated, fitted to `rows`, and what is shipped, fitted to `everyone`; None: the same."""
    targets = [(workspace / "evaluated", rows)]
    if everyone:
        targets.append((workspace / "boosters", everyone))
    wanted = [(*target, each) for target in targets for each, _ in reversed(recipe.kept)]
    jobs = [partial(_refitted, each, settings, crossfit) for _, each, crossfit in wanted]
    of = [
        [folder.name, each.shipped_rounds, each.configuration.to_plain()]
        for folder, _, each in wanted
    ]
    for folder in (workspace / "evaluated", workspace / "boosters"):
        folder.mkdir(parents=True, exist_ok=True)
    with progress.task("Refitting", len(jobs)) as task:
        fitted = run_jobs(spread.kept(jobs, of), threads, len(rows.labels), task.advance, spread)
    for (folder, _, crossfit), (booster,) in zip(wanted, fitted, strict=True):
        (folder / crossfit.file).write_bytes(booster)
    if everyone is None:
        shutil.copytree(workspace / "evaluated", workspace / "boosters", dirs_exist_ok=True)


def _refitted(rows: Rows, settings: Settings, fitted: CrossFit, threads: int) -> tuple[bytes]:
    """Return the booster file that is shipped, of the fit itself or of one on all `rows`."""
    if fitted.booster:
        return (fitted.booster,)
    booster = refit(rows, settings, fitted.configuration, fitted.shipped_rounds, threads)
    return (bytes(booster.save_raw("ubj")),)


def _baseline(
    prepared: Prepared,
    folds: Folds,
    recipe: Recipe,
    live: LiveModel,
    workspace: Workspace,
    progress: Progress,
) -> dict[str, Any]:
    """Say what later months are measured against: columns, out-of-fold scores, each column's weight, slices.

    Some rows are kept besides, for what columns do together. Returns fields of the `Model`.
    """
    matrix = folds.rows.matrix
    count, width = matrix.shape
    most = max(1, min(count, _WEIGHED, _CELLS // max(1, width)))
    # evenly over rows that are in no order of their own
    some = matrix[np.arange(most) * count // most]
    places, judged = pa.array(sampled(count, len(live.encoder.parts))), pa.array(folds.judged)
    coded, kept = live.encoder.category_features, {}
    slices: dict[str, list[dict[str, Any]]] = {}

    protected = {each["column"] for each in prepared.findings if each["code"] == PROTECTED}
    with progress.task("Baseline for later months"):
        names, parts, _ = business_contributions(live.contributions(some), live.encoder)
        weights = column_weights(parts, names)
        cut = {each.name: each for each in sliced_columns(live.encoder.parts, weights, protected)}

        def cells(name: str) -> pa.Array:
            dictionary = [name] if name in coded else []
            table = pq.read_table(prepared.train, columns=[name], read_dictionary=dictionary)
            found = table.unify_dictionaries().combine_chunks()[name].chunk(0)
            kept[name] = found.take(places)
            if name in cut:
                slices[name] = slice_baseline(
                    cut[name], found.take(judged), folds.labels, recipe.probabilities
                )
            return found

        made, sketches = baseline(count, cells, live.encoder.parts, recipe.probabilities, weights)
        for name in cut:
            if name not in slices:  # of very many columns, one that weighs little
                cells(name)
        made["slices"] = [each for name in cut for each in slices[name]]
        told, held = of_training(made, sketches, {part.name: part for part in live.encoder.parts})
        watched = encoder_of(live.encoder, watched_together(live.encoder, weights))
        reference = _write_reference(workspace / "reference.parquet", pa.table(kept), watched)
    return {"baseline": made, "reference": reference, "statistics": told, "constraints": held}


def _write_reference(path: Path, kept: pa.Table, watched: Encoder) -> Path:
    matrix = watched.transform(kept)
    found = pa.table({name: matrix[:, place] for place, name in enumerate(watched.columns)})
    write_parquet(found.to_batches(), path, found.schema)
    return path


def _write_out_of_fold(path: Path, recipe: Recipe, folds: Folds) -> Path:
    places = np.full(len(folds.rows.labels), -1)
    places[folds.judged] = np.arange(len(folds.judged))
    judged = pa.array(places, mask=places < 0)  # a row that no fold held out is blank
    found = pa.table({"margin": recipe.margins, "probability": recipe.probabilities})
    table = found.take(judged)
    write_parquet(table.to_batches(), path, table.schema)
    return path


def _kept(*sections: Any) -> dict[str, Any]:
    """Keep the sections that made the model; where its table was is no part of it."""
    return {type(each).__name__.lower(): _lists(config.shaping(each)) for each in sections}


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(each) for key, each in value.items()}
    return [_lists(each) for each in value] if isinstance(value, (list, tuple)) else value
