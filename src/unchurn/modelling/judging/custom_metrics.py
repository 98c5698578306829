"""A team's own metrics, named in churn.toml as ``module:function``.

A function is called with (labels, probabilities), both (n,), and returns a number. Its module
is found as Python finds any, and in the current folder besides.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from unchurn.errors import ConfigError
from unchurn.modelling.judging.ranking import Floats, Labels

RESAMPLES = 200


@dataclass(frozen=True)
class CustomMetric:
    """A metric under the name churn.toml gives it; calling it raises `ConfigError` on failure."""

    name: str
    function: Callable[[Any, Any], Any]

    def __call__(self, labels: Labels, probabilities: Floats) -> float:
        """Return the metric as a float; NaN is 'undefined here' and is allowed."""
        try:
            value = self.function(labels, probabilities)
        except Exception as error:
            # Whatever a stranger's function raises is theirs to fix: name it and pass it on.
            raise ConfigError(
                f"[evaluate] metrics: {self.name} failed with {type(error).__name__}: {error}.",
                "It is called with (labels, probabilities), two arrays of equal length.",
            ) from error
        if not isinstance(value, (int, float, np.number)) or isinstance(value, complex):
            raise ConfigError(
                f"[evaluate] metrics: {self.name} returned {value!r}.",
                "It must return one number.",
            )
        return float(value)


def load(names: Sequence[str], folder: Path | None = None) -> list[CustomMetric]:
    """Import every ``module:function`` of `names`, looking in `folder` (the current one) too.

    Raises `ConfigError` naming the one that cannot be had.
    """
    with _also_in(folder or Path.cwd()):
        return [_load(name) for name in names]


def _load(name: str) -> CustomMetric:
    module_name, _, attribute = name.partition(":")
    if not module_name or not attribute:
        raise ConfigError(
            f"[evaluate] metrics names {name!r}.", "Write it as module:function, without .py."
        )
    try:
        module = importlib.import_module(module_name)
    except Exception as error:
        # A module may raise anything while it is imported.
        raise ConfigError(
            f"[evaluate] metrics: {name} cannot be imported: {type(error).__name__}: {error}.",
            f"Put {module_name.replace('.', '/')}.py where Python finds it, or run unchurn from its folder.",
        ) from error
    function = getattr(module, attribute, None)
    if not callable(function):
        raise ConfigError(
            f"[evaluate] metrics: {module_name} has no function {attribute!r}.",
            f"It is imported from {getattr(module, '__file__', 'an unknown place')}.",
        )
    return CustomMetric(name, function)


@contextmanager
def _also_in(folder: Path) -> Iterator[None]:
    place = str(folder)
    sys.path.append(place)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(place)
