"""Can a booster tell a month's customers from training's? What no column shows by itself shows there.

A classifier two-sample test (Lopez-Paz and Oquab 2017): where the two are of one law, whoever was not
fitted on is told apart in half of the pairs. Training keeps some of its rows for it.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.errors import listing
from unchurn.modelling.encoding.encoder import Encoder, Matrix
from unchurn.modelling.fitting.booster import Settings, binned, fit, margins
from unchurn.modelling.judging.metrics import roc_auc
from unchurn.modelling.watching.levels import judged, matters

ROWS, COLUMNS, CELLS = 2_000, 100, 100_000
"""Rows of training that are kept, columns of them (those that weigh most), and cells: 400 kB."""
NO_ROWS = (
    "This model keeps no rows of training, so that columns which change together, while each stays as it "
    "was, are not seen: train again."
)
LEAST = 200
"""Fewer customers than this on either side are not told apart."""
_FOLDS, _ROUNDS, _NAMED = 5, 40, 3
_RARE = 0.01
"""Share of the rows below which values of a category are one."""
_BINS = 64
_PARAMS = {"eta": 0.15, "max_depth": 4, "min_child_weight": 5.0, "lambda": 5.0, "max_bin": _BINS}
_WIDER = 1.25
"""Folds share what they are fitted on: by so much more does their mean vary (benchmarks/watching)."""
_MIX = 0x9E3779B97F4A7C15
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Apart:
    """How well a booster tells now from then: `auc`, its 95% interval and its spread by chance alone.

    `gains`: each column's share of what the booster gained by it, (columns,).
    """

    auc: float
    low: float
    high: float
    spread: float
    gains: F64


def sampled(count: int, width: int) -> npt.NDArray[np.int64]:
    """Return the places of the rows to keep of `count`, evenly, of a table of `width` columns."""
    most = max(1, min(count, ROWS, CELLS // max(1, min(width, COLUMNS))))
    found: npt.NDArray[np.int64] = np.arange(min(most, count)) * count // most
    return found


def watched_together(encoder: Encoder, weights: Mapping[str, float]) -> list[str]:
    """Return the table columns that are kept, those that weigh most; days go on, so no date is one."""
    parts = [part for part in encoder.parts if part.kind != "date"]
    parts.sort(key=lambda part: (-weights.get(part.name, 0.0), part.name))
    return sorted(part.name for part in parts[:COLUMNS])


def encoder_of(encoder: Encoder, names: Container[str]) -> Encoder:
    """Return how rows are encoded for it: the named table columns, a matrix column each, blanks as they are."""
    parts = tuple(part for part in encoder.parts if part.name in names)
    return replace(encoder, parts=parts, pairs=(), missing="native", categories="native")


def rows_of(kept: pa.Table, encoder: Encoder) -> Matrix:
    """Return rows of training that were kept, encoded already, (rows, encoder.width)."""
    found = np.empty((kept.num_rows, encoder.width), np.float32)
    for place, name in enumerate(encoder.columns):
        found[:, place] = kept[name].to_numpy()
    return found


def survivors(rate: float, auc: float) -> float:
    """Return how well customers who stayed are told from all, by who leaves alone.

    A month of a label table holds those who are still there. Of a random pair, one of each, the other
    has left in `rate` of cases and is told by the model's own `auc`; else it is a coin.
    """
    return 0.5 + rate * max(auc - 0.5, 0.0)


def tell_apart(then: Matrix, now: Matrix, types: Sequence[str], threads: int = 1) -> Apart | None:
    """Cross-fit a small booster on rows of training and of a month; (rows, width) both.

    Equal rows are in one fold, so that a customer who is in both is not told by having been seen. None
    where either has too few rows, or too few that differ, to judge. The interval is Hanley and McNeil's
    (1982), the spread that of the Mann-Whitney statistic of equal laws, averaged over folds.
    """
    if min(len(then), len(now)) < LEAST or not then.shape[1]:
        return None
    rows = np.ascontiguousarray(np.concatenate([then, now]))
    for place in (place for place, kind in enumerate(types) if kind == "c"):
        rows[:, place] = _common(rows[:, place])
    labels = np.repeat(np.array([0, 1], np.int8), [len(then), len(now)])
    folds = _folds(rows)
    settings = Settings(tuple(types), len(now) / len(rows), threads, "cpu", 0)
    found, gains = [], np.zeros(rows.shape[1])
    for fold in range(_FOLDS):
        held = folds == fold
        if min(_fewest(labels[held]), _fewest(labels[~held])) < 2:
            continue
        fitted = binned(rows[~held], labels[~held], settings, _BINS)
        booster = fit(fitted, settings.complete(_PARAMS), _ROUNDS)
        scores = 1 / (1 + np.exp(-margins(booster, rows[held])))
        found.append(_Fold.of(labels[held], scores))
        for name, gain in booster.get_score(importance_type="total_gain").items():
            gains[int(name[1:])] += gain
    return _averaged(found, gains) if len(found) > 1 else None


def _common(codes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return codes of a category with rare ones as 0.

    Which rare values the encoder knows was decided by training: by them alone, training is told apart.
    """
    present = np.nan_to_num(codes, nan=0.0).astype(np.int64)
    rare = np.bincount(present)[present] < _RARE * len(codes)
    return np.where(rare & ~np.isnan(codes), np.float32(0), codes)


