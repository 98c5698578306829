"""What came true of a scored month, beside what its scores and its training promised.

Customers stand for others where a campaign left them alone as a sample (`weights`), so that whom it
contacted is neither counted as the model's mistake nor missing. A measure asks for attention where it is
off by what matters (`LIMITS`) and by more than chance makes of both sides: the share that left by the intervals of
`modelling.effect.proportions`, the others by standard deviations of either. Four are judged, and share
the false alarms that a month may have with all slices, as one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from unchurn.modelling.effect.proportions import score_limits, squared_and_added
from unchurn.modelling.judging import bootstrap
from unchurn.modelling.judging.ranking import Floats, Labels, Ranking, tie_codes
from unchurn.modelling.judging.reliability import reliability_curve
from unchurn.modelling.watching.attention import compare_calibration, gravest_first
from unchurn.modelling.watching.chance import alphas
from unchurn.modelling.watching.expected import ExpectedSums
from unchurn.modelling.watching.levels import LEVELS, Level, highest

LIMITS: dict[str, dict[str, float]] = {
    "calibration": {"look": 0.15, "act": 0.3},
    "roc_auc": {"look": 0.03, "act": 0.06},
    "lift": {"look": 0.15, "act": 0.3},
    "profit": {"look": 0.25, "act": 0.5},
}
"""What is practically large: of AUC in points below what was promised; of the others in shares of it.

Of the share that left either way, of the others below alone: a month that went better alarms nobody.
"""
LEAST_LEFT = 10
"""Where fewer left or stayed, only the share that left is judged: nothing can be said of an order."""
_RESAMPLES, _FEWEST, _DRAWS = 200, 50, 200_000_000
_Z = 1.959963984540054
Figure = Mapping[str, float | None]
Sliced = tuple[Mapping[str, Any], npt.NDArray[np.int64]]
"""What training had of a column's slices, and the slice of each customer, (n,)."""


@dataclass(frozen=True)
class Judged:
    """Customers whose outcome is known, (n,) each; `weights` is how many customers each stands for.

    `earned`: what contacting each would have earned, in currency, 0 where the list does not say to;
    None where no costs are known. `hoped`: the expected value of the same.
    """

    labels: Labels
    probabilities: Floats
    weights: Floats
    earned: Floats | None = None
    hoped: Floats | None = None

    @property
    def stands_for(self) -> float:
        """How many customers all of them stand for."""
        return float(self.weights.sum())

    @property
    def effective(self) -> float:
        """How many customers of weight 1 would tell as much (Kish 1965)."""
        return self.stands_for**2 / float(np.square(self.weights).sum())


@dataclass(frozen=True)
class Promise:
    """What training promised on customers held out, {"value", "low", "high"} each; None where not known.

    `rows`: customers that training learned from, 0 where that is not known. `lift` is at the share that is judged.
    """

    rows: int = 0
    roc_auc: Figure | None = None
    log_loss: Figure | None = None
    lift: Figure | None = None


def judge(
    judged: Judged, promise: Promise, share: float, sliced: Sequence[Sliced] = (), seed: int = 7
) -> dict[str, Any]:
    """Judge a matured month; `share` is the riskiest share whose lift counts, above 0.

    Returns ``level``, ``words``, ``customers`` (that count), ``left``, ``measures`` ([{"name", "value", "low",
    "high", "promised", "expected", "change", "floor", "level"}]), ``slices`` (what `compare_calibration` returns, the
    gravest first: they ask to look at most) and ``reliability`` (bins of `reliability_curve`). ``expected`` is what the scores alone led to expect, ``change`` in the unit of
    `LIMITS`, each None where there is none.
    """
    labels, weights = judged.labels, judged.weights
    left = int(labels.sum())
    # slices ask to look at most, and share those alarms alone
    shares = {**alphas(len(LIMITS)), "look": alphas(len(LIMITS) + 1)["look"]}
    measures = [_calibration(judged, promise, shares)]
    if min(left, len(labels) - left) >= LEAST_LEFT:
        measures += _ranked(judged, promise, share, seed, shares)
    if judged.earned is not None and judged.hoped is not None:
        measures.append(_profit(judged, judged.earned, judged.hoped, shares))
    slices = _slices(judged, sliced, shares["look"])
    scale, codes = tie_codes(labels, judged.probabilities)
    counts = np.bincount(codes, weights, 2 * len(scale.probabilities))
    return {
        "level": highest(each["level"] for each in (*measures, *slices)),
        "customers": len(labels),
        "left": left,
        "measures": sorted(measures, key=lambda each: -LEVELS.index(each["level"])),
        "slices": slices,
        "reliability": reliability_curve(Ranking.from_counts(scale, counts)),
    }


def _slices(judged: Judged, sliced: Sequence[Sliced], alpha: float) -> list[dict[str, Any]]:
    """Compare what came true of every slice; all of them share `alpha`."""
    rows = judged.labels.astype(np.int64), judged.probabilities, judged.weights
    each = alpha / max(1, sum(len(then["names"]) for then, _ in sliced))
    found = (compare_calibration(then, places, *rows, each) for then, places in sliced)
    return gravest_first([one for column in found for one in column])


