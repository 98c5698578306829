"""Cross-fitting: every training row gets a margin from boosters that never saw its customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from unchurn.artefacts import EARLY, LATE
from unchurn.errors import DataError
from unchurn.modelling.fitting import booster as xgb
from unchurn.modelling.fitting.booster import Floats, Settings
from unchurn.modelling.fitting.calibration import log_loss
from unchurn.modelling.fitting.configurations import Configuration
from unchurn.modelling.fitting.pool import ALONE, Spread, run_jobs
from unchurn.modelling.fitting.training_rows import Rows

REFIT_ROUNDS = 1.15
"""Rounds of a refit over the folds' mean best: it has more rows to learn from."""
RACED, GOING, CLEAR = 2, 4, 2.0
"""Groups of folds after which the field thins, how many go on at least, and standard errors that are clear."""


@dataclass(frozen=True)
class CrossFit:
    """Out-of-fold margins of one configuration, its log loss and mean best rounds.

    `margins` are those of the judged rows, in order: all of them, unless rows have phases or one
    fold alone is held out. `booster`: then the fit itself, cut to its best rounds, in XGBoost's UBJSON.
    `raced`: groups of folds after which it was given up, and all that its figures are of; 0: it was not.
    """

    configuration: Configuration
    margins: Floats
    log_loss: float
    best_rounds: float
    booster: bytes | None = None
    raced: int = 0

    @property
    def shipped_rounds(self) -> int:
        """Rounds of the booster that is shipped: of the fit itself, or when fitted on all rows."""
        more = 1.0 if self.booster else REFIT_ROUNDS
        return max(1, round(more * self.best_rounds))

    @property
    def file(self) -> str:
        """Name of its booster file."""
        return f"{self.configuration.name}.ubj"


