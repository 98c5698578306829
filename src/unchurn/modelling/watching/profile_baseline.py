"""A coarse baseline for a bundle that holds none: from its profile and the quantiles of its scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from unchurn.modelling.drift.numbers import as_numbers
from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.watching.baseline import number_baseline, widths
from unchurn.modelling.watching.chance import null_moments
from unchurn.modelling.watching.sketch import finite

CANNOT = (
    "The model was trained before baselines were kept in full: distances are measured at tenths of "
    "training's values only, and how much each column weighs in the score is not known. "
    "Train again for more."
)


def baseline_of_profile(
    profile: Mapping[str, Any],
    parts: Mapping[str, EncodedColumn],
    probabilities: npt.NDArray[np.float64],
) -> dict[str, Any]:
    """Return what `baseline` would, as far as ``profile.json`` and quantiles of scores (n,) go."""
    known = profile.get("columns", {})
    rows = int(profile.get("rows", 0))
    score = number_baseline(probabilities, 101, "score")
    score |= {"rows": rows or len(probabilities), "missing": 0}
    columns = {
        name: _category(then, parts[name]) if parts[name].is_category else _number(then)
        for name, then in known.items()
        if name in parts
    }
    return {"version": 0, "rows": rows, "columns": columns, "score": score, "weights": {}}


def _number(then: dict[str, Any]) -> dict[str, Any]:
    base = {name: then[name] for name in ("kind", "rows", "missing")}
    if not then.get("edges"):
        return {**base, "knots": [], "counts": []}
    knots, quantiles = finite(as_numbers(then["edges"])), finite(as_numbers(then["quantiles"]))
    shares = np.cumsum(then["bins"])[:-1] / sum(then["bins"])
    drawn_in = np.clip(quantiles, knots[0], knots[-1])
    return {
        **base,
        "low": float(quantiles[0]),
        "high": float(quantiles[-1]),
        "knots": knots.tolist(),
        "counts": list(then["bins"]),
        "sd": float(np.std(drawn_in)),
        "chance": list(null_moments(shares, widths(knots))),
        "whole": float(np.mean(quantiles == np.floor(quantiles))),
    }


def _category(then: dict[str, Any], part: EncodedColumn) -> dict[str, Any]:
    top = dict(then.get("top", ()))
    codes = [code for code, value in enumerate(part.values, 1) if value in top]
    counts = [int(top[part.values[code - 1]]) for code in codes]
    rest = then["rows"] - then["missing"] - sum(counts)
    return {
        "kind": then["kind"],
        "rows": then["rows"],
        "missing": then["missing"],
        "codes": codes,
        "counts": counts,
        "known": 0,
        "unseen": rest,
        "once": max(0, then.get("distinct", 0) - len(top)),
    }
