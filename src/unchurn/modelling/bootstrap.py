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
from dataclasses import dataclass

import numpy as np

from unchurn.modelling import metrics, reliability
from unchurn.modelling.ranking import Codes, Floats, Labels, Ranking, Scale, tie_codes

_LEVELS = (2.5, 97.5)
_COARSE = 4096
"""Most distinct probabilities on which calibration lines are refitted; exact below it."""


@dataclass(frozen=True)
class Interval:
    """A metric with its 95% bootstrap interval and standard deviation; NaN where undefined."""

    value: float
    low: float
    high: float
    deviation: float

    def to_plain(self) -> dict[str, float]:
        """Turn into {"value", "low", "high"}."""
        return {"value": self.value, "low": self.low, "high": self.high}


def intervals(
    labels: Labels,
    probabilities: Floats,
    *,
    groups: Codes | None = None,
    resamples: int = 1000,
    seed: int = 7,
    threshold: float = 0.5,
    capacity: float = 0.1,
) -> dict[str, Interval]:
    """Return every metric of `metrics.measure` with its interval.

    `labels` and `probabilities` are (n,); `groups` (n,) numbers each row's customer from 0, and
    None means that every row is a customer of its own.
    """
    scale, codes = tie_codes(labels, probabilities)
    size = 2 * len(scale.probabilities)
    whole = Ranking.from_counts(scale, np.bincount(codes, minlength=size))
    values = metrics.measure(whole, threshold, capacity)
    lines = _Lines(whole)
    names = list(values)
    table = np.full((resamples, len(names)), np.nan)
    for number in range(resamples):
        times = _drawn(len(codes), groups, seed, number)
        counts = np.bincount(codes, weights=times, minlength=size)
        ranking = Ranking.from_counts(scale, counts)
        found = {**metrics.in_closed_form(ranking, threshold, capacity), **lines.refit(ranking)}
        table[number] = [found[name] for name in names]
    return {name: summary(values[name], table[:, at]) for at, name in enumerate(names)}


def intervals_of(
    functions: Sequence[Callable[[Labels, Floats], float]],
    labels: Labels,
    probabilities: Floats,
    *,
    groups: Codes | None = None,
    resamples: int = 200,
    seed: int = 7,
) -> list[Interval]:
    """Return the interval of any functions of (labels, probabilities), called on resampled rows."""
    table = np.full((resamples, len(functions)), np.nan)
    for number in range(resamples):
        times = _drawn(len(labels), groups, seed, number)
        rows = np.repeat(np.arange(len(labels)), times)
        table[number] = [float(each(labels[rows], probabilities[rows])) for each in functions]
    values = [float(each(labels, probabilities)) for each in functions]
    return [summary(value, table[:, at]) for at, value in enumerate(values)]


def summary(value: float, resampled: Floats) -> Interval:
    """Summarise resampled values (resamples,); those undefined in a resample are left out."""
    known = resampled[np.isfinite(resampled)]
    if not np.isfinite(value) or len(known) < 2:
        return Interval(value, np.nan, np.nan, np.nan)
    low, high = (float(each) for each in np.percentile(known, _LEVELS))
    return Interval(value, min(low, value), max(high, value), float(known.std(ddof=1)))


class _Lines:
    """Refits calibration slope and intercept from the whole sample's, on merged neighbours."""

    def __init__(self, whole: Ranking) -> None:
        ties = len(whole.probabilities)
        self.size = -(-ties // _COARSE)
        self.starts = np.arange(0, ties, self.size)
        widths = np.diff(np.append(self.starts, ties))
        logits = np.add.reduceat(whole.scale.logit, self.starts) / widths
        self.scale = whole.scale if self.size == 1 else Scale(1 / (1 + np.exp(-logits)))
        merged = self._merged(whole)
        self.line = reliability.fitted_line(merged)
        self.intercept = reliability.intercept(merged)

    def _merged(self, ranking: Ranking) -> Ranking:
        if self.size == 1:
            return ranking
        churned = np.add.reduceat(ranking.churned, self.starts)
        return Ranking(self.scale, churned, np.add.reduceat(ranking.stayed, self.starts))

    def refit(self, ranking: Ranking) -> dict[str, float]:
        merged = self._merged(ranking)
        return {
            "calibration_slope": reliability.slope(merged, self.line, 1e-6),
            "calibration_intercept": reliability.intercept(merged, self.intercept, 1e-6),
        }


def _drawn(rows: int, groups: Codes | None, seed: int, number: int) -> Codes:
    """How often each row is in one resample, (rows,) int64."""
    customers = rows if groups is None else len(np.bincount(groups))
    random = np.random.default_rng([seed, number])
    times = np.bincount(random.integers(0, customers, customers), minlength=customers)
    return np.asarray(times if groups is None else times[groups], dtype=np.int64)
