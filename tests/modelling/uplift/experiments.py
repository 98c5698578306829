"""Simulated experiments with known individual effects."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from unchurn.modelling.fitting.booster import Settings
from unchurn.modelling.uplift.experiment import Experiment, sides

TYPES = ("q", "q", "c", "q")
SETTINGS = Settings(TYPES, 0.5, 1, "cpu", 7)


def experiment(
    rows: int, seed: int, kind: str = "moved", share: float = 0.5
) -> tuple[Experiment, npt.NDArray[np.float64]]:
    """Return customers and their true effects: ``moved`` by a column up or down, ``with-risk``, ``alike``, ``nil``."""
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(rows, 4)).astype(np.float32)
    matrix[:, 2] = random.integers(0, 3, rows)
    leaves = 0.25 + 0.35 / (1 + np.exp(-matrix[:, 0].astype(np.float64)))
    matrix[:, 3] = leaves
    effects = {
        "nil": np.zeros(rows),
        "with-risk": 1.2 * (leaves - 0.25),
        "alike": np.full(rows, 0.1),
        "moved": np.where(matrix[:, 1] > 0.5, 0.2, 0.0) - np.where(matrix[:, 2] == 2, 0.2, 0.0),
    }[kind]
    contacted = random.random(rows) < share
    stayed = random.random(rows) >= leaves - contacted * effects
    side = sides(f"{seed}-{row}" for row in range(rows))
    made = Experiment(matrix, contacted, stayed, np.full(rows, share), np.arange(rows), side)
    return made, effects
