"""What contacting customers from a given risk upwards would have earned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unchurn.report import reading, svg, wording
from unchurn.report.plot import WIDTH, Axis, Figure, Plot, canvas


def profit(found: Any) -> Figure:
    """Draw profit by threshold, with the list, contacting everybody and the best cut beside it."""
    given = reading.mapping(found)
    points = sorted(reading.points(given.get("thresholds"), given.get("profit")))
    best = reading.number(given.get("best_profit"))
    everybody = reading.number(given.get("contact_everybody"))
    listed = reading.number(reading.mapping(given.get("by_expected_value")).get("profit"))
    currency = reading.text(given.get("currency"))
    title, note = _title(given, currency), _NOTE
    if len(points) < 2:
        return Figure("profit", title, note)
    drawn = [y for y in (everybody, listed, best, 0.0) if y is not None]
    heights = [y for _, y in points] + drawn
    y_axis = Axis(*svg.widened(min(heights), max(heights)), _in("Profit", currency))
    x_axis = Axis(*svg.widened(points[0][0], points[-1][0]), "Contact from this risk upwards")
    x_axis = Axis(x_axis.low, x_axis.high, x_axis.label, wording.percent_tick)
    plot = Plot(x_axis, y_axis, left=52)
    body = [plot.grid_y(), plot.grid_x(), plot.across(0.0, "zero")]
    body.append(svg.polyline(plot.place(points), "curve"))
    body += [_rivals(plot, everybody), _list(plot, listed), _hindsight(plot, given, best)]
    said = f"{title}. Contacting everybody: {wording.money(everybody, currency)}; nobody: 0."
    return Figure("profit", title, note, canvas("profit", title, said, plot.height, *body))


_NOTE = (
    "The line across is what the list's own rule earned on the held-out customers. The curve is what "
    "contacting all at or above a risk would have; its top is known only afterwards."
)


def _title(given: Mapping[str, Any], currency: str) -> str:
    listed = reading.mapping(given.get("by_expected_value"))
    chosen, earned = (reading.number(listed.get(k)) for k in ("contacted", "profit"))
    if chosen is None or earned is None:
        return "Profit by the risk from which customers are contacted"
    if chosen == 0:
        return "At these costs, the list would contact nobody"
    made = "earned" if earned >= 0 else "lost"
    return f"The list would have {made} {wording.money(abs(earned), currency)}"


def _in(measured: str, currency: str) -> str:
    return f"{measured}, {currency}" if currency else measured


def _list(plot: Plot, listed: float | None) -> str:
    if listed is None:
        return ""
    words = svg.label(WIDTH - plot.right, plot.y(listed) - 6, "the list", "tick halo", "end")
    return plot.across(listed, "guide") + words


def _hindsight(plot: Plot, given: Mapping[str, Any], best: float | None) -> str:
    """Mark the top of the curve, where there is anything to earn."""
    at = reading.number(given.get("best_threshold"))
    if at is None or best is None or best <= 0:
        return ""
    return svg.dot(plot.x(at), plot.y(best), 4, "mark")


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
