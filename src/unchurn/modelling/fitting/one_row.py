"""The margin of one row, with as little around the trees as XGBoost's C interface allows.

``Booster.inplace_predict`` describes its array and its options anew in every call, and makes a
matrix that asks the system for its number of CPUs, which takes longer than walking 200 trees.
Here all are made once, for one row that is filled again and again. The function is the same,
``XGBoosterPredictFromDense``, and so is its answer.
"""

from __future__ import annotations

import ctypes
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from unchurn.modelling.fitting.booster import Floats, xgboost

_OPTIONS = {
    "type": 1,  # margins
    "training": False,
    "iteration_begin": 0,
    "iteration_end": 0,
    "missing": float("nan"),
    "strict_shape": False,
    "cache_id": 0,
}


class OneRow:
    """A row of `width` encoded `cells`, float32 (1, width), and its margin. For one thread."""

    def __init__(self, boosters: Sequence[Any], weights: Sequence[float], width: int) -> None:
        self.cells = np.full((1, width), np.nan, dtype=np.float32)
        self._members = list(zip(weights, boosters, strict=True))
        self._array = _described(self.cells)
        self._options = json.dumps(_OPTIONS).encode()
        self._shape = ctypes.POINTER(ctypes.c_uint64)()
        self._rank = ctypes.c_uint64()
        self._found = ctypes.POINTER(ctypes.c_float)()
        self._out = tuple(ctypes.byref(each) for each in (self._shape, self._rank, self._found))
        core = xgboost().core
        self._matrix = core._ProxyDMatrix()
        self._predict = core._LIB.XGBoosterPredictFromDense

    def margin(self) -> Floats:
        """Uncalibrated log odds of the cells as they are now: float64 (1,)."""
        total, matrix = np.zeros(1), self._matrix.handle
        for weight, booster in self._members:
            if self._predict(booster.handle, self._array, self._options, matrix, *self._out):
                raise RuntimeError("XGBoost could not predict.")
            total += weight * float(self._found[0])
        return total


def _described(cells: np.ndarray) -> bytes:
    about = cells.__array_interface__
    plain = {name: about[name] for name in ("data", "shape", "typestr", "version")}
    return json.dumps({**plain, "strides": None}).encode()
