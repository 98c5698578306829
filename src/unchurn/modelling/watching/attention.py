"""Fairness of attention: slices of customers whom a list reaches, or judges, otherwise than training did.

Reach is the share of a slice that is among the riskiest fifth of the month; it is a matter of order alone, so that
a month in which everybody scores higher moves none. Training's is a span: of all its rows, and of those who
stayed, for a month of a label table lacks who has left since. Calibration is who left of a slice
beside what its scores said, given the same of everybody: that a whole month came true otherwise is another measure's.

A slice asks to be looked at where it has moved by what matters and by more than chance makes (Bernstein's
bounds). Nothing here asks to act: whom to reach is a person's decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from unchurn.errors import counted
from unchurn.modelling.watching.chance import share_floor
from unchurn.modelling.watching.levels import LEAST_ROWS, LIMITS, Level
from unchurn.modelling.watching.watched_slices import REACHED, SliceSketch

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Plain = dict[str, Any]


def compare_reach(then: Mapping[str, Any], now: SliceSketch, alpha: float) -> list[Plain]:
    """Compare the slices of a column; `then` is of the baseline, `alpha` each one's share of false alarms.

    Returns of each slice of at least `LEAST_ROWS` customers, then and now: column, slice, rows, reach, training (a
    span), change, floor, level and reason.
    """
    reached = now.reached()
    made = []
    for place, (name, rows) in enumerate(zip(then["names"], now.rows.tolist(), strict=True)):
        before = then["rows"][place]
        stayed = before - then["left"][place]
        if min(rows, stayed) < LEAST_ROWS:
            continue
        spans = then["reached"][place] / before, then["reached_stayed"][place] / stayed
        low, high = min(spans), max(spans)
        reach = float(reached[place]) / rows
        nearest = min(max(reach, low), high)
        found = {
            "column": then["column"],
            "slice": name,
            "rows": rows,
            "reach": reach,
            "training": [low, high],
            "change": reach - nearest,
            "floor": share_floor(nearest, rows, before, alpha),
        }
        made.append(_judged("reach", found, _reach_words))
    return made


def compare_calibration(
    then: Mapping[str, Any],
    places: I64,
    labels: I64,
    probabilities: F64,
    weights: F64,
    alpha: float,
) -> list[Plain]:
    """Compare who left of a column's slices with what their scores said, beside the same in training.

    `places`, `labels`, `probabilities` and `weights` are (n,) of customers whose outcome is known. Returns of each slice of
    at least `LEAST_ROWS`: column, slice, customers, left, expected (given everybody's), change (a share of it),
    floor, level and reason.
    """
    overall = _ratio(float(weights @ labels), float(weights @ probabilities))
    usual = _ratio(sum(then["left"]), sum(then["expected"]))
    made = []
    for place, name in enumerate(then["names"]):
        inside = places == place
        before = then["rows"][place]
        own = _ratio(then["left"][place], then["expected"][place]) / usual if usual else 0.0
        if min(int(inside.sum()), before) < LEAST_ROWS or not own or not overall:
            continue
        expected = np.minimum(probabilities[inside] * overall * own, 1.0)
        stands_for, total = weights[inside], float(weights[inside] @ expected)
        left = float(stands_for @ labels[inside])
        variance = float(np.square(stands_for) @ (expected * (1 - expected)))
        sure = log(2 / alpha)
        spread = variance / total**2 + 1 / max(then["left"][place], 1)
        found = {
            "column": then["column"],
            "slice": name,
            "customers": int(inside.sum()),
            "left": left / float(stands_for.sum()),
            "expected": total / float(stands_for.sum()),
            "change": left / total - 1,
            "floor": sqrt(2 * sure * spread) + float(stands_for.max()) * sure / (3 * total),
        }
        made.append(_judged("slice calibration", found, _calibration_words))
    return made


def gravest_first(slices: list[Plain]) -> list[Plain]:
    """Order slices: those to look at, then by how far they have moved beside chance."""

    def order(each: Plain) -> tuple[bool, float]:
        return each["level"] == "steady", -abs(each["change"]) / each["floor"]

    return sorted(slices, key=order)


def attention_reasons(slices: list[Plain]) -> list[dict[str, str]]:
    """Return one reason to look, {"level", "words"}, for all slices that have moved: they move one another."""
    moved = [each for each in gravest_first(slices) if each["level"] != "steady"]
    if not moved:
        return []
    rest = f" So have {counted(len(moved) - 1, 'slice')} more." if len(moved) > 1 else ""
    return [{"level": "look", "words": f"{moved[0]['reason']}{rest}"}]


def _ratio(left: float, expected: float) -> float:
    return left / expected if expected > 0 else 0.0


def _judged(measure: str, found: Plain, words: Any) -> Plain:
    size = abs(found["change"])
    large = size >= LIMITS[measure]["look"] and size > found["floor"]
    level: Level = "look" if large else "steady"
    return {**found, "level": level, "reason": words(found) if large else ""}


def _whom(found: Mapping[str, Any]) -> str:
    return f"customers with {found['column']!r} {found['slice']}"


def _reach_words(found: Mapping[str, Any]) -> str:
    low, high = (f"{each:.0%}" for each in found["training"])
    then = low if low == high else f"{low} to {high}"
    return (
        f"The list reaches {_whom(found)} otherwise: {found['reach']:.0%} of {found['rows']:,} are among the riskiest "
        f"{REACHED:.0%}, in training {then} were; chance makes {100 * found['floor']:.0f} points."
    )


def _calibration_words(found: Mapping[str, Any]) -> str:
    return (
        f"Scores of {_whom(found)} no longer mean what they meant: {found['left']:.1%} of "
        f"{found['customers']:,} left, and {found['expected']:.1%} would have by what came true of everybody."
    )
