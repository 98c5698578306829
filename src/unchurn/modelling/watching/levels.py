"""Levels of a watch: steady, look, act. An alarm is practically large and beyond chance, both.

A p-value decides nothing: chance only says how large an effect has to be before it counts as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

Level = Literal["steady", "look", "act"]
LEVELS: tuple[Level, ...] = ("steady", "look", "act")
LIMITS: dict[str, dict[str, float]] = {
    "wasserstein-1": {"look": 0.15, "act": 0.3},
    "jensen-shannon": {"look": 0.1, "act": 0.2},
    "missing": {"look": 0.03, "act": 0.1},
    "unseen": {"look": 0.03, "act": 0.1},
    "outside": {"look": 0.03, "act": 0.1},
    "two-sample auc": {"look": 0.65, "act": 0.8},
    "reach": {"look": 0.1},
    "slice calibration": {"look": 0.3},
}
"""What is practically large: standard deviations, a Jensen-Shannon distance, shares of customers,
of pairs that a booster tells apart, of a slice that is reached, and of its customers who were to leave."""
LEAST_ROWS = 30
"""Fewer customers than this are not judged: whatever they are, chance explains it."""
LEAST_WEIGHT = 0.02
"""Share of the score below which a column's change is only looked at, as is half an even share."""


def judged(measure: str, value: float, floors: Mapping[str, float]) -> Level:
    """Return the highest level of which both limit and floor are reached."""
    limits = LIMITS[measure]
    for level in ("act", "look"):
        if value >= limits[level] and value > floors[level]:
            return level
    return "steady"


def highest(levels: Iterable[str]) -> Level:
    """Return the gravest of some levels; steady where there are none."""
    found = set(levels)
    return next((each for each in reversed(LEVELS) if each in found), "steady")


def matters(weight: float | None, columns: int) -> bool:
    """Tell whether a column of this weight may ask to act; where no weight is known, each may."""
    return weight is None or weight >= min(LEAST_WEIGHT, 0.5 / max(1, columns))
