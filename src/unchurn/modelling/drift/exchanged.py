"""Columns that hold each other's values: both are unlike their own training, and like the other's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from unchurn.artefacts import Difference
from unchurn.modelling.drift.difference import LEAST_ROWS
from unchurn.modelling.drift.numbers import ArrivedNumbers, bounds, ends, fit, noise_of

_APART, _FITS = 0.1, 0.05
"""Two columns that drift towards each other are rarer than one that drifts: less is needed."""
FEWEST = 3
"""Fewer cells than this are no evidence: one customer may well be beyond all that training saw."""
_MOST = 64
"""Columns that are compared with each other, so that the work does not grow with their square."""


@dataclass(frozen=True)
class ArrivedCategories:
    """What has arrived in a category: the share of each of its training values, and what is new.

    `shares` are of all present cells; `unseen` cells are none of training's values, `examples` some.
    """

    present: int
    shares: Mapping[str, float]
    unseen: int
    examples: tuple[str, ...]


Arrived = ArrivedNumbers | ArrivedCategories


def exchanged(
    columns: Mapping[str, tuple[dict[str, Any], Arrived]],
) -> dict[tuple[str, str], Difference]:
    """Say which pairs of columns look exchanged; `columns`: each one's profile and what arrived."""
    foreign = [name for name in sorted(columns) if _foreign(*columns[name])][:_MOST]
    found: dict[tuple[str, str], Difference] = {}
    taken: set[str] = set()
    for one, other in combinations(foreign, 2):
        (then, now), (their_then, their_now) = columns[one], columns[other]
        if {one, other} & taken or then["kind"] != their_then["kind"]:
            continue
        if _fits(now, their_then) and _fits(their_now, then):
            taken |= {one, other}
            found[one, other] = _difference(one, other, now.present)
    return found


def _difference(one: str, other: str, present: int) -> Difference:
    brief = f"{one!r} and {other!r} look exchanged"
    words = (
        f"{brief}: neither holds values like its own in training, and each holds values like the "
        "other's. Check their headers."
    )
    return Difference("arrived-exchanged", brief, words, one, True, present)


def _foreign(then: dict[str, Any], now: Arrived) -> bool:
    """Tell whether a column is unlike its own training."""
    if now.present < FEWEST:
        return False
    if isinstance(now, ArrivedCategories):
        if now.unseen == now.present:
            return True
        return now.present >= LEAST_ROWS and _differ(now, then) >= _APART + _noise(now, then)
    low, high = bounds(then)
    if now.present < LEAST_ROWS:
        return now.outside == now.present
    return now.low < now.high and fit(now, then) >= _APART + noise_of(now, then) and low < high


def _fits(now: Arrived, then: dict[str, Any]) -> bool:
    """Tell whether what arrived in one column is like the training of another."""
    if isinstance(now, ArrivedCategories):
        if now.unseen == now.present:
            known = {value for value, _ in then.get("top", ())}
            return bool(now.examples) and set(now.examples) <= known
        return not now.unseen and _differ(now, then) <= _FITS + _noise(now, then) / 2
    low, high = ends(then)
    if now.present < LEAST_ROWS:
        return low <= now.low and now.high <= high
    return fit(now, then) <= _FITS + noise_of(now, then) / 2


def _differ(now: ArrivedCategories, then: dict[str, Any]) -> float:
    """Return the largest difference of a value's share; 1 where the values are others."""
    rows = max(1, then["rows"] - then["missing"])
    known = {value: count / rows for value, count in then.get("top", ())}
    if set(now.shares) - known.keys():
        return 1.0
    return float(max(abs(now.shares.get(value, 0.0) - share) for value, share in known.items()))


def _noise(now: ArrivedCategories, then: dict[str, Any]) -> float:
    rows = max(1, then["rows"] - then["missing"])
    return 2.5 * float(np.sqrt(1 / max(1, now.present) + 1 / rows))
