"""Bootstrap intervals of every metric, by customer.

A resample draws as many customers as there are, with replacement, and takes all rows of each
(the cluster bootstrap; with one row a customer it is Efron's). Rows are sorted once: a resample
is then a vector of counts over distinct probabilities, and every metric is a few passes over it.
Intervals are percentile intervals at 95%, widened where needed to hold the value itself: a
metric that resampling biases, such as calibration error, would otherwise fall outside its own.
Resample i is drawn from (seed, i) alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from unchurn.errors import ConfigError
from unchurn.modelling.judging import calibration_line, metrics
from unchurn.modelling.judging.ranking import Codes, Floats, Labels, Ranking, tie_codes

_LEVELS = (2.5, 97.5)
_CELLS = 512
"""Most cells of neighbouring probabilities on which calibration is refitted; exact below it."""
_AT_ONCE = 250
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Interval:
    """A metric with its 95% bootstrap interval and standard deviation; NaN where undefined.

    `left_out` counts the resamples in which it was undefined.
    """

    value: float
    low: float
    high: float
    deviation: float
    left_out: int = 0

    def to_plain(self) -> dict[str, float]:
        """Turn into {"value", "low", "high"}."""
        return {"value": self.value, "low": self.low, "high": self.high}


def intervals(
    labels: Labels,
    probabilities: Floats,
    *,
    groups: Codes | None = None,
    weights: Floats | None = None,
    resamples: int = 1000,
    seed: int = 7,
    threshold: float = 0.5,
    capacity: float = 0.1,
) -> dict[str, Interval]:
    """Return every metric of `metrics.measure` with its interval.

    `labels` and `probabilities` are (n,); `groups` (n,) numbers each row's customer from 0, and
    None means that every row is a customer of its own. `weights` (n,) is how many customers each row
    stands for, 1 by default.
    """
    scale, codes = tie_codes(labels, probabilities)
    size = 2 * len(scale.probabilities)
    whole = Ranking.from_counts(scale, np.bincount(codes, weights, minlength=size))
    values = metrics.measure(whole, threshold, capacity)
    lines = _Lines(whole)
    found: dict[str, list[float]] = {name: [] for name in values}
    for number in range(resamples):
        times = _drawn(len(codes), groups, seed, number)
        stands_for = times if weights is None else times * weights
        ranking = Ranking.from_counts(scale, np.bincount(codes, stands_for, minlength=size))
        for name, value in metrics.in_closed_form(ranking, threshold, capacity).items():
            found[name].append(value)
        lines.add(ranking)
    resampled = {**found, **lines.refit()}
    return {name: summary(values[name], np.asarray(resampled[name])) for name in values}


def intervals_of(
    functions: Sequence[Callable[[Labels, Floats], float]],
    labels: Labels,
    probabilities: Floats,
    *,
    groups: Codes | None = None,
    resamples: int = 200,
    seed: int = 7,
) -> list[Interval]:
    """Return the interval of any functions of (labels, probabilities), called on resampled rows.

    Raises `ConfigError` where one fails on the rows themselves. In a resample it is undefined then:
    that may lack a class, which no test table does, and a function may ask for both.
    """
    values = [float(each(labels, probabilities)) for each in functions]
    table = np.full((resamples, len(functions)), np.nan)
    for number in range(resamples):
        times = _drawn(len(labels), groups, seed, number)
        rows = np.repeat(np.arange(len(labels)), times)
        drawn = labels[rows], probabilities[rows]
        for at, each in enumerate(functions):
            with suppress(ConfigError):
                table[number, at] = float(each(*drawn))
    return [summary(value, table[:, at]) for at, value in enumerate(values)]


def summary(value: float, resampled: Floats) -> Interval:
    """Summarise resampled values (resamples,); those undefined in a resample are left out."""
    known = resampled[np.isfinite(resampled)]
    left_out = len(resampled) - len(known)
    if not np.isfinite(value) or len(known) < 2:
        return Interval(value, np.nan, np.nan, np.nan, left_out)
    low, high = (float(each) for each in np.percentile(known, _LEVELS))
    return Interval(value, min(low, value), max(high, value), float(known.std(ddof=1)), left_out)


class _Lines:
    """Refits calibration slope and intercept, many resamples at once, on merged neighbours."""

    def __init__(self, whole: Ranking) -> None:
        ties = len(whole.probabilities)
        self.starts = np.arange(0, ties, -(-ties // _CELLS))
        widths = np.diff(np.append(self.starts, ties))
        self.logit = np.add.reduceat(whole.scale.logit, self.starts) / widths
        self.start = (0.0, 1.0), 0.0
        self.waiting: list[tuple[Floats, Floats]] = []
        self.done: list[tuple[tuple[Floats, Floats], Floats]] = []
        self.add(whole)
        self._fit()
        (constants, slopes), intercepts = self.done.pop()
        if np.isfinite(slopes[0]):
            self.start = (float(constants[0]), float(slopes[0])), float(intercepts[0])

    def add(self, ranking: Ranking) -> None:
        churned = np.add.reduceat(ranking.churned, self.starts)
        self.waiting.append((churned, churned + np.add.reduceat(ranking.stayed, self.starts)))
        if len(self.waiting) == _AT_ONCE:
            self._fit()

    def _fit(self) -> None:
        if self.waiting:
            churned, rows = (np.stack(each) for each in zip(*self.waiting, strict=True))
            line, constant = self.start
            made = calibration_line.slopes(self.logit, churned, rows, line, _TOLERANCE)
            self.done.append(
                (made, calibration_line.intercepts(self.logit, churned, rows, constant, _TOLERANCE))
            )
        self.waiting = []

    def refit(self) -> dict[str, Floats]:
        self._fit()
        return {
            "calibration_slope": np.concatenate([line[1] for line, _ in self.done]),
            "calibration_intercept": np.concatenate([constant for _, constant in self.done]),
        }


def _drawn(rows: int, groups: Codes | None, seed: int, number: int) -> Codes:
    """How often each row is in one resample, (rows,) int64."""
    customers = rows if groups is None else len(np.bincount(groups))
    random = np.random.default_rng([seed, number])
    times = np.bincount(random.integers(0, customers, customers), minlength=customers)
    return np.asarray(times if groups is None else times[groups], dtype=np.int64)
