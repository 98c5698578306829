"""What the search draws hyperparameters from, and the configurations that drawn values make."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from unchurn.errors import ConfigError, listing
from unchurn.modelling.fitting.configurations import Configuration, from_strings
from unchurn.modelling.fitting.plan import Plan
from unchurn.project import Tune
from unchurn.project.fixed_configurations import ONE_HOT
from unchurn.project.hyperparameters import RULES, Value, is_range


@dataclass(frozen=True)
class Range:
    """Numbers that a hyperparameter is drawn from, ends included."""

    low: float
    high: float
    log: bool = False
    whole: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """The range on the scale that is drawn on; a whole number has half a unit on each side."""
        half = 0.5 if self.whole else 0.0
        low, high = self.low - half, self.high + half
        return (math.log(low), math.log(high)) if self.log else (low, high)

    def at(self, place: float) -> float | int:
        """Return the number at a place on the scale of `ends`: a whole one, or of four digits."""
        number = math.exp(place) if self.log else place
        number = min(max(round(number) if self.whole else number, self.low), self.high)
        return int(number) if self.whole else _rounded(number)

    def place(self, number: float) -> float:
        """Return where a number lies on the scale of `ends`."""
        return math.log(number) if self.log else number


Room = Range | tuple[Value, ...]
Space = Mapping[str, Room]
"""Hyperparameters in the order in which they are drawn; a tuple is a choice."""

SPACE: Space = {
    "eta": Range(0.04, 0.1, log=True),
    "min_child_weight": Range(1e-3, 12, log=True),
    "lambda": Range(1e-2, 20, log=True),
    "alpha": Range(1e-3, 2, log=True),
    "gamma": Range(1e-3, 2, log=True),
    "subsample": Range(0.5, 1.0),
    "colsample_bynode": Range(0.3, 1.0),
    "max_bin": (48, 256),
    "max_cat_to_onehot": (4, ONE_HOT),
    "grow_policy": ("depthwise", "lossguide"),
    "max_leaves": Range(6, 96, log=True, whole=True),
    "max_depth": Range(3, 10, whole=True),
}
"""Every hyperparameter that is searched, and where: the neighbourhood of the fixed configurations.
A tuple is a choice. ``max_leaves`` counts with ``lossguide`` alone, ``max_depth`` with
``depthwise`` alone."""
_UNUSED = {"lossguide": "max_depth", "depthwise": "max_leaves"}
_TUNED = "search-1"


def space_of(tune: Tune) -> Space:
    """Return where a search looks: `SPACE`, with the ranges of churn.toml in place of its own.

    What it does not search is added behind. A range that begins at 0 is drawn from evenly.
    """
    found: dict[str, Room] = dict(SPACE)
    for name, values in tune.ranges.items():
        usual = found.get(name)
        log = isinstance(usual, Range) and usual.log and float(values[0]) > 0
        whole = RULES[name].kind is int
        found[name] = (
            Range(float(values[0]), float(values[1]), log, whole) if is_range(values) else values
        )
    return found


def rate_of(tune: Tune, size: Plan) -> float:
    """Return how many times a search's learning rates are raised for the table's size.

    Those of churn.toml are not: they are tried as they are written.
    """
    return 1.0 if "eta" in tune.ranges else size.eta


def is_used(name: str, drawn: Mapping[str, Value]) -> bool:
    """Tell whether a hyperparameter counts beside those `drawn` before it."""
    return name != _UNUSED.get(str(drawn.get("grow_policy")))


def settled(drawn: Mapping[str, Value]) -> dict[str, Value]:
    """Drop what the growing policy does not use; no depth limit where leaves are counted."""
    if drawn["grow_policy"] == "lossguide":
        return {**drawn, "max_depth": 0}
    return {name: value for name, value in drawn.items() if name != "max_leaves"}


def from_tuner(strings: Mapping[str, str], eta: float, space: Space = SPACE) -> Configuration:
    """Turn a tuner's strings for the keys of `space` into the configuration a trial would fit.

    `eta`: how many times the learning rate is raised for the table's size. The same values as
    `parzen.draw` draws give the same configuration. Raises `ConfigError` naming a key that is
    missing, unknown or out of bounds.
    """
    missing = [name for name in space if name not in strings]
    strange = [name for name in strings if name not in space]
    if missing or strange:
        what = "lack" if missing else "have the unknown key"
        raise ConfigError(
            f"The searched hyperparameters {what} {listing(missing or strange)}.",
            f"They are {listing(space, len(space))}.",
        )
    read = from_strings({name: text.strip('"') for name, text in strings.items()})
    rounded = {name: _rounded(v) if isinstance(v, float) else v for name, v in read.items()}
    return Configuration(_TUNED, settled(rounded), "search").quicker(eta)


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
