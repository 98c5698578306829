"""How scores are spread among those who left and those who stayed."""

from __future__ import annotations

from typing import Any

from unchurn.report import reading, svg, wording
from unchurn.report.plot import Axis, Figure, Plot, canvas, legend
from unchurn.report.svg import Point


def distribution(counts: Any) -> Figure:
    """Draw two histograms, each as shares of its class; `counts`: {"edges", "stayed", "churned"}.

    Shares and not counts: leavers are few, and would vanish beside those who stayed.
    """
    found = reading.mapping(counts)
    edges = [edge for edge in reading.series(found.get("edges")) if edge is not None]
    stayed, churned = _shares(found.get("stayed")), _shares(found.get("churned"))
    title = "Scores of those who left and those who stayed"
    note = "How the stated risks spread, each side as shares of its own customers (distribution)."
    if len(edges) < 2 or not (len(stayed) == len(churned) == len(edges) - 1):
        return Figure("distribution", title, note)
    middles = (_median(edges, stayed), _median(edges, churned))
    said = (
        f"Half of those who left score above {wording.percent(middles[1])}; "
        f"half of those who stayed, below {wording.percent(middles[0])}"
    )
    title = said if None not in middles else title
    top = svg.widened(0, max(*stayed, *churned, 0.01))[1]
    x_axis = Axis(edges[0], edges[-1], "Predicted risk", wording.percent_tick)
    plot = Plot(x_axis, Axis(0, top, "Share of each side", wording.percent_tick))
    body = [plot.grid_y(), _histogram(plot, edges, stayed, "stayed")]
    body += [_histogram(plot, edges, churned, "churned"), plot.grid_x()]
    body.append(legend([("stayed", "stayed"), ("churned", "left")]))
    drawn = canvas("distribution", title, f"{said}.", plot.height, *body)
    return Figure("distribution", title, note, drawn)


def _shares(counts: Any) -> list[float]:
    known = [max(value or 0.0, 0.0) for value in reading.series(counts)]
    total = sum(known)
    return [value / total for value in known] if total else known


def _median(edges: list[float], shares: list[float]) -> float | None:
    gone = 0.0
    for left, right, share in zip(edges, edges[1:], shares, strict=False):
        if share and gone + share >= 0.5:
            return left + (right - left) * (0.5 - gone) / share
        gone += share
    return None


def _histogram(plot: Plot, edges: list[float], shares: list[float], kind: str) -> str:
    steps: list[Point] = []
    for left, right, share in zip(edges, edges[1:], shares, strict=False):
        steps += [(left, share), (right, share)]
    placed = plot.place(steps)
    floor = plot.y(0)
    fill = svg.area(placed, floor, f"{kind} see-through")
    return fill + svg.polyline(placed, f"outline-{kind}")
