"""Cross-fitting: every training row gets a margin from boosters that never saw its customer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from unchurn.errors import DataError
from unchurn.modelling import booster as xgb
from unchurn.modelling.booster import Floats, Settings
from unchurn.modelling.calibration import log_loss
from unchurn.modelling.configurations import Configuration
from unchurn.modelling.training_rows import Rows

REFIT_ROUNDS = 1.15
"""Rounds of a refit over the folds' mean best: it has more rows to learn from."""


@dataclass(frozen=True)
class CrossFit:
    """Out-of-fold margins (rows,) of one configuration, its log loss and mean best rounds."""

    configuration: Configuration
    margins: Floats
    log_loss: float
    best_rounds: float

    @property
    def refit_rounds(self) -> int:
        """Rounds when fitted on all rows."""
        return max(1, round(REFIT_ROUNDS * self.best_rounds))


@dataclass(frozen=True)
class Folds:
    """Training rows in groups of folds, with their binned matrices.

    `held`: for each group, the rows it holds out. `keep`: whether the binned matrices of
    every group stay in memory (a search uses them again) or only the latest pair.
    """

    rows: Rows
    settings: Settings
    held: tuple[npt.NDArray[np.int64], ...]
    most_rounds: int
    keep: bool = False
    _made: dict[tuple[int, int], tuple[Any, Any]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls, rows: Rows, settings: Settings, groups: int, most_rounds: int, keep: bool = False
    ) -> Folds:
        """Gather the folds that occur into at most `groups` groups.

        Raises `DataError` when all customers are in one fold, for then none can be held out.
        """
        found = np.unique(rows.folds)
        if len(found) < 2:
            raise DataError(
                f"{len(rows.labels)} training rows fall into {len(found)} fold; a model needs "
                "two or more to check itself.",
                "Bring more customers, or check that [churn] id names one row's customer.",
            )
        place = np.searchsorted(found, rows.folds) * min(groups, len(found)) // len(found)
        held = tuple(np.flatnonzero(place == group) for group in range(int(place.max()) + 1))
        return cls(rows, settings, held, most_rounds, keep)

    def fit_one(self, configuration: Configuration, group: int) -> tuple[Floats, int]:
        """Fit without `group`; return the margins of its rows and the best rounds."""
        train, valid = self._pair(group, configuration.max_bin)
        params = self.settings.complete(dict(configuration.params))
        booster, best = xgb.fit_stopping(train, valid, params, self.most_rounds)
        return xgb.margins(booster, self.rows.matrix[self.held[group]], best), best

    def cross_fit(
        self, configurations: Sequence[Configuration], advance: Callable[[], None]
    ) -> list[CrossFit]:
        """Cross-fit every configuration; `advance` is called after each fit.

        Configurations of equal `max_bin` share a group's binned rows, group by group.
        """
        margins = np.zeros((len(configurations), len(self.rows.labels)))
        rounds: list[list[int]] = [[] for _ in configurations]
        order = sorted(range(len(configurations)), key=lambda i: configurations[i].max_bin)
        for group, held in enumerate(self.held):
            for index in order:
                margins[index, held], best = self.fit_one(configurations[index], group)
                rounds[index].append(best)
                advance()
        return [
            CrossFit(each, margins[i], log_loss(self.rows.labels, margins[i]), float(np.mean(rounds[i])))
            for i, each in enumerate(configurations)
        ]

    def _pair(self, group: int, max_bin: int) -> tuple[Any, Any]:
        key = (group, max_bin)
        if key not in self._made:
            if not self.keep:
                self._made.clear()
            held = self.held[group]
            rest = np.setdiff1d(np.arange(len(self.rows.labels)), held, assume_unique=True)
            matrix, labels = self.rows.matrix, self.rows.labels
            train = xgb.binned(matrix[rest], labels[rest], self.settings, max_bin)
            valid = xgb.binned(matrix[held], labels[held], self.settings, max_bin, ref=train)
            self._made[key] = (train, valid)
        return self._made[key]


def refits(
    rows: Rows, settings: Settings, wanted: Sequence[tuple[Configuration, int]]
) -> Iterator[Any]:
    """Fit each (configuration, rounds) once on all `rows`; yields boosters in order."""
    binned: Any = None
    bins = 0
    for configuration, rounds in wanted:
        if configuration.max_bin != bins:
            binned = None
            binned = xgb.binned(rows.matrix, rows.labels, settings, configuration.max_bin)
            bins = configuration.max_bin
        yield xgb.fit(binned, settings.complete(dict(configuration.params)), rounds)
