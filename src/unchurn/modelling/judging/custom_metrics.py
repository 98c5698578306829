"""A team's own metrics, named in churn.toml as ``module:function``.

A function is called with (labels, probabilities), both (n,), and returns a number. Its module
is found as Python finds any, and in the project's folder besides. Its code decides a result, so it
has a hash, that of the modules it imports from the same folder included.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from unchurn.errors import ConfigError
from unchurn.modelling.judging.own_code import forget, source_sha256
from unchurn.modelling.judging.ranking import Floats, Labels

RESAMPLES = 200


@dataclass(frozen=True)
class CustomMetric:
    """A metric under the name churn.toml gives it; calling it raises `ConfigError` on failure."""

    name: str
    function: Callable[[Any, Any], Any]

    def __call__(self, labels: Labels, probabilities: Floats) -> float:
        """Return the metric as a float; NaN is 'undefined here' and is allowed.

        The function gets arrays of its own: many sort or scale in place, and ours are read again.
        """
        try:
            value = self.function(labels.copy(), probabilities.copy())
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


@dataclass(frozen=True)
class OwnMetrics:
    """The metrics that churn.toml names; `sources` are the hashes of their modules' code, by name."""

    metrics: tuple[CustomMetric, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    def fingerprint(self) -> dict[str, str]:
        """Return what decides their results, besides their names: the code."""
        return dict(self.sources)


def load(names: Sequence[str], folder: Path) -> OwnMetrics:
    """Import every ``module:function`` of `names`, looking in `folder` too, as it is now.

    This runs the team's code. Raises `ConfigError` naming the one that cannot be had.
    """
    folder = folder.resolve()
    modules = sorted({name.partition(":")[0] for name in names})
    with _also_in(folder):
        for module in modules:
            forget(module, folder)
        metrics = tuple(_load(name) for name in names)
        return OwnMetrics(metrics, {name: source_sha256(name, folder) for name in modules})


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
    place, writes = str(folder), sys.dont_write_bytecode
    sys.path.append(place)
    # Compiled code is told by the second of its edit: an edit soon after another would be missed.
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.dont_write_bytecode = writes
        sys.path.remove(place)
