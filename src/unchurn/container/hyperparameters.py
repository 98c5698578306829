"""A training job's strings: what to do, and the searched hyperparameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from unchurn.errors import ConfigError

TRIAL, TRAIN = "trial", "train"
_THEIRS = ("_", "sagemaker_")
"""How the names begin that SageMaker's tuner and toolkits add of their own accord."""


@dataclass(frozen=True)
class Given:
    """`task`: "trial" fits one configuration, "train" a model. `searched`: the tuner's strings."""

    task: str
    searched: Mapping[str, str]


def read_hyperparameters(path: Path) -> Given:
    """Read hyperparameters.json; without the file, a model of the fixed configurations alone.

    Raises `ConfigError` when it is not an object of strings, or for an unknown task.
    """
    plain = _strings(path) if path.is_file() else {}
    task = plain.pop("task", TRAIN).strip('"')
    if task not in (TRIAL, TRAIN):
        raise ConfigError(
            f"The hyperparameter 'task' is {task!r}.", f"Choose {TRIAL!r} or {TRAIN!r}."
        )
    return Given(task, {key: v for key, v in plain.items() if not key.startswith(_THEIRS)})


def _strings(path: Path) -> dict[str, str]:
    try:
        plain = json.loads(path.read_bytes())
    except ValueError as error:
        raise ConfigError(f"{path.name} is not JSON: {error}.") from error
    if not isinstance(plain, dict) or not all(isinstance(v, str) for v in plain.values()):
        raise ConfigError(
            f"{path.name} is not an object of strings.", "SageMaker passes every value as text."
        )
    return plain
