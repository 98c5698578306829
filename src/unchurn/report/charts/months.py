"""A backtest, month by month: what each was, beside last month's model and a random split."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from unchurn.report import reading, svg, wording
from unchurn.report.charts.trend import days_axis
from unchurn.report.plot import WIDTH, Axis, Figure, Plot, canvas, legend


@dataclass(frozen=True)
class Measured:
    """What is drawn: a metric's name, its title and note, its axis, and how a value is written."""

    name: str
    title: str
    note: str
    axis: str
    words: Callable[[float | None], str]
    constant: float | None = None


def months(measured: Measured, document: Mapping[str, Any]) -> Figure:
    """Draw one metric over the months of a backtest."""
    listed = reading.rows(document.get("months"))
    found = [_value(each, measured.name) for each in listed]
    promised = _value(reading.mapping(document.get("random")), measured.name)[0]
    key = f"months-{measured.name.replace('_', '-')}"
    known = [each for triple in (*found, (promised,)) for each in triple if each is not None]
    if not known or all(each[0] is None for each in found):
        return Figure(key, measured.title, measured.note)
    others = [] if measured.constant is None else [measured.constant]
    y_axis = Axis(*svg.widened(min(*known, *others), max(*known, *others)), measured.axis)
    days = days_axis([reading.text(each.get("day")) for each in listed], "Snapshot")
    plot = Plot(days, y_axis, left=52, top=42)
    body = [plot.grid_y(), plot.grid_x(), _beside(plot, measured, promised)]
    body += [_month(plot, place, *each) for place, each in enumerate(found, 1)]
    if before := "".join(_before(plot, n, m, measured.name) for n, m in enumerate(listed, 1)):
        body += [before, legend([("mark", "this month's"), ("expected", "last month's")], 29.0)]
    said = "; ".join(
        f"{each.get('day')}: {measured.words(value[0])}"
        for each, value in zip(listed, found, strict=True)
    )
    random = f" A random split: {measured.words(promised)}."
    drawn = canvas(key, measured.title, f"{said}.{random}", plot.height, *body)
    return Figure(key, measured.title, measured.note, drawn)


def _value(month: Mapping[str, Any], name: str) -> tuple[float | None, float | None, float | None]:
    metrics = reading.mapping(month.get("metrics"))
    return reading.estimate(metrics[name] if name in metrics else month.get(name))


def _month(
    plot: Plot, place: int, value: float | None, low: float | None, high: float | None
) -> str:
    if value is None:
        return ""
    middle = plot.x(place)
    drawn = ""
    if low is not None and high is not None:
        drawn = svg.line(middle, plot.y(low), middle, plot.y(high), "whisker")
    return drawn + svg.dot(middle, plot.y(value), 4.5, "mark")


def _before(plot: Plot, place: int, month: Mapping[str, Any], name: str) -> str:
    """Mark what last month's model made of this month."""
    value = reading.number(reading.mapping(month.get("last_month")).get(name))
    if value is None:
        return ""
    return svg.bar(plot.x(place) - 8, plot.y(value) - 1.5, 16, 3, "expected")


def _beside(plot: Plot, measured: Measured, promised: float | None) -> str:
    drawn = ""
    if measured.constant is not None:
        drawn += plot.across(measured.constant, "guess")
        drawn += _named(plot, measured.constant, "the same for everybody")
    if promised is not None:
        drawn += plot.across(promised, "guide")
        drawn += _named(plot, promised, f"a random split: {measured.words(promised)}")
    return drawn


def _named(plot: Plot, value: float, words: str) -> str:
    return svg.label(WIDTH - plot.right, plot.y(value) - 6, words, "tick halo", "end")


LIFT = Measured(
    "lift_top_decile",
    "How much likelier than average the riskiest tenth left",
    "Whiskers are 95% intervals. The dotted line is what a random split of rows promises.",
    "Times the average",
    wording.times,
    1.0,
)
RANKING = Measured(
    "roc_auc",
    "How well each month's model put leavers before stayers",
    "ROC-AUC: 0.5 is chance, 1 is perfect. Whiskers are 95% intervals.",
    "ROC-AUC",
    wording.decimal,
    0.5,
)
PROFIT = Measured(
    "profit_per_thousand",
    "What the list's own rule earned, for 1,000 customers",
    "At the costs of [decision]; contacting nobody earns 0.",
    "Profit for 1,000",
    wording.money,
    0.0,
)
