"""The search: Optuna's TPE around the fixed configurations, on the same out-of-fold log loss."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from unchurn.errors import ConfigError, listing
from unchurn.modelling.fitting.booster import Floats
from unchurn.modelling.fitting.calibration import log_loss
from unchurn.modelling.fitting.configurations import (
    ONE_HOT,
    Configuration,
    Value,
    from_strings,
)
from unchurn.modelling.fitting.folds import Folds
from unchurn.modelling.fitting.pool import run_jobs

_PRUNE = 1.03
"""A trial stops after a fold where its log loss so far is this many times the best one's."""


@dataclass
class Search:
    """A search that can be stopped at any moment and still tells what it found.

    `eta`: how many times the learning rates are raised for the table's size. `found` holds
    (log loss, trial number, configuration) of every finished trial.
    """

    folds: Folds
    seed: int
    eta: float = 1.0
    found: list[tuple[float, int, Configuration]] = field(default_factory=list)
    _best: list[float] = field(default_factory=list)

    def run(self, trials: int, seconds: float, say: Callable[[str], None]) -> None:
        """Try `trials` configurations (or any number, within `seconds`); `say` tells each end.

        Trial k's sampler is seeded by (seed, k): it depends on the trials before it only
        through their results. Raises KeyboardInterrupt through; `found` stays valid.
        """
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        study = optuna.create_study(direction="minimize")

        def objective(trial: Any) -> float:
            return self._try(trial, optuna.TrialPruned)

        number = 0
        deadline = _Deadline(seconds)
        while (trials < 0 or number < trials) and not deadline.passed():
            seed = int(np.random.SeedSequence((self.seed, number)).generate_state(1)[0])
            study.sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=5)
            study.optimize(objective, n_trials=1)
            number += 1
            best = min(self.found, key=lambda entry: entry[:2])
            say(f"best log loss {best[0]:.5f} (trial {best[1] + 1})")

    def best(self) -> list[Configuration]:
        """Return the best configuration found, or none."""
        return [min(self.found, key=lambda entry: entry[:2])[2]] if self.found else []

    def _try(self, trial: Any, pruned: type[Exception]) -> float:
        configuration = Configuration(f"search-{trial.number + 1}", suggest(trial), "search")
        configuration = configuration.quicker(self.eta)
        threads = self.folds.settings.threads
        margins = np.zeros(len(self.folds.rows.labels))
        losses: list[float] = []
        for start in range(0, len(self.folds.held), threads):
            groups = range(start, min(start + threads, len(self.folds.held)))
            self._fit(configuration, groups, margins)
            seen = np.concatenate(self.folds.held[: groups.stop])
            losses.append(log_loss(self.folds.rows.labels[seen], margins[seen]))
            if self._best and losses[-1] > self._best[len(losses) - 1] * _PRUNE:
                raise pruned
        if not self._best or losses[-1] < self._best[-1]:
            self._best = losses
        self.found.append((losses[-1], trial.number, configuration))
        return losses[-1]

    def _fit(self, configuration: Configuration, groups: range, margins: Floats) -> None:
        jobs = [partial(self.folds.fit_one, configuration, group) for group in groups]
        settings, count = self.folds.settings, len(margins)
        fitted = run_jobs(jobs, settings.threads, count, lambda: None)
        for group, (found, _) in zip(groups, fitted, strict=True):
            margins[self.folds.held[group]] = found


@dataclass(frozen=True)
class Range:
    """Numbers that a hyperparameter is drawn from, ends included."""

    low: float
    high: float
    log: bool = False
    whole: bool = False


SPACE: Mapping[str, Range | tuple[Value, ...]] = {
    "eta": Range(0.04, 0.1, log=True),
    "min_child_weight": Range(1e-3, 12, log=True),
    "lambda": Range(1e-2, 20, log=True),
    "alpha": Range(1e-3, 2, log=True),
    "gamma": Range(1e-3, 2, log=True),
    "subsample": Range(0.5, 1.0),
    "colsample_bynode": Range(0.3, 1.0),
    "max_bin": (48, 256),
    "max_cat_to_onehot": (4, ONE_HOT),
    "grow_policy": ("depthwise", "lossguide"),
    "max_leaves": Range(6, 96, log=True, whole=True),
    "max_depth": Range(3, 10, whole=True),
}
"""Every hyperparameter that is searched, and where: the neighbourhood of the fixed configurations.
A tuple is a choice. ``max_leaves`` counts with ``lossguide`` alone, ``max_depth`` with
``depthwise`` alone."""
_UNUSED = {"lossguide": "max_depth", "depthwise": "max_leaves"}
_TUNED = "search-1"


def suggest(trial: Any) -> dict[str, Value]:
    """Draw hyperparameters from an Optuna trial."""
    params: dict[str, Value] = {}
    for name in SPACE:
        if name != _UNUSED.get(str(params.get("grow_policy"))):
            params[name] = _drawn(trial, name)
    return _settled(params)


def from_tuner(strings: Mapping[str, str], eta: float) -> Configuration:
    """Turn a tuner's strings for the keys of `SPACE` into the configuration a trial would fit.

    `eta`: how many times the learning rate is raised for the table's size. The same values as
    `suggest` draws give the same configuration. Raises `ConfigError` naming a key that is
    missing, unknown or out of bounds.
    """
    missing = [name for name in SPACE if name not in strings]
    strange = [name for name in strings if name not in SPACE]
    if missing or strange:
        what = "lack" if missing else "have the unknown key"
        raise ConfigError(
            f"The searched hyperparameters {what} {listing(missing or strange)}.",
            f"They are {listing(SPACE, len(SPACE))}.",
        )
    read = from_strings({name: text.strip('"') for name, text in strings.items()})
    rounded = {name: _rounded(v) if isinstance(v, float) else v for name, v in read.items()}
    return Configuration(_TUNED, _settled(rounded), "search").quicker(eta)


def _drawn(trial: Any, name: str) -> Value:
    room = SPACE[name]
    if isinstance(room, tuple):
        chosen: Value = trial.suggest_categorical(name, list(room))
        return chosen
    if room.whole:
        return int(trial.suggest_int(name, int(room.low), int(room.high), log=room.log))
    return _rounded(trial.suggest_float(name, room.low, room.high, log=room.log))


def _settled(params: dict[str, Value]) -> dict[str, Value]:
    """Drop what the growing policy does not use; no depth limit where leaves are counted."""
    if params["grow_policy"] == "lossguide":
        return {**params, "max_depth": 0}
    return {name: value for name, value in params.items() if name != "max_leaves"}


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


class _Deadline:
    """A budget in seconds from now; 0 never passes."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds if seconds else float("inf")

    def passed(self) -> bool:
        return time.monotonic() >= self._end
