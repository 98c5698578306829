"""One column of a month, or the scores, beside the baseline: measures, floors, level, reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from unchurn.modelling.watching import distances as far
from unchurn.modelling.watching.chance import (
    distance_floor,
    divergence_floor,
    index_floor,
    share_floor,
)
from unchurn.modelling.watching.levels import LEAST_ROWS, Level, highest, judged, matters
from unchurn.modelling.watching.sketch import CategorySketch, NumberSketch, Sketch

_DAY = 86_400_000_000.0
"""Microseconds in a day."""
Alphas = Mapping[str, float]


def comparisons(columns: Mapping[str, Mapping[str, Any]]) -> int:
    """Count what is judged of a month: what false alarms are shared among.

    Besides columns these are the scores, all columns together, and the reach of all slices as one.
    """
    apart = {"date": 1}
    return 3 + sum(apart.get(str(then["kind"]), 3) for then in columns.values())


def compare_column(
    name: str,
    then: dict[str, Any],
    now: Sketch,
    alphas: Alphas,
    weight: float | None = None,
    columns: int = 1,
    unit: str = "",
) -> dict[str, Any]:
    """Compare one column; `then` is of the baseline, `alphas` each comparison's share of false alarms.

    Returns name, kind, level, reason, weight, rows and present, and ``distance``, ``psi``, ``missing``,
    ``unseen``, ``outside``, ``typical``, each None where there is no such thing.
    """
    found: dict[str, Any] = {"missing": _missing(then, now, alphas)}
    present = then["rows"] - then["missing"]
    if present >= LEAST_ROWS and now.present >= LEAST_ROWS:
        if isinstance(now, CategorySketch):
            found |= _category(then, now, alphas)
        elif then["knots"]:
            found |= _number(then, now, alphas, unit)
    levels: dict[str, Level] = {
        key: each["level"]
        for key, each in found.items()
        if isinstance(each, dict) and "level" in each
    }
    level, reason = highest(levels.values()), _reason(name, found, levels)
    if level == "act" and not matters(weight, columns):
        level, reason = "look", f"{reason} It weighs little in the score ({weight:.1%})."
    empty = dict.fromkeys(("distance", "psi", "unseen", "outside", "typical"))
    return {
        **empty,
        **found,
        "name": name,
        "kind": then["kind"],
        "level": level,
        "reason": reason,
        "weight": weight,
        "rows": now.rows,
        "present": now.present,
    }


def compare_scores(then: dict[str, Any], now: NumberSketch, alphas: Alphas) -> dict[str, Any]:
    """Compare probabilities with the out-of-fold ones of training, as a column; also their means."""
    made = compare_column("score", then, now, alphas, unit="probability")
    made["reason"] = made["reason"].replace("'score'", "The score", 1)
    return {**made, "mean": now.moments.mean}


def _floors(floor: Any, alphas: Alphas) -> dict[str, float]:
    return {level: floor(alpha) for level, alpha in alphas.items()}


def _share(measure: str, share: float, base: float, sizes: tuple[int, int], a: Alphas) -> Any:
    floors = _floors(lambda alpha: share_floor(base, *sizes, alpha), a)
    apart = share - base
    # Fewer blanks or fewer new values than in training is no alarm; more is.
    level = judged(measure, max(apart, 0.0), floors) if sizes[0] >= LEAST_ROWS else "steady"
    return {"share": share, "baseline": base, "floor": floors, "level": level}


def _missing(then: dict[str, Any], now: Sketch, alphas: Alphas) -> dict[str, Any] | None:
    if not now.rows or not then["rows"]:
        return None
    share, base = (now.rows - now.present) / now.rows, then["missing"] / then["rows"]
    found: dict[str, Any] = _share("missing", share, base, (now.rows, then["rows"]), alphas)
    return found


def _category(then: dict[str, Any], now: CategorySketch, alphas: Alphas) -> dict[str, Any]:
    cells = far.category_cells(then, now)
    rows, before = now.present, int(cells.then.sum())
    value = far.jensen_shannon(cells)
    count = len(cells.then)
    floors = _floors(lambda alpha: divergence_floor(count, rows, before, alpha), alphas)
    unseen = (then["unseen"] + then["once"]) / before
    return {
        "distance": {
            "measure": "jensen-shannon",
            "value": value,
            "unit": "0 to 1",
            "in_sd": None,
            "floor": floors,
            "level": judged("jensen-shannon", value, floors),
        },
        "psi": _psi(cells, rows, before, alphas),
        "unseen": _share("unseen", now.counts[0] / rows, unseen, (rows, before), alphas),
    }


def _number(then: dict[str, Any], now: NumberSketch, alphas: Alphas, unit: str) -> dict[str, Any]:
    rows, before = now.present, then["rows"] - then["missing"]
    date, sd = then["kind"] == "date", then["sd"]
    value, scale = far.wasserstein(then, now), _DAY if date else 1.0
    span = float(now.knots[-1] - now.knots[0])
    chance = (then["chance"][0], then["chance"][1])
    in_sd = value / sd if sd else None
    floors = _floors(lambda a: distance_floor(chance, span, rows, before, a) / (sd or 1), alphas)
    distance: dict[str, Any] = {
        "measure": "wasserstein-1",
        "value": value / scale,
        "unit": "days" if date else unit or "the column's own",
        "in_sd": in_sd,
        "floor": floors,
    }
    found: dict[str, Any] = {
        "distance": distance,
        "psi": _psi(far.number_cells(then, now), rows, before, alphas),
        "typical": _typical(then, now, date),
    }
    if date:
        # Days go on from month to month: how far is said, and no alarm.
        return found
    distance["level"] = judged("wasserstein-1", in_sd or 0.0, floors)
    if then["kind"] == "score":
        return found
    share = (now.below + now.above) / rows
    return {**found, "outside": _share("outside", share, 2 / before, (rows, before), alphas)}


def _psi(cells: far.Cells, rows: int, before: int, alphas: Alphas) -> dict[str, Any]:
    """Return the index with its floor; it sets no level, for its usual limits know no sample size."""
    floor = index_floor(len(cells.then), rows, before, alphas["look"])
    return {"value": far.stability_index(cells), "floor": floor, "cells": len(cells.then)}


def _typical(then: dict[str, Any], now: NumberSketch, date: bool) -> dict[str, Any]:
    values = far.median(now.knots, now.counts), far.median(now.knots, then["counts"])
    shown = [str(np.datetime64(int(each), "us"))[:10] if date else each for each in values]
    return {"now": shown[0], "baseline": shown[1]}


def _reason(name: str, found: dict[str, Any], levels: Mapping[str, Level]) -> str:
    """Say in a sentence for each what is beyond chance and large, the gravest first."""
    said = {key: level for key, level in levels.items() if level != "steady"}
    order = sorted(said, key=lambda key: (said[key] != "act", list(_WORDS).index(key)))
    return " ".join(_WORDS[key](name, found) for key in order)


def _distance_words(name: str, found: dict[str, Any]) -> str:
    made = found["distance"]
    least = made["floor"]["look"]
    if made["in_sd"] is None:
        return (
            f"The mix of {name!r} has changed: its distance from training's is {made['value']:.2f} "
            f"(0 to 1), and chance makes up to {least:.2f}."
        )
    typical = found["typical"]
    unit = "" if made["unit"] == "the column's own" else f" ({made['unit']})"
    return (
        f"{name!r} has moved by {_figure(made['value'])}{unit}, {made['in_sd']:.2f} standard deviations; "
        f"chance makes up to {least:.2f}. Half are at most {_figure(typical['now'])}, in training "
        f"{_figure(typical['baseline'])}."
    )


def _figure(value: float) -> str:
    return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def _share_words(key: str, words: str) -> Any:
    def say(name: str, found: dict[str, Any]) -> str:
        made = found[key]
        then = f"{made['baseline']:.1%} in training"
        return f"{made['share']:.1%} of {name!r} {words} ({then})."

    return say


_WORDS = {
    "distance": _distance_words,
    "missing": _share_words("missing", "is blank"),
    "unseen": _share_words("unseen", "are values that training hardly or never saw"),
    "outside": _share_words("outside", "lies outside what training saw"),
}
