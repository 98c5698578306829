"""Configurations of XGBoost: the fixed ones, a team's own, and the one place where their text is parsed.

``params.json`` and SageMaker carry hyperparameters as strings; `to_strings` writes the
canonical form and `from_strings` is the only reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from unchurn.errors import ConfigError, listing
from unchurn.project.fixed_configurations import DERIVED, FIXED
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


def fixed() -> dict[str, Configuration]:
    """Return the fixed configurations in order, simplest first; those that read derived columns last."""
    made = {name: Configuration(name, params) for name, params in FIXED.items()}
    again = {name: replace(made[of], name=name, derived=True) for name, of in DERIVED.items()}
    return {**made, **again}


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
