"""Differences with their intervals, one below the other, beside the line of no difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from unchurn.report import svg
from unchurn.report.plot import WIDTH, Axis, Figure, Plot, canvas

ROW = 40.0
MOST = 24
"""Rows beyond this are in the table alone."""


def differences(
    key: str,
    title: str,
    axis: str,
    rows: Sequence[tuple[str, Mapping[str, Any]]],
    words: Callable[[float], str],
) -> Figure:
    """Draw `rows` of a name and a difference (``value``, ``low``, ``high``); `words` write a value."""
    shown = rows[:MOST]
    ends = [0.0, *(float(each[end]) for _, each in shown for end in ("low", "high"))]
    low, high = svg.widened(min(ends), max(ends), 4)
    height = 30 + ROW * len(shown) + 46
    across = Axis(low, high, axis, words, svg.ticks(low, high, 4))
    plot = Plot(across, Axis(0, 1, ""), height, left=6)
    body = [plot.grid_x(lines=True), plot.up(0, "zero")]
    body += [_row(plot, 30 + ROW * place, *each) for place, each in enumerate(shown)]
    said = "; ".join(
        f"{name}: {words(each['value'])} ({words(each['low'])} to {words(each['high'])})"
        for name, each in shown
    )
    note = "A dot is what was seen, a line its interval: where it crosses 0, it may be chance."
    return Figure(key, title, note, canvas(key, title, said, height, *body))


def _row(plot: Plot, top: float, name: str, found: Mapping[str, Any]) -> str:
    middle = top + 26
    drawn = svg.label(0, top + 13, svg.fit(name, WIDTH), "name halo", full=name)
    ends = plot.x(found["low"]), plot.x(found["high"])
    drawn += svg.line(ends[0], middle, ends[1], middle, "whisker")
    return drawn + svg.dot(plot.x(found["value"]), middle, 4.5, "mark")
