"""A number or date column that arrives, against the bins of its training rows.

The profile knows exactly how many training cells were at or below each of its edges, so that
the distance of two distributions (the largest difference of their shares at an edge) needs no
training row. The reading under which arriving values fit best, plain or moved by a power of
ten and the like, is the one that is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from unchurn.artefacts import Difference
from unchurn.modelling.drift.difference import GRAVE, LEAST_ROWS, beyond_chance

Floats = npt.NDArray[np.float64]
_DAY = 86_400_000_000.0
_APART, _FEW_APART, _FITS = 0.25, 0.35, 0.1
_TWICE, _TWICE_APART, _TWICE_FITS = (2.0, 0.5), 0.1, 0.05
"""Factors so small that the whole shape must tell them, and be told by less."""
_MOVED, _TURNED, _TURNING = 0.5, 0.3, 0.15
_OUTSIDE = 0.05
_EDGES = 4
"""A scale is told by the shape of a distribution; fewer edges hardly have one."""
_FACTORS = {
    100.0: "cents for euros?",
    0.01: "whole units for hundredths, or shares for percentages?",
    1000.0: "a decimal mark read as a thousands mark, or other units?",
    0.001: "written in thousands?",
    2.0: "counted twice, of two periods instead of one, or other customers?",
    0.5: "of half a period, or other customers, such as new ones?",
    60.0: "seconds for minutes?",
    1 / 60: "minutes for seconds, or hours for minutes?",
    12.0: "months for years?",
    1 / 12: "years for months?",
    24.0: "hours for days?",
    1 / 24: "days for hours?",
    -1.0: "is the sign turned round?",
    **{10.0**power: "other units?" for power in (1, -1, 4, -4, 5, -5, 6, -6)},
}


@dataclass(frozen=True)
class ArrivedNumbers:
    """What has arrived in a column: `sample` (some present values, evenly over the rows).

    `present` cells, of which `outside` lie beyond what training saw; `low` and `high` are the
    least and the largest. Dates are microseconds since 1970.
    """

    sample: Floats
    present: int
    outside: int
    low: float
    high: float


def ends(then: dict[str, Any]) -> tuple[float, float]:
    """Return the least and largest training value; of dates in microseconds since 1970."""
    values = as_numbers(then["quantiles"])
    return float(values[0]), float(values[-1])


def bulk(then: dict[str, Any]) -> tuple[float, float, float, float, int]:
    """Return where most of training's numbers lie, and which share of their quantiles is whole.

    Most are all but a twentieth at either end. Then come the median, and how many numbers there are.
    """
    values = as_numbers(then["quantiles"])
    whole, middle = np.mean(values == np.floor(values)), values[len(values) // 2]
    rows = then["rows"] - then["missing"]
    return float(values[1]), float(values[-2]), float(whole), float(middle), rows


def bounds(then: dict[str, Any]) -> tuple[float, float]:
    """Return the ends of training; dates widened by as much again, for they go on."""
    low, high = ends(then)
    wider = max(high - low, 31 * _DAY) if then["kind"] == "date" else 0.0
    return low - wider, high + wider


def as_numbers(values: list[Any]) -> Floats:
    """Read quantiles or edges of a profile: numbers, or ISO dates as microseconds since 1970."""
    if values and isinstance(values[0], str):
        return np.array(values, dtype="datetime64[us]").astype(np.int64).astype(np.float64)
    return np.array(values, dtype=np.float64)


def number_differs(name: str, then: dict[str, Any], now: ArrivedNumbers) -> Iterator[Difference]:
    """Yield at most one difference of a column, the one that explains most."""
    rows = then["rows"] - then["missing"]
    edges, bins = as_numbers(then["edges"]), np.array(then["bins"], dtype=np.float64)
    shares = np.cumsum(bins)[:-1] / bins.sum()
    apart, noise = _distance(now.sample, edges, shares), _noise(now.sample, rows)
    steps = [*_scaled(name, then, now, edges, shares)]
    if not steps and now.low == now.high:
        steps = [*_constant(name, then, now, edges, bins)]
    if not steps:
        steps = [*_neither(name, then, now), *_reversed(name, then, now, edges, shares)]
        steps += [*_outside(name, then, now, rows)]
    if not steps and apart - noise >= _MOVED and then["kind"] == "number":
        words = f"{name!r} is far from what training saw ({_medians(then, now)})."
        steps = [Difference("arrived-moved", f"{name!r} is far from training", words, name)]
    yield from steps[:1]


def fit(now: ArrivedNumbers, then: dict[str, Any]) -> float:
    """Return how far numbers are from a profile's: the largest difference of shares at its edges."""
    edges, bins = as_numbers(then["edges"]), np.array(then["bins"], dtype=np.float64)
    return _distance(now.sample, edges, np.cumsum(bins)[:-1] / bins.sum())


