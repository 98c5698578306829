"""Configurations of XGBoost: the fixed ones, and the one place where their text is parsed.

``params.json`` and SageMaker carry hyperparameters as strings; `to_strings` writes the
canonical form and `from_strings` is the only reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from unchurn.errors import ConfigError, listing
from unchurn.project.hyperparameters import Value, parse

MAX_BIN = 256
"""Bins of a number where a configuration does not say."""


@dataclass(frozen=True)
class Configuration:
    """A name, where it comes from, and its hyperparameters as XGBoost takes them.

    `derived`: whether it reads the derived columns beside the table's own.
    """

    name: str
    params: Mapping[str, Value]
    source: str = "fixed"
    derived: bool = False

    @property
    def max_bin(self) -> int:
        """Bins of a number."""
        return int(self.params.get("max_bin", MAX_BIN))

    def quicker(self, times: float) -> Configuration:
        """Return this configuration with its eta `times` higher, at most 0.3."""
        eta = min(max(0.3, float(self.params["eta"])), float(self.params["eta"]) * times)
        return replace(self, params={**self.params, "eta": eta})

    def to_plain(self) -> dict[str, Any]:
        """Turn into an entry of ``params.json``."""
        plain = {"name": self.name, "source": self.source, "params": to_strings(self.params)}
        return {**plain, "derived": True} if self.derived else plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Read an entry of ``params.json``. Raises `ConfigError`."""
        params, source = from_strings(plain["params"]), plain.get("source", "fixed")
        return cls(plain["name"], params, source, plain.get("derived", False))


def to_strings(params: Mapping[str, Value]) -> dict[str, str]:
    """Write hyperparameters as canonical strings: at most 12 digits, no trailing zeros."""
    return {key: v if isinstance(v, str) else f"{v:.12g}" for key, v in sorted(params.items())}


def from_strings(params: Mapping[str, str]) -> dict[str, Value]:
    """Read hyperparameters from strings. Raises `ConfigError` naming key, value and choices."""
    return {key: parse(key, str(text).strip()) for key, text in sorted(params.items())}


ONE_HOT = 255
"""`max_cat_to_onehot` at which every split on a category asks for one value. On larose (51
states, no signal in them) it brought log loss from 0.216 to 0.166: partitions of many values
fit noise. ``deep`` keeps partitions, for tables where groups of values matter."""


DERIVED = ("light", "every-row")
"""Configurations that are there once more, reading the derived columns too."""


def fixed() -> dict[str, Configuration]:
    """Return the fixed configurations in order, simplest first.

    Noisy tables want the first ones, near-deterministic tables the others; weights found on
    out-of-fold predictions pick the regime. ``whole``, ``forest`` and ``coarse`` are fitted only
    when named: others earn their weights (benchmarks/quality). `fitting.plan` says which suit a size.
    """
    single: dict[str, Value] = {"max_cat_to_onehot": ONE_HOT}
    table: dict[str, dict[str, Value]] = {
        "shallow": {
            "eta": 0.06, "max_depth": 3, "min_child_weight": 5, "lambda": 5,
            "colsample_bytree": 0.6, "subsample": 0.8, **single,
        },
        "light": {
            "eta": 0.05, "max_depth": 4, "min_child_weight": 0.5, "lambda": 0.5,
            "colsample_bynode": 0.5, "subsample": 0.65, **single,
        },
        "medium": {
            "eta": 0.05, "max_depth": 5, "min_child_weight": 5, "lambda": 5,
            "colsample_bytree": 0.5, "subsample": 0.75, **single,
        },
        "leafy": {
            "eta": 0.04, "max_depth": 0, "max_leaves": 24, "grow_policy": "lossguide",
            "min_child_weight": 1, "lambda": 1, "colsample_bynode": 0.4, "subsample": 0.8, **single,
        },
        "free": {
            "eta": 0.04, "max_depth": 6, "min_child_weight": 5e-6, "lambda": 0,
            "colsample_bynode": 0.5, "subsample": 0.65, **single,
        },
        "whole": {
            "eta": 0.05, "max_depth": 6, "min_child_weight": 1, "lambda": 1,
            "subsample": 0.9, **single,
        },
        "wide": {
            "eta": 0.05, "max_depth": 0, "max_leaves": 128, "grow_policy": "lossguide",
            "min_child_weight": 1, "lambda": 1, "subsample": 0.9, **single,
        },
        "every-row": {
            "eta": 0.05, "max_depth": 9, "min_child_weight": 1, "lambda": 0.3,
            "colsample_bynode": 0.4, "subsample": 1, "max_cat_threshold": 16,
        },
        "deep": {
            "eta": 0.05, "max_depth": 9, "min_child_weight": 0.3, "lambda": 0.3,
            "colsample_bynode": 0.4, "subsample": 0.85, "max_cat_threshold": 16,
        },
        "forest": {
            "eta": 0.2, "max_depth": 8, "min_child_weight": 0.3, "lambda": 0.3,
            "num_parallel_tree": 6, "colsample_bynode": 0.35, "subsample": 0.7, **single,
        },
        "coarse": {
            "eta": 0.04, "max_depth": 7, "min_child_weight": 0.1, "lambda": 0.1,
            "max_bin": 48, "colsample_bynode": 0.5, "subsample": 0.9, **single,
        },
    }  # fmt: skip
    made = {name: Configuration(name, params) for name, params in table.items()}
    for name in DERIVED:
        made[f"{name}-derived"] = replace(made[name], name=f"{name}-derived", derived=True)
    return made


def own(given: Sequence[Mapping[str, Value]]) -> dict[str, Configuration]:
    """Return the configurations of ``[[train.own]]`` by name, exactly as they are written."""
    return {
        str(each["name"]): Configuration(
            str(each["name"]), {key: v for key, v in each.items() if key != "name"}, "own"
        )
        for each in given
    }


def chosen(names: Sequence[str], beside: Sequence[Mapping[str, Value]] = ()) -> list[Configuration]:
    """Return fixed configurations, and a team's own `beside` them, by name, in their own order.

    Raises `ConfigError` when a name is none of them.
    """
    known = {**fixed(), **own(beside)}
    strange = [name for name in names if name not in known]
    if strange:
        raise ConfigError(
            f"[train] configurations names {listing(strange)}.", f"Known: {listing(known, 20)}."
        )
    return [known[name] for name in known if name in names]
