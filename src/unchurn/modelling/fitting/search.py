"""The search around the fixed configurations, on the same out-of-fold log loss."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from unchurn.modelling.fitting.booster import Floats
from unchurn.modelling.fitting.calibration import log_loss
from unchurn.modelling.fitting.configurations import Configuration, Value
from unchurn.modelling.fitting.folds import Folds
from unchurn.modelling.fitting.parzen import draw
from unchurn.modelling.fitting.pool import run_jobs
from unchurn.modelling.fitting.space import settled

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
        tried: list[tuple[float, dict[str, Value]]] = []
        deadline = _Deadline(seconds)
        while (trials < 0 or len(tried) < trials) and not deadline.passed():
            seed = int(np.random.SeedSequence((self.seed, len(tried))).generate_state(1)[0])
            drawn = draw(tried, seed)
            tried.append((self._try(len(tried), settled(drawn)), drawn))
            best = min(self.found, key=lambda entry: entry[:2])
            say(f"best log loss {best[0]:.5f} (trial {best[1] + 1})")

    def best(self) -> list[Configuration]:
        """Return the best configuration found, or none."""
        return [min(self.found, key=lambda entry: entry[:2])[2]] if self.found else []

    def _try(self, number: int, params: dict[str, Value]) -> float:
        """Fit a trial's configuration; return its log loss, infinite where it was given up."""
        configuration = Configuration(f"search-{number + 1}", params, "search").quicker(self.eta)
        threads = self.folds.settings.threads
        margins = np.zeros(len(self.folds.rows.labels))
        losses: list[float] = []
        for start in range(0, len(self.folds.held), threads):
            groups = range(start, min(start + threads, len(self.folds.held)))
            self._fit(configuration, groups, margins)
            seen = np.concatenate(self.folds.held[: groups.stop])
            losses.append(log_loss(self.folds.rows.labels[seen], margins[seen]))
            if self._best and losses[-1] > self._best[len(losses) - 1] * _PRUNE:
                return np.inf
        if not self._best or losses[-1] < self._best[-1]:
            self._best = losses
        self.found.append((losses[-1], number, configuration))
        return losses[-1]

    def _fit(self, configuration: Configuration, groups: range, margins: Floats) -> None:
        jobs = [partial(self.folds.fit_one, configuration, group) for group in groups]
        settings, count = self.folds.settings, len(margins)
        fitted = run_jobs(jobs, settings.threads, count, lambda: None)
        for group, (found, _) in zip(groups, fitted, strict=True):
            margins[self.folds.held[group]] = found


class _Deadline:
    """A budget in seconds from now; 0 never passes."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds if seconds else float("inf")

    def passed(self) -> bool:
        return time.monotonic() >= self._end
