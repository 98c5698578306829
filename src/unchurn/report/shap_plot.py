"""feature_importance.png: the SHAP summary as a picture, for slides and registries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from unchurn.report import reading, svg
from unchurn.report.swarm import dots, offsets, span

LOW, MIDDLE, HIGH, NONE = "#1f6fb5", "#8a5fa8", "#cc5310", "#a9b0b8"
INK, MUTED, RULE = "#1c2430", "#5b6675", "#e3e7ec"
FONT = "DejaVu Sans"
"""Ships with matplotlib, so that every machine draws the same bytes."""
WIDE, ROW, HEAD, FOOT, GUTTER = 8.0, 0.4, 0.65, 0.85, 2.2
"""Inches."""


MISSING = (
    "feature_importance.png is not drawn: matplotlib is missing. The report has the same chart; for "
    "the picture of the next training: pip install 'unchurn[plots]'"
)


def is_drawable() -> bool:
    """Tell whether matplotlib is there."""
    return find_spec("matplotlib") is not None


def draw(path: Path, summary: Sequence[Mapping[str, Any]], title: str = "") -> None:
    """Write a SHAP summary plot as PNG, 150 dots an inch, the same bytes for the same summary.

    `summary`: the evaluation's shap_summary, [{"column", "contributions": log-odds,
    "values": 0..1 or null}], most important first; with none, the picture says so.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = [row for row in reading.rows(summary) if dots(row)]
    tall = HEAD + ROW * max(len(rows), 2) + FOOT
    # A column named "$fee$" is text, not TeX.
    with mpl.rc_context({"text.parse_math": False, "font.family": FONT}):
        figure = Figure(figsize=(WIDE, tall), dpi=150, facecolor="white")
        canvas = FigureCanvasAgg(figure)
        inner = (tall - HEAD - FOOT) / tall
        axes = figure.add_axes((GUTTER / WIDE, FOOT / tall, (WIDE - GUTTER - 0.35) / WIDE, inner))
        _frame(axes, rows)
        _swarms(axes, rows)
        heading = _drawable(title) or "How each column moves the score"
        figure.text(0.02, 1 - 0.3 / tall, svg.fit(heading, 560, 9), size=12, color=INK, va="center")
        _ramp(figure, tall)
        canvas.print_png(path, metadata={"Software": None})


def _frame(axes: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    moves = [move for row in rows for move, _ in dots(row)]
    low, high = span(moves)
    axes.set_xlim(low, high)
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    names = [svg.fit(_drawable(reading.text(row.get("column"))), 168, 12) for row in rows]
    axes.set_yticks(range(len(rows)), names, color=INK, size=9)
    axes.tick_params(length=0, labelcolor=INK, labelsize=9)
    axes.set_xlabel(
        "Contribution to the score (log-odds): left lowers the risk, right raises it.\n"
        "Grey is a category or a missing cell.",
        color=MUTED,
        size=9,
    )
    axes.grid(axis="x", color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.axvline(0, color=MUTED, linewidth=0.9)
    axes.spines[:].set_visible(False)
    if not rows:
        axes.text(0.5, 0.5, "No customers were explained.", transform=axes.transAxes, ha="center")


def _swarms(axes: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    low, high = axes.get_xlim()
    shades = _shades()
    for place, row in enumerate(rows):
        found = dots(row)
        aside = offsets([move for move, _ in found], low, high, 120)
        colours = [NONE if value is None else shades(min(max(value, 0), 1)) for _, value in found]
        heights = [place + 0.42 * offset for offset in aside]
        axes.scatter([m for m, _ in found], heights, s=9, c=colours, linewidths=0, zorder=3)


def _shades() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("low to high", [LOW, MIDDLE, HIGH])


def _ramp(figure: Any, tall: float) -> None:
    ramp = figure.add_axes((0.78, 1 - 0.36 / tall, 0.12, 0.12 / tall))
    ramp.imshow([[i / 63 for i in range(64)]], aspect="auto", cmap=_shades())
    ramp.set_axis_off()
    figure.text(0.772, 1 - 0.3 / tall, "low value", size=8, color=MUTED, ha="right", va="center")
    figure.text(0.908, 1 - 0.3 / tall, "high", size=8, color=MUTED, va="center")


def _drawable(text: str) -> str:
    """Put a box where the font has no glyph; matplotlib would warn and draw one anyway."""
    from matplotlib.font_manager import findfont, get_font

    font = get_font(findfont(FONT))
    flat = " ".join(svg.clean(text).split())
    return "".join(c if font.get_char_index(ord(c)) else "\u25a1" for c in flat)
