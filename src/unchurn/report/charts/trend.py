"""Small multiples over time: one measure a panel, all of them over the same days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from unchurn.report import svg
from unchurn.report.plot import WIDTH, Axis, Figure, Plot, canvas, legend
from unchurn.report.wording import compact

DAYS = 5
"""Days named below a chart: more would run into one another."""
_TICKS = 3
_HEIGHT = 168.0
Values = Sequence[float | None]


@dataclass(frozen=True)
class Panel:
    """One measure over days, (days,) each, None where there is none.

    `lows` and `highs` are its intervals, `beside` what it is held against, marked apart and named by `said`;
    `guide` is a height and what it stands for; `kinds` are classes of the marks; `ends` are what the axis
    holds at least, `ticks` its own.
    """

    key: str
    title: str
    note: str
    values: Values
    words: Callable[[float | None], str]
    tick: Callable[[float], str] = compact
    lows: Values = ()
    highs: Values = ()
    beside: Values = ()
    said: tuple[str, str] = ("", "")
    guide: tuple[float, str] | None = None
    kinds: Sequence[str] = ()
    ends: tuple[float, ...] = ()
    ticks: Sequence[float] = ()


def trend(panel: Panel, days: Sequence[str]) -> Figure:
    """Draw a panel over ISO days, oldest first; nothing to draw where no day has a value."""
    guide = () if panel.guide is None else (panel.guide[0],)
    parts = (panel.values, panel.lows, panel.highs, panel.beside, guide, panel.ends)
    known = [each for part in parts for each in part if each is not None]
    if all(each is None for each in panel.values):
        return Figure(panel.key, panel.title, panel.note)
    plot = _plot(panel, days_axis(days, ""), min(known), max(known))
    body = [plot.grid_y(), plot.grid_x(), _guide(plot, panel), _line(plot, panel)]
    body += [_mark(plot, panel, place) for place in range(len(days))]
    if panel.beside:
        body.append(legend([("mark", panel.said[0]), ("expected", panel.said[1])]))
    body.append(_last(plot, panel))
    read = zip(days, panel.values, strict=True)
    said = "; ".join(f"{day}: {panel.words(value)}" for day, value in read)
    drawn = canvas(panel.key, panel.title, f"{said}.", plot.height, *body)
    return Figure(panel.key, panel.title, panel.note, drawn)


def days_axis(names: Sequence[str], label: str) -> Axis:
    """Lay ISO days out from left to right; the year and month will do where they tell days apart."""
    short = [each[:7] for each in names]
    shown = short if len(set(short)) == len(names) else [each[2:] for each in names]
    step = -(-len(names) // DAYS)
    at = [float(place) for place in range(len(names), 0, -step)][::-1]
    return Axis(0.5, len(names) + 0.5, label, lambda place: shown[int(place) - 1], at)


def _plot(panel: Panel, days: Axis, low: float, high: float) -> Plot:
    low, high = svg.widened(low, high, _TICKS)
    at = panel.ticks or (low, (low + high) / 2, high)
    axis = Axis(low, high, "", panel.tick, at)
    return Plot(days, axis, _HEIGHT, left=56, top=26 if panel.beside else 18, bottom=26)


def _guide(plot: Plot, panel: Panel) -> str:
    if panel.guide is None:
        return ""
    height, words = panel.guide
    label = svg.label(plot.left + 4, plot.y(height) - 5, words, "tick halo")
    return plot.across(height, "guide") + label


def _line(plot: Plot, panel: Panel) -> str:
    """Join days that follow one another and both have a value."""
    drawn = ""
    for place, (then, now) in enumerate(pairwise(panel.values), 1):
        if then is not None and now is not None:
            ends = (plot.x(place), plot.y(then), plot.x(place + 1), plot.y(now))
            drawn += svg.line(*ends, "curve thin")
    return drawn


def _mark(plot: Plot, panel: Panel, place: int) -> str:
    value, middle = panel.values[place], plot.x(place + 1)
    held = panel.beside[place] if panel.beside else None
    drawn = "" if held is None else svg.bar(middle - 8, plot.y(held) - 1.5, 16, 3, "expected")
    if value is None:
        return drawn
    low, high = (part[place] if part else None for part in (panel.lows, panel.highs))
    if low is not None and high is not None:
        drawn += svg.line(middle, plot.y(low), middle, plot.y(high), "whisker")
    kind = panel.kinds[place] if panel.kinds else "mark"
    return drawn + svg.dot(middle, plot.y(value), 4.0, kind)


def _last(plot: Plot, panel: Panel) -> str:
    """Write the newest value, beside its mark."""
    value = panel.values[-1]
    if value is None:
        return ""
    at = plot.y(value)
    inside = at - 9 if at - 9 > plot.top + 4 else at + 18
    return svg.label(WIDTH - 2, inside, panel.words(value), "value", "end")
