"""The search around the fixed configurations, on the same out-of-fold margins."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from unchurn.modelling.fitting.booster import Floats
from unchurn.modelling.fitting.configurations import Configuration
from unchurn.modelling.fitting.folds import Folds
from unchurn.modelling.fitting.objectives import OBJECTIVES
from unchurn.modelling.fitting.parzen import draw
from unchurn.modelling.fitting.pool import run_jobs
from unchurn.modelling.fitting.space import settled, space_of
from unchurn.project import Tune
from unchurn.project.hyperparameters import Value


@dataclass
class _Trial:
    """A configuration under trial: its margins so far, and its loss after each turn of folds."""

    number: int
    configuration: Configuration
    margins: Floats
    losses: list[float] = field(default_factory=list)
    given_up: bool = False


@dataclass
class Search:
    """A search that can be stopped at any moment and still tells what it found.

    `tune` says by what trials are judged, where and how they are drawn, and how many at once.
    `eta`: how many times the learning rates are raised for the table's size. `found` holds
    (loss, trial number, configuration) of every finished trial; less loss is better.
    """

    folds: Folds
    seed: int
    eta: float = 1.0
    tune: Tune = field(default_factory=Tune)
    found: list[tuple[float, int, Configuration]] = field(default_factory=list)
    _best: list[float] = field(default_factory=list)

    def run(self, trials: int, seconds: float, say: Callable[[str], None]) -> None:
        """Try `trials` configurations (or any number, within `seconds`); `say` tells each end.

        Trial k's sampler is seeded by (seed, k): it depends on the trials before its turn only
        through their results. Raises KeyboardInterrupt through; `found` stays valid.
        """
        tried: list[tuple[float, dict[str, Value]]] = []
        at_once, deadline = self.tune.parallel or 1, _Deadline(seconds)
        while (trials < 0 or len(tried) < trials) and not deadline.passed():
            left = at_once if trials < 0 else min(at_once, trials - len(tried))
            drawn = [self._draw(tried, len(tried) + each) for each in range(left)]
            losses = self._try(len(tried), [settled(each) for each in drawn])
            tried += zip(losses, drawn, strict=True)
            best = min(self.found, key=lambda entry: entry[:2])
            words = OBJECTIVES[self.tune.objective].words(best[0])
            for _ in drawn:
                say(f"best {words} (trial {best[1] + 1})")

    def best(self) -> list[Configuration]:
        """Return the best configuration found, or none."""
        return [min(self.found, key=lambda entry: entry[:2])[2]] if self.found else []

    def _draw(
        self, tried: Sequence[tuple[float, dict[str, Value]]], number: int
    ) -> dict[str, Value]:
        seed = int(np.random.SeedSequence((self.seed, number)).generate_state(1)[0])
        learnt = tried if self.tune.strategy == "bayesian" else []
        return draw(learnt, seed, space_of(self.tune))

    def _try(self, first: int, drawn: Sequence[dict[str, Value]]) -> list[float]:
        """Fit the configurations of one turn; return their losses, infinite where given up."""
        threads, held = self.folds.settings.threads, self.folds.held
        trials = [self._trial(number, params) for number, params in enumerate(drawn, first)]
        for start in range(0, len(held), threads):
            groups = range(start, min(start + threads, len(held)))
            going = [trial for trial in trials if not trial.given_up]
            self._fit(going, groups)
            for trial in going:
                self._judge(trial, groups.stop)
        for trial in trials:
            if not trial.given_up:
                if not self._best or trial.losses[-1] < self._best[-1]:
                    self._best = trial.losses
                self.found.append((trial.losses[-1], trial.number, trial.configuration))
        return [np.inf if trial.given_up else trial.losses[-1] for trial in trials]

    def _trial(self, number: int, params: dict[str, Value]) -> _Trial:
        made = Configuration(f"search-{number + 1}", params, "search").quicker(self.eta)
        return _Trial(number, made, np.zeros(len(self.folds.rows.labels)))

    def _judge(self, trial: _Trial, groups: int) -> None:
        """Measure a trial on the folds so far, beside the best one there."""
        objective = OBJECTIVES[self.tune.objective]
        seen = np.concatenate(self.folds.held[:groups])
        trial.losses.append(objective.loss(self.folds.rows.labels[seen], trial.margins[seen]))
        if self._best:
            limit = self._best[len(trial.losses) - 1] * objective.slack
            trial.given_up = trial.losses[-1] > limit

    def _fit(self, trials: Sequence[_Trial], groups: range) -> None:
        places = [(trial, group) for trial in trials for group in groups]
        jobs = [partial(self.folds.fit_one, t.configuration, group) for t, group in places]
        settings, count = self.folds.settings, len(self.folds.rows.labels)
        fitted = run_jobs(jobs, settings.threads, count, lambda: None)
        for (trial, group), (found, _) in zip(places, fitted, strict=True):
            trial.margins[self.folds.held[group]] = found


class _Deadline:
    """A budget in seconds from now; 0 never passes."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds if seconds else float("inf")

    def passed(self) -> bool:
        return time.monotonic() >= self._end
