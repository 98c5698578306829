"""Observed against predicted leaving within groups of customers, one chart a column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unchurn.report import reading, svg, wording
from unchurn.report.plot import WIDTH, Axis, Figure, Plot, canvas, legend

MOST_COLUMNS, MOST_VALUES = 8, 12
ROW = 40.0


def slices(groups: Any) -> list[Figure]:
    """Draw `groups` as in the evaluation's slices; at most 8 columns of 12 values."""
    by_column: dict[str, list[Mapping[str, Any]]] = {}
    for group in reading.rows(groups):
        if reading.number(group.get("observed")) is not None:
            by_column.setdefault(reading.text(group.get("column")), []).append(group)
    charted = list(by_column.items())[:MOST_COLUMNS]
    return [_chart(f"slice-{i}", name, found) for i, (name, found) in enumerate(charted, 1)]


def _chart(key: str, column: str, groups: list[Mapping[str, Any]]) -> Figure:
    shown = groups[:MOST_VALUES]
    rates = [reading.number(group["observed"]) or 0.0 for group in shown]
    least, most = wording.percent(min(rates)), wording.percent(max(rates))
    name = svg.fit(column, 360, 16)
    title = f"{name}: {most} left" if least == most else f"{name}: from {least} to {most} left"
    note = ""
    if len(groups) > len(shown):
        note = f"The table below has {wording.counted(len(groups) - len(shown), 'further value')}."
    ends = [reading.number(g.get(k)) or 0.0 for g in shown for k in ("high", "predicted")]
    top = min(1.0, svg.widened(0, max(*ends, *rates, 0.01), 4)[1])
    height = 30 + ROW * len(shown) + 46
    axis = Axis(0, top, "Share who left", wording.percent_tick, svg.ticks(0, top, 4))
    plot = Plot(axis, Axis(0, 1, ""), height, left=6)
    body = [plot.grid_x(lines=True), legend([("mark", "observed"), ("expected", "predicted")])]
    body += [_row(plot, 30 + ROW * i, group) for i, group in enumerate(shown)]
    said = "; ".join(_said(group) for group in shown)
    return Figure(key, title, note, canvas(key, title, said, height, *body))


def _row(plot: Plot, top: float, group: Mapping[str, Any]) -> str:
    middle = top + 26
    full = reading.text(group.get("value")) or "(missing)"
    size = f" ({wording.counted(group.get('rows'), 'customer')})"
    shown = svg.fit(full, WIDTH - svg.text_width(size)) + size
    drawn = svg.label(0, top + 13, shown, "name halo", full=full + size)
    low, high = reading.number(group.get("low")), reading.number(group.get("high"))
    if low is not None and high is not None:
        ends = plot.x(max(low, 0.0)), plot.x(min(high, 1.0))
        drawn += svg.line(ends[0], middle, ends[1], middle, "whisker")
    predicted = reading.number(group.get("predicted"))
    if predicted is not None:
        drawn += svg.bar(plot.x(predicted) - 2, middle - 8, 4, 16, "expected")
    return drawn + svg.dot(plot.x(reading.number(group["observed"]) or 0.0), middle, 4.5, "mark")


def _said(group: Mapping[str, Any]) -> str:
    observed = wording.percent(reading.number(group.get("observed")))
    predicted = wording.percent(reading.number(group.get("predicted")))
    return f"{reading.text(group.get('value'))}: observed {observed}, predicted {predicted}"