def noise_of(now: ArrivedNumbers, then: dict[str, Any]) -> float:
    """Return how large such a difference may be by chance."""
    return _noise(now.sample, then["rows"] - then["missing"])


def _distance(values: Floats, edges: Floats, shares: Floats) -> float:
    if not len(values) or not len(edges):
        return 0.0
    found = np.searchsorted(np.sort(values), edges, side="right") / len(values)
    return float(np.abs(found - shares).max())


def _noise(values: Floats, rows: int) -> float:
    return 2.5 * sqrt(1 / max(1, len(values)) + 1 / max(1, rows))


def _scaled(
    name: str, then: dict[str, Any], now: ArrivedNumbers, edges: Floats, shares: Floats
) -> Iterator[Difference]:
    values, rows = now.sample, then["rows"] - then["missing"]
    if then["kind"] != "number" or then["distinct"] < 3:
        return
    some = values[values != 0]
    if len(edges) > 2 and edges[0] == then["quantiles"][0] == 0 and len(some) >= LEAST_ROWS:
        # A zero stays zero in any unit: those that are not say more.
        values, rows = some, round(rows * (1 - shares[0]))
        edges, shares = edges[1:], (shares[1:] - shares[0]) / (1 - shares[0])
    apart, noise = _distance(values, edges, shares), _noise(values, rows)
    if len(edges) < 2 or apart - noise < (_TWICE_APART if len(edges) >= _EDGES else _FEW_APART):
        return
    fits = {factor: _distance(values / factor, edges, shares) for factor in _FACTORS}
    best = min(fits, key=lambda factor: fits[factor])
    if best in _TWICE:
        if len(edges) >= _EDGES and fits[best] <= min(_TWICE_FITS + noise / 2, apart / 3):
            yield _twice(name, best, then, now)
        return
    if apart - noise < _APART or fits[best] > min(_FITS + noise / 2, apart / 2):
        return
    if best == -1.0:
        brief = f"{name!r} has the other sign"
    else:
        times = f"{best:,.0f} times" if best > 1 else f"1/{1 / best:,.0f} of"
        brief = f"{name!r} is about {times} what training saw"
    words = f"{brief} ({_medians(then, now)}): {_FACTORS[best]}"
    yield Difference("arrived-scale", brief, words, name, True, now.present)


def _twice(name: str, factor: float, then: dict[str, Any], now: ArrivedNumbers) -> Difference:
    """Say that a column is twice or half of what it was; a list of some customers only may be so."""
    times = "twice" if factor > 1 else "half of"
    brief = f"{name!r} is about {times} what training saw"
    words = f"{brief} ({_medians(then, now)}): {_FACTORS[factor]}"
    share, rows = now.outside / max(1, now.present), then["rows"] - then["missing"]
    grave = beyond_chance(0.0, rows, share, now.present) >= GRAVE
    return Difference("arrived-scale", brief, words, name, grave, now.present)


