"""The frame every chart shares: margins, axes with round ticks, a title and a description."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

from unchurn.report import svg
from unchurn.report.svg import Point, Scale
from unchurn.report.wording import compact

WIDTH = 400.0
"""Width of every chart in its own pixels: two fit side by side on a page, and its text of 13 is still
more than 11 on a phone of 390."""


@dataclass(frozen=True)
class Figure:
    """A finished chart: `svg` is markup, empty where there was nothing to draw."""

    key: str
    title: str
    note: str
    svg: str = ""


@dataclass(frozen=True)
class Axis:
    """One axis: bounds, what it measures, how a tick is written, and which ticks."""

    low: float
    high: float
    label: str
    words: Callable[[float], str] = compact
    at: Sequence[float] = field(default=())

    @property
    def ticks(self) -> Sequence[float]:
        """Return the ticks asked for, or round ones."""
        return self.at or svg.ticks(self.low, self.high)


@dataclass(frozen=True)
class Plot:
    """A rectangle with an x and a y axis inside a chart; sizes in pixels."""

    x_axis: Axis
    y_axis: Axis
    height: float = 300.0
    left: float = 48.0
    right: float = 16.0
    top: float = 30.0
    bottom: float = 46.0

    @property
    def x(self) -> Scale:
        """Map x values to pixels."""
        return Scale(self.x_axis.low, self.x_axis.high, self.left, WIDTH - self.right)

    @property
    def y(self) -> Scale:
        """Map y values to pixels, upwards."""
        return Scale(self.y_axis.low, self.y_axis.high, self.height - self.bottom, self.top)

    def place(self, points: Sequence[Point]) -> list[Point]:
        """Map (x, y) values to pixels."""
        return [(self.x(x), self.y(y)) for x, y in points]

    def across(self, value: float, kind: str) -> str:
        """Draw a horizontal line at a y value, from side to side."""
        return svg.line(self.left, self.y(value), WIDTH - self.right, self.y(value), kind)

    def up(self, value: float, kind: str) -> str:
        """Draw a vertical line at an x value, from floor to top."""
        return svg.line(self.x(value), self.height - self.bottom, self.x(value), self.top, kind)

    def grid_y(self) -> str:
        """Draw the y axis: grid lines, tick labels, and what it measures above its top."""
        marks = [self.across(tick, "grid") for tick in self.y_axis.ticks]
        marks += [
            svg.label(self.left - 8, self.y(tick) + 4.5, self.y_axis.words(tick), "tick", "end")
            for tick in self.y_axis.ticks
        ]
        label = svg.label(0, 13, self.y_axis.label, "axis") if self.y_axis.label else ""
        return "".join(marks) + label

    def grid_x(self, *, lines: bool = False) -> str:
        """Draw the x axis: base line, tick labels, and what it measures below them."""
        floor = self.height - self.bottom
        marks = [self.up(tick, "grid") for tick in self.x_axis.ticks] if lines else []
        marks.append(svg.line(self.left, floor, WIDTH - self.right, floor, "base"))
        marks += [
            svg.label(self.x(tick), floor + 18, self.x_axis.words(tick), "tick", "middle")
            for tick in self.x_axis.ticks
        ]
        if self.x_axis.label:
            middle = (self.left + WIDTH - self.right) / 2
            marks.append(svg.label(middle, floor + 38, self.x_axis.label, "axis", "middle"))
        return "".join(marks)


def legend(entries: Sequence[tuple[str, str]], y: float = 13.0) -> str:
    """Draw a key at the top right: pairs of (class of the swatch, words), read left to right."""
    x, drawn = WIDTH - 6, []
    for kind, words in reversed(entries):
        x -= svg.text_width(words) + 4
        drawn.append(svg.label(x, y, words, "tick") + svg.bar(x - 16, y - 9, 10, 10, kind))
        x -= 30
    return "".join(reversed(drawn))


def canvas(key: str, title: str, description: str, height: float, *body: str) -> str:
    """Wrap drawn parts into one accessible drawing with a title and a description."""
    named = (
        svg.element("title", escape(svg.clean(title)), id=f"{key}-title"),
        svg.element("desc", escape(svg.clean(description)), id=f"{key}-desc"),
    )
    return svg.element(
        "svg",
        *named,
        *body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:.0f} {height:.0f}",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
    )
