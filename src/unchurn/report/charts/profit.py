"""What contacting customers from a given risk upwards would have earned."""

from __future__ import annotations

from typing import Any

from unchurn.report import reading, svg, wording
from unchurn.report.plot import WIDTH, Axis, Figure, Plot, canvas


def profit(found: Any) -> Figure:
    """Draw profit by threshold with contacting nobody and everybody beside it."""
    given = reading.mapping(found)
    points = sorted(reading.points(given.get("thresholds"), given.get("profit")))
    at, best = (reading.number(given.get(k)) for k in ("best_threshold", "best_profit"))
    everybody = reading.number(given.get("contact_everybody"))
    title = _title(at, best)
    note = "Profit on the held-out customers when all at or above a risk are contacted."
    if len(points) < 2:
        return Figure("profit", title, note)
    heights = [y for _, y in points] + [y for y in (everybody, best, 0.0) if y is not None]
    y_axis = Axis(*svg.widened(min(heights), max(heights)), "Profit")
    x_axis = Axis(*svg.widened(points[0][0], points[-1][0]), "Contact from this risk upwards")
    x_axis = Axis(x_axis.low, x_axis.high, x_axis.label, wording.percent_tick)
    plot = Plot(x_axis, y_axis, left=52)
    body = [plot.grid_y(), plot.grid_x(), plot.across(0.0, "zero")]
    body.append(svg.polyline(plot.place(points), "curve"))
    body.append(_rivals(plot, everybody))
    if at is not None and best is not None and best > 0:
        body += [plot.up(at, "guide"), svg.dot(plot.x(at), plot.y(best), 5, "mark")]
    said = f"{title}. Contacting everybody: {wording.money(everybody)}; nobody: 0."
    return Figure("profit", title, note, canvas("profit", title, said, plot.height, *body))


def _title(at: float | None, best: float | None) -> str:
    if at is None or best is None:
        return "Profit by the risk from which customers are contacted"
    if best <= 0:
        return "At these costs, contacting nobody is best"
    return f"Contacting from {wording.percent(at)} risk upwards earns most: {wording.money(best)}"


def _rivals(plot: Plot, everybody: float | None) -> str:
    """Name the lines of contacting nobody and everybody, where the curve is high above them."""
    drawn = ""
    if everybody is not None:
        near = everybody < 0 and plot.y(everybody) - plot.y(0.0) < 20
        drawn = plot.across(everybody, "guess")
        drawn += _beside(plot, everybody, "contact everybody", 15 if near else -6)
    if plot.y_axis.low < 0:
        drawn += _beside(plot, 0.0, "contact nobody", -6)
    return drawn


def _beside(plot: Plot, value: float, words: str, shift: float) -> str:
    middle = plot.left + 0.6 * (WIDTH - plot.right - plot.left)
    return svg.label(middle, plot.y(value) + shift, words, "tick halo", "middle")
