"""The margin and the probability of one row, with as little around the trees as XGBoost's C interface allows.

``Booster.inplace_predict`` describes its array and its options anew in every call, and makes a
matrix that asks the system for its number of CPUs, which takes longer than walking 200 trees.
Here all are made once, for one row that is filled again and again. The function is the same,
``XGBoosterPredictFromDense``, and so is its answer. A version of XGBoost whose Python package does
not show it is called the usual way.
"""

from __future__ import annotations

import ctypes
import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from unchurn.modelling.encoding.pairs import Pair
from unchurn.modelling.fitting.booster import xgboost
from unchurn.modelling.fitting.calibration import Beta

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
    """A row of `width` encoded cells with those derived from them, and its margin. For one thread.

    `pairs`: each derived cell with the places of its two, as `Encoder.pair_places` has them.
    """

    def __init__(
        self,
        boosters: Sequence[Any],
        weights: Sequence[float],
        width: int,
        pairs: Sequence[tuple[Pair, int, int]] = (),
    ) -> None:
        self._cells = np.full((1, width + len(pairs)), np.nan, dtype=np.float32)
        cells: Any = self._cells  # numpy's stubs for Python 3.11 hide that it is a buffer
        self._bytes = memoryview(cells).cast("B")
        self._plain, self._derived = struct.Struct(f"{width}f"), struct.Struct(f"{len(pairs)}f")
        self._pairs = tuple(pairs)
        # a member that reads no derived column reads a shorter row
        seen = (self._cells[:, : booster.num_features()] for booster in boosters)
        self._members = [
            (weight, booster, cells, _described(cells))
            for weight, booster, cells in zip(weights, boosters, seen, strict=True)
        ]
        self._options = json.dumps(_OPTIONS).encode()
        self._shape = ctypes.POINTER(ctypes.c_uint64)()
        self._rank = ctypes.c_uint64()
        self._found = ctypes.POINTER(ctypes.c_float)()
        self._out = tuple(ctypes.byref(each) for each in (self._shape, self._rank, self._found))
        core = xgboost().core
        try:
            self._matrix = core._ProxyDMatrix()
            self._predict = core._LIB.XGBoosterPredictFromDense
        except (AttributeError, TypeError):
            self._matrix = None

    def margin(self, cells: Sequence[float]) -> float:
        """Uncalibrated log odds of the cells: floats within float32's range, or NaN.

        Derived cells are not among them: they are made here.
        """
        self._plain.pack_into(self._bytes, 0, *cells)
        if self._pairs:
            rounded = self._plain.unpack_from(self._bytes)  # they are made of float32
            made = (pair.of_cells(rounded[one], rounded[two]) for pair, one, two in self._pairs)
            self._derived.pack_into(self._bytes, self._plain.size, *made)
        if self._matrix is None:
            return sum(
                weight * _usual(booster, cells) for weight, booster, cells, _ in self._members
            )
        total, matrix = 0.0, self._matrix.handle
        for weight, booster, _, array in self._members:
            if self._predict(booster.handle, array, self._options, matrix, *self._out):
                raise RuntimeError("XGBoost could not predict.")
            total += weight * self._found[0]
        return total


class OneProbability:
    """`Beta.apply` for one margin after another, by the same functions. For one thread."""

    def __init__(self, calibrator: Beta) -> None:
        self._beta = calibrator
        self._both, self._logs = np.empty(2), np.empty(2)

    def of(self, margin: float) -> float:
        """Probability of churn of a margin, the same bits as among many."""
        self._both[0], self._both[1] = -margin, margin
        np.logaddexp(0.0, self._both, self._logs)
        plus, minus = self._logs.tolist()
        beta = self._beta
        z = beta.a * -plus - beta.b * -minus + beta.c
        return float(np.exp(-np.logaddexp(0.0, -z)))


def _usual(booster: Any, cells: np.ndarray) -> float:
    return float(booster.inplace_predict(cells, predict_type="margin")[0])


def _described(cells: np.ndarray) -> bytes:
    about = cells.__array_interface__
    plain = {name: about[name] for name in ("data", "shape", "typestr", "version")}
    return json.dumps({**plain, "strides": None}).encode()
