"""Lift by decile: how much likelier than average each tenth of the customers is to leave."""

from __future__ import annotations

from typing import Any

from unchurn.report import reading, svg, wording
from unchurn.report.plot import Axis, Figure, Plot, canvas


def lift(values: Any) -> Figure:
    """Draw one bar a decile; `values` are lifts, riskiest decile first."""
    lifts = reading.series(values)
    top = lifts[0] if lifts else None
    title = "How risk is spread over the tenths"
    if top is not None:
        title = f"The riskiest tenth leaves {wording.times(top)} times as often as average"
    note = "Customers in ten equal groups by risk; the dashed line is the average (lift by decile)."
    known = [value for value in lifts if value is not None]
    if not known:
        return Figure("lift", title, note)
    x_axis = Axis(0.5, len(lifts) + 0.5, "Tenth of customers, riskiest first", at=_deciles(lifts))
    y_axis = Axis(0, svg.widened(0, max(*known, 1.0))[1], "Times the average", lambda v: f"{v:g}×")
    plot = Plot(x_axis, y_axis)
    body = [plot.grid_y(), *(_bar(plot, i, value) for i, value in enumerate(lifts, 1))]
    body += [plot.across(1.0, "guess"), plot.grid_x()]
    said = ", ".join(f"{i}: {wording.times(value)}" for i, value in enumerate(lifts, 1))
    drawn = canvas("lift", title, f"Lift by decile: {said}.", plot.height, *body)
    return Figure("lift", title, note, drawn)


def _deciles(lifts: list[float | None]) -> list[float]:
    return [float(i) for i in range(1, len(lifts) + 1)]


def _bar(plot: Plot, decile: int, value: float | None) -> str:
    if value is None:
        return ""
    wide = (plot.x(1) - plot.x(0)) * 0.68
    middle, floor = plot.x(decile), plot.y(0)
    kind = "churned" if value >= 1 else "stayed"
    drawn = svg.bar(middle - wide / 2, floor, wide, plot.y(value) - floor, kind)
    return drawn + svg.label(middle, plot.y(value) - 6, wording.times(value), "value", "middle")
