"""SHAP summary: every explained customer is a dot in the row of each leading column."""

from __future__ import annotations

from typing import Any

from unchurn.report import reading, svg
from unchurn.report.beeswarm_offsets import Dot, dots, offsets, span
from unchurn.report.plot import WIDTH, Axis, Figure, Plot, canvas
from unchurn.report.svg import Point

ROW = 40.0
SHADES = 7
"""Colour classes from low to high values: swarm-0 to swarm-6; swarm-none has no value."""


def beeswarm(summary: Any) -> Figure:
    """Draw `summary`: [{"column", "contributions": log-odds, "values": 0..1 or null}]."""
    read = [(reading.text(row.get("column")), dots(row)) for row in reading.rows(summary)]
    rows = [(name, found) for name, found in read if found]
    title = "How each column moves the score, customer by customer"
    note = (
        "A dot is a customer: right of the line it raises the risk, left it lowers it. Colour is the "
        "customer's own value, grey for a category or a missing cell (SHAP summary)."
    )
    if not rows:
        return Figure("swarm", title, note)
    every = [move for _, found in rows for move, _ in found]
    low, high = span(every)
    axis = Axis(low, high, "Push on the score (log-odds)")
    height = 34 + ROW * len(rows) + 46
    plot = Plot(axis, Axis(0, 1, ""), height, left=4, right=4, top=30)
    body = [plot.grid_x(lines=True), plot.up(0.0, "zero"), _ramp()]
    body += [_row(plot, 34 + ROW * i, *row) for i, row in enumerate(rows)]
    names = ", ".join(name for name, _ in rows)
    said = f"One row a column, most important first: {names}."
    return Figure("swarm", title, note, canvas("swarm", title, said, height, *body))


def _shade(value: float | None) -> str:
    if value is None:
        return "swarm swarm-none"
    return f"swarm swarm-{min(int(min(max(value, 0.0), 1.0) * SHADES), SHADES - 1)}"


def _row(plot: Plot, top: float, name: str, found: list[Dot]) -> str:
    middle = top + 14 + (ROW - 14) / 2
    aside = offsets([move for move, _ in found], plot.x_axis.low, plot.x_axis.high, 90)
    shades: dict[str, list[Point]] = {}
    for (move, value), offset in zip(found, aside, strict=True):
        place = (plot.x(move), middle + offset * (ROW / 2 - 8))
        shades.setdefault(_shade(value), []).append(place)
    drawn = svg.line(plot.left, middle, WIDTH - plot.right, middle, "grid")
    drawn += svg.label(0, top + 13, svg.fit(name, WIDTH), "name halo", full=name)
    return drawn + "".join(svg.dots(shades[kind], kind) for kind in sorted(shades))


def _ramp() -> str:
    start, step = WIDTH - 36 - SHADES * 12, 12.0
    parts = [svg.label(start - 6, 13, "low value", "tick", "end")]
    parts += [svg.bar(start + i * step, 4, step, 10, f"shade-{i}") for i in range(SHADES)]
    return "".join(parts) + svg.label(start + SHADES * step + 6, 13, "high", "tick")
