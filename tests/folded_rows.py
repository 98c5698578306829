"""A few rows with a signal in them or none, in folds, and configurations that fit them at once."""

from __future__ import annotations

import numpy as np

from unchurn.modelling.fitting.booster import Settings
from unchurn.modelling.fitting.calibration import sigmoid
from unchurn.modelling.fitting.configurations import Configuration
from unchurn.modelling.fitting.folds import Folds
from unchurn.modelling.fitting.training_rows import Rows
from unchurn.project import Train

SMALL = Configuration("small", {"eta": 0.3, "max_depth": 2})
COARSE = Configuration("coarse", {"eta": 0.3, "max_depth": 3, "max_bin": 16})


def rows(count: int = 300, folds: int = 5, noise: bool = False) -> Rows:
    draw = np.random.default_rng(5)
    matrix = draw.normal(size=(count, 3)).astype(np.float32)
    odds = np.zeros(count) if noise else 2 * matrix[:, 0].astype(float)
    labels = (draw.random(count) < sigmoid(odds)).astype(np.int8)
    return Rows(matrix, labels, draw.integers(0, folds, count).astype(np.int8))


def folds_of(data: Rows, groups: int = 5, threads: int = 2) -> Folds:
    settings = Settings.of(("q", "q", "q"), data.labels, Train(threads=threads))
    return Folds.of(data, settings, groups, 100)
