"""The fixed configurations that [train] may name, as hyperparameters of XGBoost."""

from __future__ import annotations

from collections.abc import Mapping

ONE_HOT = 255
"""`max_cat_to_onehot` at which every split on a category asks for one value. On larose (51
states, no signal in them) it brought log loss from 0.216 to 0.166: partitions of many values
fit noise. ``deep`` keeps partitions, for tables where groups of values matter."""
_SINGLE = {"max_cat_to_onehot": ONE_HOT}

FIXED: Mapping[str, Mapping[str, float | int | str]] = {
    "shallow": {
        "eta": 0.06, "max_depth": 3, "min_child_weight": 5, "lambda": 5,
        "colsample_bytree": 0.6, "subsample": 0.8, **_SINGLE,
    },
    "light": {
        "eta": 0.05, "max_depth": 4, "min_child_weight": 0.5, "lambda": 0.5,
        "colsample_bynode": 0.5, "subsample": 0.65, **_SINGLE,
    },
    "medium": {
        "eta": 0.05, "max_depth": 5, "min_child_weight": 5, "lambda": 5,
        "colsample_bytree": 0.5, "subsample": 0.75, **_SINGLE,
    },
    "leafy": {
        "eta": 0.04, "max_depth": 0, "max_leaves": 24, "grow_policy": "lossguide",
        "min_child_weight": 1, "lambda": 1, "colsample_bynode": 0.4, "subsample": 0.8, **_SINGLE,
    },
    "free": {
        "eta": 0.04, "max_depth": 6, "min_child_weight": 5e-6, "lambda": 0,
        "colsample_bynode": 0.5, "subsample": 0.65, **_SINGLE,
    },
    "whole": {
        "eta": 0.05, "max_depth": 6, "min_child_weight": 1, "lambda": 1,
        "subsample": 0.9, **_SINGLE,
    },
    "wide": {
        "eta": 0.05, "max_depth": 0, "max_leaves": 128, "grow_policy": "lossguide",
        "min_child_weight": 1, "lambda": 1, "max_bin": 64, "subsample": 0.9, **_SINGLE,
    },
    "every-row": {
        "eta": 0.05, "max_depth": 9, "min_child_weight": 1, "lambda": 0.3,
        "colsample_bynode": 0.4, "subsample": 1, "max_cat_threshold": 16,
    },
    "deep": {
        "eta": 0.05, "max_depth": 9, "min_child_weight": 0.3, "lambda": 0.3,
        "colsample_bynode": 0.4, "subsample": 0.85, "max_cat_threshold": 16,
    },
    "forest": {
        "eta": 0.2, "max_depth": 8, "min_child_weight": 0.3, "lambda": 0.3,
        "num_parallel_tree": 6, "colsample_bynode": 0.35, "subsample": 0.7, **_SINGLE,
    },
    "coarse": {
        "eta": 0.04, "max_depth": 7, "min_child_weight": 0.1, "lambda": 0.1,
        "max_bin": 48, "colsample_bynode": 0.5, "subsample": 0.9, **_SINGLE,
    },
}  # fmt: skip
"""By name, simplest first.

Noisy tables want the first ones, near-deterministic tables the others; weights found on
out-of-fold predictions pick the regime. ``whole``, ``forest`` and ``coarse`` are fitted only
when named: others earn their weights (benchmarks/quality). `fitting.plan` says which suit a size.
"""

DERIVED = {"light-derived": "light", "every-row-derived": "every-row"}
"""Configurations that are those of another, reading the derived columns too."""