def _constant(
    name: str, then: dict[str, Any], now: ArrivedNumbers, edges: Floats, bins: Floats
) -> Iterator[Difference]:
    # The bin that holds the value had at least as many training cells as the value itself.
    share = bins[np.searchsorted(edges, now.low, side="left")] / bins.sum()
    if then["distinct"] > 1 and share**now.present < 1e-9:
        brief = f"{name!r} is the same for all"
        words = f"{name!r} is {_shown(now.low, then)} for all customers; training saw {then['distinct']:,} different values."
        grave = then["distinct"] > 10
        yield Difference("arrived-constant", brief, words, name, grave, now.present)


def _reversed(
    name: str, then: dict[str, Any], now: ArrivedNumbers, edges: Floats, shares: Floats
) -> Iterator[Difference]:
    lowest = as_numbers(then["quantiles"][:1])
    if then["distinct"] == 2 and len(edges) and edges[0] == lowest[0] and not now.outside:
        share = float((now.sample == lowest[0]).mean())
        rows = then["rows"] - then["missing"]
        value = _shown(float(lowest[0]), then)
        yield from reversed_share(name, value, (float(shares[0]), rows), (share, len(now.sample)))


def reversed_share(
    name: str, value: str, then: tuple[float, int], now: tuple[float, int]
) -> Iterator[Difference]:
    """Say that the shares of a column's two values have changed places."""
    beyond = beyond_chance(*then, *now)
    if beyond >= _TURNING and abs(now[0] - (1 - then[0])) <= 0.15:
        brief = f"{name!r} looks reversed"
        words = f"{name!r} looks reversed: {value} for {now[0]:.0%} of customers, {then[0]:.0%} in training."
        yield Difference("arrived-reversed", brief, words, name, beyond >= _TURNED, now[1])


def _neither(name: str, then: dict[str, Any], now: ArrivedNumbers) -> Iterator[Difference]:
    """Where training saw two numbers, say that others have come between them."""
    two = as_numbers(then["quantiles"])[[0, -1]]
    odd = ~np.isin(now.sample, two)
    share = float(odd.mean()) if len(odd) else 0.0
    beyond = beyond_chance(0.0, then["rows"] - then["missing"], share, len(now.sample))
    if then["distinct"] == 2 and two[0] != two[1] and beyond >= _OUTSIDE:
        low, high = (_shown(float(each), then) for each in two)
        brief = f"{share:.0%} of {name!r} is neither {low} nor {high}"
        such = _shown(float(now.sample[odd][0]), then)
        words = f"{brief} (such as {such}), all that training saw."
        yield Difference("arrived-unseen", brief, words, name, beyond >= GRAVE, int(odd.sum()))


def _outside(
    name: str, then: dict[str, Any], now: ArrivedNumbers, rows: int
) -> Iterator[Difference]:
    share = now.outside / max(1, now.present)
    beyond = beyond_chance(0.0, rows, share, now.present)
    if beyond >= _OUTSIDE:
        low, high = (_shown(float(each), then) for each in as_numbers(then["quantiles"])[[0, -1]])
        brief = f"{share:.0%} of {name!r} lies outside what training saw"
        seen = f"{_shown(now.low, then)} to {_shown(now.high, then)}, {low} to {high} in training"
        words = f"{brief} ({seen})."
        yield Difference("arrived-range", brief, words, name, beyond >= GRAVE, now.outside)


def _medians(then: dict[str, Any], now: ArrivedNumbers) -> str:
    trained = as_numbers(then["quantiles"])
    middle = float(trained[len(trained) // 2])
    found = float(np.median(now.sample)) if len(now.sample) else float("nan")
    return f"median {_shown(found, then)} against {_shown(middle, then)}"


def _shown(value: float, then: dict[str, Any]) -> str:
    if then["kind"] == "date":
        return str(np.datetime64(int(value), "us").astype("datetime64[D]"))
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
