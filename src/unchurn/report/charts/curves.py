"""Curves over a unit square: ROC, precision and recall, cumulative gains."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from unchurn.report import reading, svg, wording
from unchurn.report.plot import Axis, Figure, Plot, canvas
from unchurn.report.svg import Point

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def roc(curve: Any, roc_auc: float | None) -> Figure:
    """Draw the receiver operating characteristic; `curve` is {"x": false, "y": true rates}."""
    title = "How well it tells leavers from stayers"
    if roc_auc is not None:
        title = f"A leaver outranks a stayer {wording.points(roc_auc)} times in 100"
    note = "The further above the dashed line of guessing, the better (ROC curve)."
    axes = ("Stayers flagged in error", "Leavers found")
    points = _points(curve)
    said = f"ROC-AUC {wording.decimal(roc_auc)}. {_described(points, *axes)}"
    return _unit_square("roc", title, note, said, points, axes, [(0.0, 0.0), (1.0, 1.0)])


def precision_recall(curve: Any, average: float | None, base_rate: float | None) -> Figure:
    """Draw precision against recall; `curve` is {"x": recalls, "y": precisions}."""
    title = "The price of finding more leavers"
    if average is not None:
        chance = "" if base_rate is None else f", {wording.percent(base_rate)} by guessing"
        title = f"Of those flagged, {wording.percent(average)} leave on average{chance}"
    note = "The further above the dashed line of guessing, the better (precision and recall; average precision)."
    axes = ("Leavers found", "Flagged customers who left")
    points = _points(curve)
    guess = [] if base_rate is None else [(0.0, base_rate), (1.0, base_rate)]
    said = f"Average precision {wording.decimal(average)}. {_described(points, *axes)}"
    return _unit_square("precision-recall", title, note, said, points, axes, guess)


def gains(curve: Any) -> Figure:
    """Draw cumulative gains; `curve` is {"share": contacted, "captured": of the leavers}."""
    found = reading.mapping(curve)
    points = sorted(reading.points(found.get("share"), found.get("captured")))
    fifth = captured_at(points, 0.2)
    title = "Leavers found by contacting the riskiest first"
    if fifth is not None:
        title = f"The riskiest fifth holds {wording.percent(fifth)} of those who left"
    note = "The dashed line is contacting customers at random (cumulative gains)."
    axes = ("Customers contacted, riskiest first", "Leavers among them")
    marks = [] if fifth is None else [(0.2, fifth)]
    said = _described(points, *axes)
    guess = [(0.0, 0.0), (1.0, 1.0)]
    return _unit_square("gains", title, note, said, points, axes, guess, marks)


def captured_at(points: list[Point], share: float) -> float | None:
    """Read a curve of ascending x at `share`, between its points; None outside of them."""
    for (x1, y1), (x2, y2) in pairwise(points):
        if x1 <= share <= x2 and x2 > x1:
            return y1 + (y2 - y1) * (share - x1) / (x2 - x1)
    return None


def _points(curve: Any) -> list[Point]:
    found = reading.mapping(curve)
    return reading.points(found.get("x"), found.get("y"))


def _described(points: list[Point], x_label: str, y_label: str) -> str:
    ordered = sorted(points)
    read = [(x, captured_at(ordered, x)) for x in (0.1, 0.25, 0.5)]
    parts = [f"{wording.percent(x)}: {wording.percent(y)}" for x, y in read if y is not None]
    return f"{y_label} at {x_label.lower()} of {', '.join(parts)}." if parts else ""


def _unit_square(
    key: str,
    title: str,
    note: str,
    said: str,
    points: list[Point],
    axes: tuple[str, str],
    guess: list[Point],
    marks: list[Point] | None = None,
) -> Figure:
    if len(points) < 2:
        return Figure(key, title, note)
    x_axis = Axis(0, 1, axes[0], wording.percent_tick, SHARES)
    plot = Plot(x_axis, Axis(0, 1, axes[1], wording.percent_tick, SHARES))
    body = [plot.grid_y(), plot.grid_x()]
    body.append(svg.area(plot.place(points), plot.height - plot.bottom, "wash"))
    if guess:
        body.append(svg.polyline(plot.place(guess), "guess"))
    body.append(svg.polyline(plot.place(points), "curve"))
    for x, y in marks or []:
        at_x, at_y = plot.x(x), plot.y(y)
        body.append(svg.line(at_x, plot.height - plot.bottom, at_x, at_y, "guide"))
        body.append(svg.dot(at_x, at_y, 4.5, "mark"))
        words = f"{wording.percent(y)} at {wording.percent(x)}"
        body.append(svg.label(at_x + 10, at_y + 16, words, "value"))
    return Figure(key, title, note, canvas(key, title, said, plot.height, *body))