@dataclass(frozen=True)
class Folds:
    """Training rows in groups of folds.

    `held`: the rows that each group holds out. Where rows have phases, those are late ones, and a
    group is fitted on the early rows of the others. One group that holds out one fold judges
    fits that are shipped as they are.
    """

    rows: Rows
    settings: Settings
    held: tuple[npt.NDArray[np.int64], ...]
    most_rounds: int

    @classmethod
    def of(cls, rows: Rows, settings: Settings, groups: int, most_rounds: int) -> Folds:
        """Gather the folds that occur into at most `groups` groups; of 1, hold out the first fold alone.

        Folds forward in time are two at least, for what is shipped shall know the late rows. Raises
        `DataError` when all customers are in one fold, for then none can be held out.
        """
        found = np.unique(rows.folds)
        if len(found) < 2:
            raise DataError(
                f"{len(rows.labels)} training rows fall into {len(found)} fold; a model needs "
                "two or more to check itself.",
                "Bring more customers, or check that [churn] id names one row's customer.",
            )
        alone = groups == 1 and rows.phases is None
        late = True if rows.phases is None else rows.phases == LATE
        count = len(found) if alone else min(max(groups, 2), len(found))
        place = np.searchsorted(found, rows.folds) * count // len(found)
        judged = range(1 if alone else count)
        held = tuple(np.flatnonzero((place == group) & late) for group in judged)
        made = cls(rows, settings, tuple(each for each in held if len(each)), most_rounds)
        if rows.phases is not None and not all(len(made._others(each)) for each in made.held):
            raise DataError(
                "Folds cannot run forward in time: no earlier row of another customer is left.",
                "Set [split] forward = false, or bring more customers.",
            )
        return made

    @property
    def judged(self) -> npt.NDArray[np.int64]:
        """The rows that some group holds out, in order."""
        return np.sort(np.concatenate(self.held))

    @property
    def labels(self) -> npt.NDArray[np.int8]:
        """Labels of the judged rows."""
        return self.rows.labels[self.judged]

    @property
    def shipped(self) -> bool:
        """Whether fits are shipped as they are: one fold alone is held out."""
        return len(self.held) == 1 and self.rows.phases is None

    def fit_one(self, configuration: Configuration, group: int, threads: int) -> tuple[Floats, int]:
        """Fit without `group`; return the margins of its rows and the best rounds."""
        _, margins, best = self._fit(configuration, group, threads)
        return margins, best

    def _fit_kept(
        self, configuration: Configuration, group: int, threads: int
    ) -> tuple[bytes | None, Floats, int]:
        """Fit without `group`, as `fit_one`; the fit itself comes first, where it is shipped."""
        booster, margins, best = self._fit(configuration, group, threads)
        return bytes(booster[:best].save_raw("ubj")) if self.shipped else None, margins, best

    def _fit(
        self, configuration: Configuration, group: int, threads: int
    ) -> tuple[Any, Floats, int]:
        held = self.held[group]
        rest = self._others(held)
        settings = self.settings.using(threads)
        # Made anew for each fit: binning costs little, and fits share nothing they could race on.
        train = self._binned(rest, settings, configuration)
        valid = self._binned(held, settings, configuration, train)
        params = settings.complete(configuration.params)
        booster, best = xgb.fit_stopping(train, valid, params, self.most_rounds)
        margins = xgb.margins(booster, self.rows.view(configuration.derived)[held], best)
        return booster, margins, best

    def _others(self, held: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Find the rows to fit on: other customers, and earlier ones where rows have phases."""
        if self.rows.phases is None:
            every = np.arange(len(self.rows.labels))
            return np.setdiff1d(every, held, assume_unique=True)
        out = np.isin(self.rows.folds, np.unique(self.rows.folds[held]))
        return np.flatnonzero(~out & (self.rows.phases == EARLY))

    def _binned(
        self,
        places: npt.NDArray[np.int64],
        settings: Settings,
        configuration: Configuration,
        ref: Any = None,
    ) -> Any:
        rows = self.rows
        weights = None if rows.weights is None else rows.weights[places]
        return xgb.binned(
            rows.view(configuration.derived)[places],
            rows.labels[places],
            settings,
            configuration.max_bin,
            ref,
            weights,
        )

    def cross_fit(
        self,
        configurations: Sequence[Configuration],
        advance: Callable[[], None],
        spread: Spread = ALONE,
    ) -> list[CrossFit]:
        """Cross-fit every configuration; `advance` is called after each fit of this host's share.

        The dearest are fitted first, so that neither a core nor a host waits for a long one at the end.
        Who is `behind` after `RACED` groups is fitted on no other.
        """
        course = _Course(self, configurations)
        first = min(RACED, len(self.held))
        course.run(range(len(configurations)), range(first), advance, spread)
        going = course.going(first)
        course.run(going, range(first, len(self.held)), advance, spread)
        for _ in range((len(configurations) - len(going)) * (len(self.held) - first)):
            advance()
        return [course.found(index, index in going) for index in range(len(configurations))]


class _Course:
    """Margins, best rounds and fits of configurations so far, over groups of folds."""

    def __init__(self, folds: Folds, configurations: Sequence[Configuration]) -> None:
        self.folds = folds
        self.configurations = configurations
        self.margins = np.zeros((len(configurations), len(folds.rows.labels)))
        self.rounds: list[list[int]] = [[] for _ in configurations]
        self.boosters: list[bytes | None] = [None for _ in configurations]

    def run(
        self,
        going: Sequence[int],
        groups: Sequence[int],
        advance: Callable[[], None],
        spread: Spread,
    ) -> None:
        """Fit each configuration of places `going` without each of `groups`."""
        folds = self.folds
        places = [(index, group) for index in reversed(going) for group in groups]
        jobs = [
            partial(folds._fit_kept, self.configurations[index], group) for index, group in places
        ]
        of = [["fold", group, self.configurations[index].to_plain()] for index, group in places]
        rows = len(folds.rows.labels)
        fitted = run_jobs(spread.kept(jobs, of), folds.settings.threads, rows, advance, spread)
        for (index, group), (booster, found, best) in zip(places, fitted, strict=True):
            self.margins[index, folds.held[group]] = found
            self.rounds[index].append(best)
            self.boosters[index] = booster

    def going(self, groups: int) -> list[int]:
        """Return who is fitted on: those not `behind`, and what somebody else than us asked for."""
        if groups == len(self.folds.held):
            return list(range(len(self.configurations)))
        seen = np.concatenate(self.folds.held[:groups])
        late = behind(self.margins[:, seen], self.folds.rows.labels[seen])
        return [
            index
            for index, each in enumerate(self.configurations)
            if each.source != "fixed" or not late[index]
        ]

    def found(self, index: int, whole: bool) -> CrossFit:
        """Tell of one configuration, on the groups it was fitted without."""
        folds, rounds = self.folds, self.rounds[index]
        judged = folds.judged if whole else np.sort(np.concatenate(folds.held[: len(rounds)]))
        margins = self.margins[index, judged]
        loss = log_loss(folds.rows.labels[judged], margins)
        raced = 0 if whole else len(rounds)
        return CrossFit(
            self.configurations[index],
            margins,
            loss,
            float(np.mean(rounds)),
            self.boosters[index],
            raced,
        )


def behind(margins: Floats, labels: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
    """Tell of each configuration whether it is clearly worse than the best, and not among the best `GOING`.

    `margins` is (configurations, rows) of log odds. Clearly worse is one whose mean log loss over the same rows
    is higher by more than `CLEAR` standard errors of the difference, a paired comparison (Maron and Moore,
    "Hoeffding races", 1993, have the idea).
    """
    losses = np.logaddexp(0.0, np.where(labels == 1, -margins, margins))
    means = losses.mean(axis=1)
    order = np.argsort(means, kind="stable")
    worse = losses - losses[order[0]]
    error = worse.std(axis=1) / np.sqrt(len(labels))
    late = worse.mean(axis=1) > CLEAR * error
    late[order[:GOING]] = False
    return np.asarray(late)


def refit(
    rows: Rows, settings: Settings, configuration: Configuration, rounds: int, threads: int
) -> Any:
    """Fit a configuration once on all `rows`, for exactly `rounds` rounds."""
    settings = settings.using(threads)
    weights = rows.weights
    matrix = np.ascontiguousarray(rows.view(configuration.derived))
    binned = xgb.binned(matrix, rows.labels, settings, configuration.max_bin, weights=weights)
    return xgb.fit(binned, settings.complete(configuration.params), rounds)
