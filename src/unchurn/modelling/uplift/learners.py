"""Three ways to learn the effect of contact on each customer, on boosters, cross-fitted.

- ``T``: who stays is learned of the contacted and of those left alone; the effect is the difference.
- ``X`` (Künzel, Sekhon, Bickel & Yu 2019, "Metalearners for estimating heterogeneous treatment
  effects using machine learning"): each arm's outcomes against what the other arm's model expects,
  learned by arm, and weighed by the chance of contact: for arms of different sizes.
- ``DR`` (Kennedy 2023, "Towards optimal doubly robust estimation of heterogeneous causal effects"):
  the pseudo-effects themselves are learned.

What is expected of a customer in either arm always comes from boosters that never saw the customer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from unchurn.modelling.encoding.encoder import Matrix
from unchurn.modelling.fitting import booster as xgb
from unchurn.modelling.fitting.booster import Settings
from unchurn.modelling.fitting.pool import run_jobs
from unchurn.modelling.uplift.experiment import FOLDS, Experiment
from unchurn.modelling.uplift.trial import BOOL, F64

ALONE, CONTACTED, BOTH = "alone", "contacted", "both"
LEARNERS: Mapping[str, tuple[str, ...]] = {"DR": (BOTH,), "T": (ALONE, CONTACTED), "X": (ALONE, CONTACTED)}  # fmt: skip
"""The boosters of each learner; ties between learners go to the first."""
ROUNDS = 100
PARAMS: dict[str, Any] = {"eta": 0.05, "max_depth": 3, "lambda": 10.0, "min_child_weight": 10.0}
"""Shallow and slow: effects are small beside the noise of who stays."""
Job = Callable[[int], Any]


@dataclass(frozen=True)
class Fitter:
    """Fits boosters of one experiment; `advance` is called after each fit."""

    experiment: Experiment
    settings: Settings
    advance: Callable[[], None] = lambda: None

    def run(self, jobs: list[Job]) -> list[Any]:
        """Fit side by side."""
        return run_jobs(jobs, self.settings.threads, len(self.experiment.stayed), self.advance)

    def outcome(self, rows: BOOL, arm: str) -> Job:
        """Fit who stays, of an arm's customers among `rows`."""
        rows = rows & self._of(arm)
        target = self.experiment.stayed[rows].astype(np.float32)
        return partial(self._fit, rows, target, "binary:logistic", "logloss")

    def effect(self, rows: BOOL, arm: str, targets: F64) -> Job:
        """Fit `targets` (n,) of an arm's customers among `rows`."""
        rows = rows & self._of(arm)
        target = targets[rows].astype(np.float32)
        return partial(self._fit, rows, target, "reg:squarederror", "rmse")

    def _of(self, arm: str) -> BOOL:
        contacted = self.experiment.contacted
        return np.ones_like(contacted) if arm == BOTH else contacted == (arm == CONTACTED)

    def _fit(self, rows: BOOL, target: Any, objective: str, metric: str, threads: int) -> Any:
        settings = self.settings.using(threads)
        mean = float(target.mean())
        base = float(np.clip(mean, 1e-3, 1 - 1e-3)) if metric == "logloss" else mean
        params = settings.complete(PARAMS)
        params |= {"objective": objective, "eval_metric": metric, "base_score": base}
        binned = xgb.binned(self.experiment.matrix[rows], target, settings, 256)
        return xgb.fit(binned, params, ROUNDS)


@dataclass(frozen=True)
class Expected:
    """What is expected of each customer left alone, and contacted: the probability to stay, (n,)."""

    alone: F64
    contacted: F64


@dataclass(frozen=True)
class CrossFitted:
    """Out-of-fold expectations, and the out-of-fold effect by learner, (n,) each."""

    expected: Expected
    effects: dict[str, F64]


FITS = 2 * FOLDS + FOLDS * (FOLDS - 1) + 3 * FOLDS + 4 + 2 * FOLDS + 2
"""Fits of `cross_fit` and `refit`, and of `fit_everybody` after them, at most."""


def cross_fit(fitter: Fitter) -> CrossFitted:
    """Cross-fit every learner on the experiment's folds.

    Where a fold is held out, what is expected of the others comes from boosters that saw neither
    their own fold nor that one: otherwise its outcomes would come back in what is learned of them.
    """
    experiment = fitter.experiment
    pairs = [(one, other) for one in range(FOLDS) for other in range(one, FOLDS)]
    jobs = [
        fitter.outcome((experiment.fold != one) & (experiment.fold != other), arm)
        for one, other in pairs
        for arm in (ALONE, CONTACTED)
    ]
    made = fitter.run(jobs)
    stays = {
        pair: {ALONE: made[2 * at], CONTACTED: made[2 * at + 1]} for at, pair in enumerate(pairs)
    }
    found = [_expected_without(experiment, stays, fold) for fold in range(FOLDS)]
    mean = _own(experiment, [(each.alone, each.contacted) for each in found])
    outer = Expected(mean[0], mean[1])
    effects = {"T": outer.contacted - outer.alone}
    for learner in ("DR", "X"):
        arms = LEARNERS[learner]
        jobs = [
            fitter.effect(
                experiment.fold != fold, arm, _targets(experiment, found[fold])[learner, arm]
            )
            for fold in range(FOLDS)
            for arm in arms
        ]
        fitted = fitter.run(jobs)
        said = []
        for fold in range(FOLDS):
            boosters = dict(
                zip(arms, fitted[fold * len(arms) : (fold + 1) * len(arms)], strict=True)
            )
            parts = {arm: xgb.margins(each, experiment.matrix) for arm, each in boosters.items()}
            said.append((combined(learner, parts, experiment.chance),))
        effects[learner] = _own(experiment, said)[0]
    return CrossFitted(outer, effects)


