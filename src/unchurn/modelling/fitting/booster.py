"""XGBoost, kept behind a few functions: matrices, fitting one booster, reading one back."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from unchurn.errors import ArtefactError, ConfigError
from unchurn.project import Train

Floats = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32]
PATIENCE = 15
"""Rounds without a better log loss before a fit stops; 40 and 150 gave the same test scores."""


def xgboost() -> ModuleType:
    """Import XGBoost on first use, with OpenMP threads that sleep instead of spinning."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    return importlib.import_module("xgboost")


@dataclass(frozen=True)
class Settings:
    """What every fit of one model shares. `base_rate` is the churned share, in (0, 1).

    `feature_types`: those of all matrix columns; a fit may read the first of them only.
    """

    feature_types: tuple[str, ...]
    base_rate: float
    threads: int
    device: str
    seed: int

    @classmethod
    def of(
        cls, feature_types: tuple[str, ...], labels: npt.NDArray[np.int8], train: Train
    ) -> Settings:
        """Take them from the config and the training labels."""
        check_device(train.device)
        rate = float(np.clip(labels.mean(dtype=np.float64), 1e-6, 1 - 1e-6))
        return cls(feature_types, rate, train.threads, train.device, train.seed)

    def using(self, threads: int) -> Settings:
        """Return these settings with another number of threads."""
        return replace(self, threads=threads)

    def complete(self, params: Mapping[str, Any], seed: int = 0) -> dict[str, Any]:
        """Add what no configuration decides; `base_score` is explicit so that margins add up."""
        fixed = {
            "objective": "binary:logistic",
            "eval_metric": "logloss",
            "tree_method": "hist",
            "base_score": self.base_rate,
            "nthread": self.threads,
            "device": self.device,
            "seed": (self.seed + seed) % 2**31,
            "verbosity": 0,
        }
        return {**params, **fixed}


def check_device(device: str) -> None:
    """Raise `ConfigError` when this installation of XGBoost cannot run on `device`."""
    if device == "cpu":
        return
    module = xgboost()
    if not module.build_info().get("USE_CUDA", False):
        raise ConfigError(
            f"[train] device is {device!r}, but this XGBoost was built without CUDA.",
            'Install the package "xgboost" in place of "xgboost-cpu", or set device = "cpu".',
        )
    try:
        probe = module.QuantileDMatrix(np.zeros((2, 1), np.float32), label=np.array([0, 1]))
        module.train({"device": device, "verbosity": 0}, probe, 1)
    except module.core.XGBoostError as error:
        raise ConfigError(
            f"[train] device is {device!r}, but no CUDA device answers.",
            'Run on a machine with an NVIDIA GPU, or set device = "cpu".',
        ) from error


def binned(
    matrix: Matrix,
    labels: npt.NDArray[np.int8],
    settings: Settings,
    max_bin: int,
    ref: Any = None,
    weights: npt.NDArray[np.float32] | None = None,
) -> Any:
    """Make a QuantileDMatrix of rows; `ref` is the training one where rows are for validation.

    `weights` (rows,) are scaled to a mean of 1, so that no parameter means something else.
    """
    return xgboost().QuantileDMatrix(
        matrix,
        label=labels,
        weight=None if weights is None else weights / weights.mean(dtype=np.float64),
        feature_types=list(settings.feature_types[: matrix.shape[1]]),
        enable_categorical=True,
        max_bin=max_bin,
        nthread=settings.threads,
        ref=ref,
    )


def plain_matrix(matrix: Matrix, feature_types: tuple[str, ...], threads: int) -> Any:
    """Make a DMatrix of rows to explain."""
    return xgboost().DMatrix(
        matrix, feature_types=list(feature_types), enable_categorical=True, nthread=threads
    )


def fit(train: Any, params: dict[str, Any], rounds: int) -> Any:
    """Fit a booster for exactly `rounds` rounds; `params` are complete."""
    return xgboost().train(params, train, num_boost_round=rounds)


def fit_stopping(train: Any, valid: Any, params: dict[str, Any], rounds: int) -> tuple[Any, int]:
    """Fit with early stopping on the log loss of `valid`.

    Returns the booster and the number of rounds that was best; later rounds are still in it.
    """
    booster = xgboost().train(
        params,
        train,
        num_boost_round=rounds,
        evals=[(valid, "valid")],
        early_stopping_rounds=PATIENCE,
        verbose_eval=False,
    )
    return booster, int(booster.best_iteration) + 1


def margins(booster: Any, matrix: Matrix, rounds: int = 0) -> Floats:
    """Log odds of the rows by the first `rounds` rounds (0: all of them): float64 (rows,)."""
    found = booster.inplace_predict(
        matrix, iteration_range=(0, rounds), predict_type="margin", validate_features=False
    )
    return np.asarray(found, dtype=np.float64).reshape(-1)


def write(booster: Any, path: Path) -> None:
    """Write a booster file, the same bytes as XGBoost's own. Raises `OSError` when it cannot.

    XGBoost would answer a full disk with an error of C++, and a closed folder with another.
    """
    path.write_bytes(booster.save_raw("ubj"))


def read(path: Path, threads: int) -> Any:
    """Read a booster file for prediction on the CPU. Raises `ArtefactError`.

    A damaged ``.ubj`` can crash the process: check the artefact's hashes first, and read a
    candidate in a child process (`modelling.load_check`).
    """
    module = xgboost()
    if not path.is_file():
        raise ArtefactError(f"{path} is missing.", "Run the training again with --fresh.")
    try:
        booster = module.Booster({"nthread": threads, "device": "cpu", "verbosity": 0})
        booster.load_model(path)
    except (module.core.XGBoostError, ValueError) as error:
        raise ArtefactError(
            f"{path} cannot be read by XGBoost {module.__version__}.",
            "Run the training again with --fresh.",
        ) from error
    return booster