def _measure(
    name: str, value: Figure, promised: Figure | None, expected: Figure | None
) -> dict[str, Any]:
    """Begin a measure that nothing is judged of."""
    return {
        "name": name,
        **value,
        "promised": None if promised is None else dict(promised),
        "expected": None if expected is None else dict(expected),
        "change": None,
        "floor": None,
        "level": "steady",
    }


def _levelled(
    made: dict[str, Any], change: float, floor: Mapping[str, float], both: bool = False
) -> dict[str, Any]:
    """Judge a measure by its change: below 0 is worse, and where `both`, above too."""
    size = abs(change) if both else -change
    limits = LIMITS[made["name"]]
    levels: tuple[Level, ...] = ("act", "look")
    reached = [each for each in levels if size >= limits[each] and size > floor[each]]
    return {**made, "change": change, "floor": dict(floor), "level": highest(reached)}


def _calibration(judged: Judged, promise: Promise, shares: Mapping[str, float]) -> dict[str, Any]:
    """Compare the share that left with the mean probability, which training knew as well as its rows allow."""
    mean = float(np.average(judged.probabilities, weights=judged.weights))
    observed = float(np.average(judged.labels, weights=judged.weights))
    sizes = (judged.effective, float(promise.rows or 1e12))
    low, high = (float(each) for each in score_limits(observed, sizes[0], 0.95))
    value = {"value": observed, "low": low, "high": high}
    made = _measure("calibration", value, {"value": mean, "low": None, "high": None}, None)
    if mean <= 0:
        return made
    floor = {}
    for level, alpha in shares.items():
        apart = squared_and_added(observed, mean, sizes, 1 - alpha)
        reach = apart.value - apart.low if apart.value > 0 else apart.high - apart.value
        floor[level] = reach / mean
    return _levelled(made, observed / mean - 1, floor, both=True)


def _ranked(
    judged: Judged, promise: Promise, share: float, seed: int, shares: Mapping[str, float]
) -> list[dict[str, Any]]:
    rows = len(judged.labels)
    found = bootstrap.intervals(
        judged.labels,
        judged.probabilities,
        weights=judged.weights,
        resamples=max(_FEWEST, min(_RESAMPLES, _DRAWS // rows)),
        seed=seed,
        capacity=share,
    )
    sums = ExpectedSums()
    sums.look(judged.probabilities, judged.weights)
    expected = sums.measured(share)
    caught = found["recall_at_capacity"]
    lift = {name: each / share for name, each in caught.to_plain().items()}
    auc, loss = found["roc_auc"], found["log_loss"]
    return [
        _against(
            _measure("roc_auc", auc.to_plain(), promise.roc_auc, expected["roc_auc"]),
            auc.deviation, 1.0, shares,
        ),
        _measure("log_loss", loss.to_plain(), promise.log_loss, expected["log_loss"]),
        _against(
            _measure("lift", lift, promise.lift, expected["lift"]),
            caught.deviation / share, None, shares,
        ),
    ]  # fmt: skip


def _against(
    made: dict[str, Any], deviation: float, unit: float | None, shares: Mapping[str, float]
) -> dict[str, Any]:
    """Judge a measure beside its promise, in `unit` or, where that is None, in shares of it."""
    then = made["promised"]
    if not then or not then["value"] or then["low"] is None:
        return made
    other = (then["high"] - then["low"]) / (2 * _Z)
    apart = float(np.hypot(deviation, other)) / (unit or then["value"])
    floor = {level: _z(alpha) * apart for level, alpha in shares.items()}
    return _levelled(made, (made["value"] - then["value"]) / (unit or then["value"]), floor)


def _profit(
    judged: Judged, earned: Floats, hoped: Floats, shares: Mapping[str, float]
) -> dict[str, Any]:
    """Compare what the list would have earned for 1,000 customers with what it was expected to."""
    weights, all_ = judged.weights, judged.stands_for
    mean = float(np.average(earned, weights=weights))
    off = earned - mean
    deviation = 1000 * float(np.sqrt(np.square(weights * off).sum())) / all_
    value, hope = 1000 * mean, 1000 * float(np.average(hoped, weights=weights))
    span = {"value": value, "low": value - _Z * deviation, "high": value + _Z * deviation}
    made = _measure("profit", span, None, {"value": hope, "low": None, "high": None})
    if hope <= 0:
        return made
    floor = {level: _z(alpha) * deviation / hope for level, alpha in shares.items()}
    return _levelled(made, value / hope - 1, floor)


def _z(alpha: float) -> float:
    return NormalDist().inv_cdf(1 - alpha / 2)


def promised_lift(captured: npt.NDArray[np.float64], share: float, left: int) -> Figure | None:
    """Return the lift at a share that training promised, of the curve of gains at 0%, 1%, … 100%.

    `left` customers who left were held out: the share of them that is caught is as sure as that many
    draws. None where there is no curve.
    """
    if len(captured) < 2 or not left:
        return None
    caught = float(np.interp(share, np.linspace(0, 1, len(captured)), captured))
    low, high = (float(each) for each in score_limits(caught, left, 0.95))
    return {"value": caught / share, "low": low / share, "high": high / share}