def _folds(rows: Matrix) -> npt.NDArray[np.uint64]:
    """Return the fold of each row, by what it holds."""
    cells = np.where(np.isnan(rows), np.float32(-1e38), rows + np.float32(0)).view(np.uint32)
    mixed = np.zeros(len(rows), np.uint64)
    for column in cells.T:
        mixed = (mixed ^ column) * np.uint64(_MIX)
        mixed ^= mixed >> np.uint64(29)
    return mixed % np.uint64(_FOLDS)


def _fewest(labels: npt.NDArray[np.int8]) -> int:
    ones = int(labels.sum())
    return min(ones, len(labels) - ones)


@dataclass(frozen=True)
class _Fold:
    auc: float
    chance: float
    variance: float

    @classmethod
    def of(cls, labels: npt.NDArray[np.int8], scores: F64) -> _Fold:
        ones = int(labels.sum())
        zeros = len(labels) - ones
        auc = roc_auc(labels, scores)
        both, same = auc / (2 - auc) - auc**2, 2 * auc**2 / (1 + auc) - auc**2
        variance = (auc * (1 - auc) + (ones - 1) * both + (zeros - 1) * same) / (ones * zeros)
        return cls(auc, (ones + zeros + 1) / (12 * ones * zeros), max(variance, 0.0))


def _averaged(folds: Sequence[_Fold], gains: F64) -> Apart:
    """Average over folds, each by how sure it is."""
    weights = np.array([1 / each.chance for each in folds])
    weights /= weights.sum()
    auc = float(weights @ [each.auc for each in folds])
    wide = 1.96 * _WIDER * sqrt(float(weights**2 @ [each.variance for each in folds]))
    spread = _WIDER * sqrt(float(weights**2 @ [each.chance for each in folds]))
    total = float(gains.sum())
    shares = gains / total if total else gains
    return Apart(auc, max(auc - wide, 0.0), min(auc + wide, 1.0), spread, shares)


def compare_together(
    apart: Apart,
    names: Sequence[str],
    usual: float,
    alphas: Mapping[str, float],
    weights: Mapping[str, float],
) -> dict[str, Any]:
    """Judge how well a month is told from training; `names` are the columns'.

    `usual` is what `survivors` returns. Returns ``auc``, ``interval``, ``usual``, ``floor`` by level,
    ``columns`` ([{"name", "share"}], those that give it away first), ``level`` and ``reason``.
    """
    from scipy.special import ndtri

    floors = {level: usual - apart.spread * float(ndtri(alpha)) for level, alpha in alphas.items()}
    shares = dict(zip(names, map(float, apart.gains), strict=True))
    first = sorted(shares, key=lambda name: (-shares[name], name))[:_NAMED]
    level = judged("two-sample auc", apart.auc, floors)
    if level == "act" and weights and not _weigh(first, weights):
        level = "look"
    return {
        "auc": apart.auc,
        "interval": [apart.low, apart.high],
        "usual": usual,
        "floor": floors,
        "columns": [{"name": name, "share": shares[name]} for name in first],
        "level": level,
        "reason": "" if level == "steady" else _words(apart, floors["look"], first),
    }


def _weigh(names: Sequence[str], weights: Mapping[str, float]) -> bool:
    return any(matters(weights.get(name, 0.0), len(weights)) for name in names)


def _words(apart: Apart, floor: float, first: Sequence[str]) -> str:
    return (
        "Columns that look as in training one by one do not together: of a customer of this month and one "
        f"of training, {apart.auc:.0%} are told apart ({apart.low:.0%} to {apart.high:.0%}; chance and who "
        f"has left make up to {floor:.0%}). {listing(first)} give it away most."
    )
