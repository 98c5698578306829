"""feature_importance.png: the SHAP summary as a picture, for slides and registries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.report import reading, svg
from unchurn.report.beeswarm_offsets import dots, offsets, span

if TYPE_CHECKING:
    from unchurn.report.canvas import Canvas

LOW, MIDDLE, HIGH, NONE = "#1f6fb5", "#8a5fa8", "#cc5310", "#a9b0b8"
INK, MUTED, RULE = "#1c2430", "#5b6675", "#e3e7ec"
TITLE = "How each column moves the score"
EXPLAINED = (
    "Contribution to the score (log-odds): left lowers the risk, right raises it.",
    "Grey is a category or a missing cell.",
)
WIDE, ROW, HEAD, FOOT, GUTTER, EDGE = 1200, 60, 100, 130, 330, 50
"""Pixels."""
_DOT = 3.1
_SHADES = 64
_RAMP = 950


def draw(path: Path, summary: Sequence[Mapping[str, Any]]) -> None:
    """Write a SHAP summary plot as PNG, 150 dots an inch, the same bytes for the same summary.

    `summary`: the evaluation's shap_summary, [{"column", "contributions": log-odds,
    "values": 0..1 or null}], most important first; with none, the picture says so.
    """
    from unchurn.report.canvas import Canvas
    from unchurn.report.face import Face

    plain = Face.load("plain")
    rows = [row for row in reading.rows(summary) if dots(row)]
    foot = HEAD + ROW * max(len(rows), 2)
    canvas = Canvas(WIDE, foot + FOOT)
    low, high = span([move for row in rows for move, _ in dots(row)])
    across = svg.Scale(low, high, GUTTER, WIDE - EDGE)
    canvas.text(24, 54, TITLE, INK, Face.load("title"))
    for value in svg.ticks(low, high, 6) if rows else ():
        x = round(across(value))
        canvas.bar(x, HEAD, x + 1, foot, RULE if value else MUTED)
        canvas.text(x, foot + 28, f"{value:g}".replace("-", "\u2212"), INK, plain, "middle")
    for line, words in enumerate(EXPLAINED):
        canvas.text(across((low + high) / 2), foot + 68 + 28 * line, words, MUTED, plain, "middle")
    for place, row in enumerate(rows):
        middle = HEAD + ROW * (place + 0.5)
        name = plain.fit(svg.clean(reading.text(row.get("column"))), GUTTER - 40)
        canvas.text(GUTTER - 16, middle + 7, name, INK, plain, "end")
        _swarm(canvas, row, middle, across)
    if not rows:
        canvas.text(
            (GUTTER + WIDE) / 2, HEAD + ROW, "No customers were explained.", INK, plain, "middle"
        )
    canvas.text(_RAMP - 12, 53, "low value", MUTED, plain, "end")
    for step in range(_SHADES):
        canvas.bar(_RAMP + 2 * step, 38, _RAMP + 2 * step + 2, 56, _shade(step / (_SHADES - 1)))
    canvas.text(_RAMP + 2 * _SHADES + 12, 53, "high", MUTED, plain)
    path.write_bytes(canvas.png())


def _swarm(canvas: Canvas, row: Mapping[str, Any], middle: float, across: svg.Scale) -> None:
    found = dots(row)
    aside = offsets([move for move, _ in found], across.low, across.high, 120)
    for (move, value), offset in zip(found, aside, strict=True):
        colour = NONE if value is None else _shade(value)
        canvas.disc(across(move), middle + 0.42 * ROW * offset, _DOT, colour)


def _shade(share: float) -> str:
    """Return the colour of a value from 0 to 1, one of `_SHADES` from low to high."""
    step = round(min(max(share, 0.0), 1.0) * (_SHADES - 1)) / (_SHADES - 1)
    first, last, part = (LOW, MIDDLE, 2 * step) if step < 0.5 else (MIDDLE, HIGH, 2 * step - 1)
    pairs = zip(bytes.fromhex(first[1:]), bytes.fromhex(last[1:]), strict=True)
    return "#" + "".join(f"{round(a + part * (b - a)):02x}" for a, b in pairs)