def _expected_without(
    experiment: Experiment, stays: Mapping[tuple[int, int], Mapping[str, Any]], fold: int
) -> Expected:
    """Return what is expected of each row by boosters that saw neither `fold` nor the row's own."""
    each = [stays[min(fold, own), max(fold, own)] for own in range(FOLDS)]
    said = [(_stays(e[ALONE], experiment.matrix), _stays(e[CONTACTED], experiment.matrix)) for e in each]  # fmt: skip
    return Expected(*_own(experiment, said))


def _own(experiment: Experiment, said: Sequence[tuple[F64, ...]]) -> list[F64]:
    """Of arrays (n,) by fold, take each row's from its own fold."""
    rows = np.arange(len(experiment.stayed))
    return [np.stack(part)[experiment.fold, rows] for part in zip(*said, strict=True)]


def refit(fitter: Fitter, learner: str, mean: Expected) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fit on every row: who stays by arm, and the boosters of one learner (its own, for ``T``).

    `mean` is what is expected of each row out of fold.
    """
    stays = _arms(fitter)
    return stays, stays if learner == "T" else _effects(fitter, learner, mean)


def fit_everybody(fitter: Fitter, learner: str) -> dict[str, Any]:
    """Fit the boosters of one learner on every row, of a learner that was chosen before."""
    if learner == "T":
        return _arms(fitter)
    experiment = fitter.experiment
    jobs = [
        fitter.outcome(experiment.fold != fold, arm)
        for fold in range(FOLDS)
        for arm in (ALONE, CONTACTED)
    ]
    said = [_stays(each, experiment.matrix) for each in fitter.run(jobs)]
    mean = _own(experiment, list(zip(said[::2], said[1::2], strict=True)))
    return _effects(fitter, learner, Expected(*mean))


def _arms(fitter: Fitter) -> dict[str, Any]:
    """Fit who stays on every row of each arm."""
    arms, everybody = (ALONE, CONTACTED), np.ones_like(fitter.experiment.contacted)
    made = fitter.run([fitter.outcome(everybody, arm) for arm in arms])
    return dict(zip(arms, made, strict=True))


def _effects(fitter: Fitter, learner: str, mean: Expected) -> dict[str, Any]:
    """Fit the effect on every row, as a learner other than ``T`` does."""
    names, targets = LEARNERS[learner], _targets(fitter.experiment, mean)
    everybody = np.ones_like(fitter.experiment.contacted)
    jobs = [fitter.effect(everybody, arm, targets[learner, arm]) for arm in names]
    return dict(zip(names, fitter.run(jobs), strict=True))


def expected(stays: Mapping[str, Any], matrix: Matrix) -> Expected:
    """Return what boosters of who stays expect of rows."""
    return Expected(_stays(stays[ALONE], matrix), _stays(stays[CONTACTED], matrix))


def predicted(learner: str, boosters: Mapping[str, Any], matrix: Matrix, chance: float) -> F64:
    """Return the effect that a learner's boosters expect of rows, (rows,)."""
    read = _stays if learner == "T" else xgb.margins
    parts = {name: read(booster, matrix) for name, booster in boosters.items()}
    return combined(learner, parts, chance)


def combined(learner: str, parts: Mapping[str, F64], chance: Any) -> F64:
    """Combine what a learner's boosters say of rows into the effect, (rows,)."""
    if learner == "DR":
        return parts[BOTH]
    if learner == "T":
        return parts[CONTACTED] - parts[ALONE]
    return np.asarray(chance * parts[ALONE] + (1 - chance) * parts[CONTACTED])


def _targets(experiment: Experiment, expected: Expected) -> dict[tuple[str, str], F64]:
    return {
        ("DR", BOTH): experiment.pseudo_effects(expected.alone, expected.contacted),
        ("X", CONTACTED): experiment.stayed - expected.alone,
        ("X", ALONE): expected.contacted - experiment.stayed,
    }


def _stays(booster: Any, matrix: Matrix) -> F64:
    return np.asarray(1 / (1 + np.exp(-xgb.margins(booster, matrix))))
