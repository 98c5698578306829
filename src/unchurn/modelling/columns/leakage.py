"""Columns that give the label away, measured on training rows.

A column is blocked when it alone, or its missingness, ranks churned customers above the
others with a ROC-AUC of at least 0.99: rank AUC for numbers and dates (either direction, the
missing cells placed at either end), and for categories and quantile bins the AUC of
out-of-fold rates. Out-of-fold, because a value that occurs once always predicts its own row.
What parts of a column mean one outcome, whatever its ROC-AUC, is measured beside it (`purity`).
ROC-AUC here is the Mann-Whitney statistic with ties counted as halves (Hanley and McNeil 1982).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.modelling.columns.purity import Purity, purest

LIMIT = 0.99
"""ROC-AUC from which a single column is taken for a leak."""
MIN_CLASS_ROWS = 10
"""Training rows of each class without which one column's AUC says nothing."""
_BINS = 32
_SCREEN = 50_000
_SMOOTHING = 1.0
Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Strength:
    """How well one column alone ranks churned customers: ROC-AUC, and what was ranked by.

    `pure` is the part of it that means one outcome, where there is one.
    """

    auc: float
    by: str
    pure: Purity | None = None

    @property
    def leaks(self) -> bool:
        """Whether the column gives the label away."""
        return self.auc >= LIMIT


def strength(cells: pa.ChunkedArray, labels: Labels, folds: Codes) -> Strength:
    """Measure one column: cells (rows,), labels (rows,) of 0 and 1, folds (rows,) from 0.

    Returns the strongest of its readings. A large table is measured in full only where its
    first rows, which must be in random order, come near the limit. ROC-AUC is 0.5 where a
    class has fewer than `MIN_CLASS_ROWS` rows, since so few can be told apart by chance.
    """
    churned = int(labels.sum())
    if min(churned, len(labels) - churned) < MIN_CLASS_ROWS:
        return Strength(0.5, "too few rows to tell")
    if len(labels) > _SCREEN:
        found = strength(cells[:_SCREEN], labels[:_SCREEN], folds[:_SCREEN])
        if found.auc < LIMIT - 0.01:
            return found
    return _strongest(cells, labels, folds)


def _strongest(cells: pa.ChunkedArray, labels: Labels, folds: Codes) -> Strength:
    missing = np.asarray(pc.is_null(cells, nan_is_null=True).to_numpy(), dtype=bool)
    found = [Strength(either_way(missing.astype(np.float64), labels), "its missing cells")]
    if pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type):
        codes, names = _dictionary_codes(cells)
        found.append(Strength(_by_rates(codes, labels, folds), "its values"))
        pure = purest(missing, labels, codes, names)
    else:
        values = as_floats(cells)
        found.append(Strength(_by_order(values, missing, labels), "its order"))
        bins, edges = _bins(values, missing)
        found.append(Strength(_by_rates(bins, labels, folds), "its values"))
        few = len(edges) < _BINS and not pa.types.is_temporal(cells.type)
        known = (bins, [f"{edge:g}" for edge in edges]) if few else _zero_or_not(values, missing)
        pure = purest(missing, labels, *known, numbers=True)
    return replace(max(found, key=lambda each: each.auc), pure=pure)


def roc_auc(values: Floats, labels: Labels) -> float:
    """ROC-AUC of ranking by `values`, ties counted as halves; 0.5 without both classes."""
    order = np.argsort(values, kind="stable")
    ordered, churned = values[order], labels[order].astype(np.float64)
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    hits = np.add.reduceat(churned, starts)
    others = np.diff(np.r_[starts, len(ordered)]) - hits
    pairs = hits.sum() * others.sum()
    if pairs == 0:
        return 0.5
    below = np.cumsum(others) - others
    return float((hits * (below + others / 2)).sum() / pairs)


def either_way(values: Floats, labels: Labels) -> float:
    """ROC-AUC of ranking by `values`, upwards or downwards, whichever is better."""
    auc = roc_auc(values, labels)
    return max(auc, 1 - auc)


def as_floats(cells: pa.ChunkedArray) -> Floats:
    """Numbers and dates as float64 (rows,), missing as NaN; dates in microseconds."""
    if pa.types.is_temporal(cells.type):
        cells = pc.cast(cells, pa.int64())
    return np.asarray(pc.cast(cells, pa.float64(), safe=False).to_numpy(), dtype=np.float64)


def _by_order(values: Floats, missing: npt.NDArray[np.bool_], labels: Labels) -> float:
    low = either_way(np.where(missing, -np.inf, values), labels)
    high = either_way(np.where(missing, np.inf, values), labels)
    return max(low, high)


def _zero_or_not(values: Floats, missing: npt.NDArray[np.bool_]) -> tuple[Codes, list[str]]:
    """Number zeros 1 and all other values 2: an amount that only some customers have."""
    return np.where(missing, 0, np.where(values == 0, 1, 2)), ["0", "another value than 0"]


def _bins(values: Floats, missing: npt.NDArray[np.bool_]) -> tuple[Codes, Floats]:
    """Number the value's quantile bin from 1, or the value itself where there are few; 0 missing.

    Also returns the edges, which are the values themselves where there are few.
    """
    present = values[~missing]
    if not len(present):
        return np.zeros(len(values), dtype=np.int64), present
    edges = np.unique(present)
    if len(edges) > _BINS:
        shares = np.linspace(0, 1, _BINS + 1)
        edges = np.unique(np.quantile(present, shares, method="lower"))
    return np.where(missing, 0, np.searchsorted(edges, values, side="left") + 1), edges


def _dictionary_codes(cells: pa.ChunkedArray) -> tuple[Codes, list[str]]:
    encoded = cells.combine_chunks().dictionary_encode()
    codes = pc.add(pc.fill_null(pc.cast(encoded.indices, pa.int64()), -1), 1)
    numbers = np.asarray(codes.to_numpy(zero_copy_only=False), dtype=np.int64)
    return numbers, encoded.dictionary.to_pylist()


def _by_rates(codes: Codes, labels: Labels, folds: Codes) -> float:
    """ROC-AUC of each row's value rate, learnt on the other folds. One direction only.

    A value unseen in the other folds gets the overall rate, which makes it no evidence.
    """
    wide = (int(np.max(folds)) + 1, int(np.max(codes)) + 1)
    cells = folds * wide[1] + codes
    churned = np.bincount(cells, weights=labels, minlength=wide[0] * wide[1]).reshape(wide)
    rows = np.bincount(cells, minlength=wide[0] * wide[1]).reshape(wide)
    overall = float(labels.mean())
    left_churned, left_rows = churned.sum(0) - churned, rows.sum(0) - rows
    rates = (left_churned + _SMOOTHING * overall) / (left_rows + _SMOOTHING)
    return roc_auc(rates[folds, codes], labels)
