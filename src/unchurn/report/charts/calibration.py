"""Reliability: what was predicted against what happened, with intervals and counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unchurn.report import reading, svg, wording
from unchurn.report.plot import Axis, Figure, Plot, canvas

STRIP = 44.0
"""Height of the strip of counts under the curve, in pixels."""


def calibration(bins: Any, ece: float | None) -> Figure:
    """Draw observed against predicted rates; `bins` as in the evaluation's calibration curve."""
    title = "Whether a stated risk comes true"
    if ece is not None:
        title = f"A stated risk is off by {wording.points(ece)} percentage points on average"
    note = (
        "On the dashed line, of customers given 30%, 30 in 100 leave. Whiskers are 95% intervals, "
        "bars below count the customers in each group (calibration)."
    )
    kept = [b for b in reading.rows(bins) if _both(b)]
    if not kept:
        return Figure("calibration", title, note)
    top = _top(kept)
    axis = Axis(0, top, "Predicted risk", wording.percent_tick)
    plot = Plot(axis, Axis(0, top, "Share who left", wording.percent_tick), 360, bottom=106)
    body = [plot.grid_y(), plot.grid_x()]
    body.append(svg.polyline(plot.place([(0, 0), (top, top)]), "guess"))
    pairs = [(b["predicted"], b["observed"]) for b in kept]
    body.append(svg.polyline(plot.place(pairs), "curve thin"))
    body += [_point(plot, b) for b in kept]
    body.append(_counts(plot, kept))
    said = "; ".join(_said(b) for b in kept)
    drawn = canvas("calibration", title, f"{said}.", plot.height, *body)
    return Figure("calibration", title, note, drawn)


def _both(group: Mapping[str, Any]) -> bool:
    found = (reading.number(group.get("predicted")), reading.number(group.get("observed")))
    return None not in found


def _top(groups: list[Mapping[str, Any]]) -> float:
    keys = ("predicted", "observed", "high")
    highest = max(reading.number(group.get(key)) or 0.0 for group in groups for key in keys)
    return min(1.0, svg.widened(0, max(highest, 0.01))[1])


def _point(plot: Plot, group: Mapping[str, Any]) -> str:
    x = plot.x(group["predicted"])
    low, high = reading.number(group.get("low")), reading.number(group.get("high"))
    whisker = ""
    if low is not None and high is not None:
        whisker = svg.line(x, plot.y(max(low, 0.0)), x, plot.y(min(high, 1.0)), "whisker")
    return whisker + svg.dot(x, plot.y(group["observed"]), 4.5, "mark")


def _counts(plot: Plot, groups: list[Mapping[str, Any]]) -> str:
    counts = [reading.number(group.get("count")) or 0.0 for group in groups]
    most = max(counts)
    if most <= 0:
        return ""
    floor = plot.height - 6
    drawn = [svg.line(plot.left, floor, plot.x(plot.x_axis.high), floor, "base")]
    for group, size in zip(groups, counts, strict=True):
        tall = (STRIP - 14) * size / most
        drawn.append(svg.bar(plot.x(group["predicted"]) - 3, floor - tall, 6, tall, "quiet"))
    words = wording.compact(most)
    return "".join(drawn) + svg.label(plot.left - 8, floor - STRIP + 22, words, "tick", "end")


def _said(group: Mapping[str, Any]) -> str:
    predicted, observed = wording.percent(group["predicted"]), wording.percent(group["observed"])
    return f"predicted {predicted}, observed {observed}, {wording.counted(group.get('count'), 'customer')}"
