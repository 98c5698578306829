"""Which derived columns are worth making: chosen once, on training rows, by two quick boosters.

The first says which number columns matter most, the second which of their ratios and differences
do beside all columns. Choosing once makes the out-of-fold loss of what reads them kind on small
tables (0.087 where nested choice gave 0.097), so that they are weighed too high: the smallest
(`fitting.plan`) go without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from unchurn.modelling.encoding.encoder import Encoder, Matrix
from unchurn.modelling.encoding.pairs import DIFFERENCE, RATIO, Pair
from unchurn.modelling.fitting import booster as xgb
from unchurn.modelling.fitting.booster import Settings
from unchurn.modelling.fitting.configurations import MAX_BIN
from unchurn.modelling.fitting.training_rows import Rows

PARENTS = 8
"""Number columns that are set against each other."""
KEPT = 12
"""Derived columns kept: more brought no more."""
_LEAST_VALUES = 3
_ROUNDS = 60
_FIRST = {
    "eta": 0.1, "max_depth": 4, "subsample": 0.8, "colsample_bynode": 0.6,
    "min_child_weight": 1, "lambda": 1, "max_bin": MAX_BIN,
}  # fmt: skip
_SECOND_ROUNDS = 40
_SECOND = {
    "eta": 0.15, "max_depth": 6, "subsample": 0.8, "colsample_bynode": 0.4,
    "min_child_weight": 2, "lambda": 1, "max_bin": 64,
}  # fmt: skip


def with_derived(
    encoder: Encoder, rows: Rows, settings: Settings
) -> tuple[Encoder, Rows, Settings]:
    """Return encoder, training rows and settings with derived columns; as given where none helps.

    Rows are read in the order given, so that the choice depends on nothing but them and the
    settings' seed and threads.
    """
    tried = replace(encoder, pairs=_candidates(encoder, rows, settings))
    if not tried.pairs:
        return encoder, rows, settings
    wide, types = _widened(tried, rows.matrix), replace(settings, feature_types=tried.matrix_types)
    gains = _gains(wide, rows, types, _SECOND, _SECOND_ROUNDS)
    derived = gains[len(encoder.columns) :]
    best = np.sort(np.argsort(-derived, kind="stable")[:KEPT])
    made = replace(encoder, pairs=tuple(tried.pairs[each] for each in best if derived[each] > 0))
    wide, types = _widened(made, rows.matrix), replace(settings, feature_types=made.matrix_types)
    return made, replace(rows, matrix=wide), types


def _candidates(encoder: Encoder, rows: Rows, settings: Settings) -> tuple[Pair, ...]:
    """Pair the number columns that matter most, in the order of the table's columns."""
    numbers = {part.name for part in encoder.parts if part.kind == "number"}
    places = [
        place
        for place, name in enumerate(encoder.columns)
        if name in numbers and _has_values(rows.matrix[:, place])
    ]
    if len(places) < 2:
        return ()
    gains = _gains(rows.matrix, rows, settings, _FIRST, _ROUNDS)[places]
    best = np.sort(np.argsort(-gains, kind="stable")[:PARENTS])
    spread = {place: _deviation(rows.matrix[:, place]) for place in (places[each] for each in best)}
    made = []
    for first, second in combinations(spread, 2):
        one, two = encoder.columns[first], encoder.columns[second]
        made.append(Pair(RATIO, one, two))
        made.append(Pair(DIFFERENCE, one, two, (spread[first], spread[second])))
    return tuple(made)


def _has_values(cells: Matrix) -> bool:
    seen = np.unique(cells[:1000])
    seen = seen if len(seen) > _LEAST_VALUES else np.unique(cells)
    return int((~np.isnan(seen)).sum()) >= _LEAST_VALUES


def _deviation(cells: Matrix) -> float:
    """Standard deviation of the known cells to four digits, so that its last bits decide nothing."""
    found = float(np.nanstd(cells.astype(np.float64)))
    return float(f"{found:.4g}") or 1.0


def _widened(encoder: Encoder, matrix: Matrix) -> Matrix:
    made = np.empty((len(matrix), encoder.width), dtype=np.float32)
    made[:, : matrix.shape[1]] = matrix
    encoder.derive(made)
    return made


def _gains(
    matrix: Matrix, rows: Rows, settings: Settings, params: Mapping[str, Any], rounds: int
) -> xgb.Floats:
    """Fit a quick booster and return the total gain of every column, float64 (columns,)."""
    binned = xgb.binned(matrix, rows.labels, settings, params["max_bin"], weights=rows.weights)
    found = xgb.fit(binned, settings.complete(params), rounds).get_score(
        importance_type="total_gain"
    )
    return np.array([found.get(f"f{place}", 0.0) for place in range(matrix.shape[1])])
