"""SVG by hand: escaped elements, linear scales, round tick values, names cut to a width.

Colours live in the page's style sheet under class names, so that one drawing serves light,
dark and print.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
Point = tuple[float, float]
TINY = 1e-9
SIZE = 13.0
"""Size of text in a chart, in its own pixels; `report.css` says the same."""


def clean(text: str) -> str:
    """Replace what neither XML 1.0 nor UTF-8 can hold; customers' names may contain anything."""
    return UNPRINTABLE.sub("\ufffd", text)


def coordinate(value: float) -> str:
    """Write a pixel position with one decimal at most, so that bytes are few and stable."""
    written = f"{value:.1f}".removesuffix(".0")
    return "0" if written == "-0" else written


def element(name: str, *content: str, **attributes: object) -> str:
    """Write an element; `content` is markup already, attribute values are escaped here.

    A trailing underscore is dropped from attribute names (``class_``) and others become
    hyphens (``text_anchor``).
    """
    written = []
    for key, value in attributes.items():
        shown = coordinate(value) if isinstance(value, float) else clean(str(value))
        written.append(f' {key.rstrip("_").replace("_", "-")}="{escape(shown)}"')
    inner = "".join(content)
    head = f"<{name}{''.join(written)}"
    return f"{head}>{inner}</{name}>" if inner else f"{head}/>"


def label(x: float, y: float, text: str, kind: str, anchor: str = "start", full: str = "") -> str:
    """Write a line of text at a point; `full` is shown on hover where the text was cut."""
    title = element("title", escape(clean(full))) if full and full != text else ""
    inner = title + escape(clean(text))
    return element("text", inner, class_=kind, x=float(x), y=float(y), text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """Draw a straight line."""
    return element("path", d=_path([(x1, y1), (x2, y2)]), class_=kind)


def polyline(points: Sequence[Point], kind: str) -> str:
    """Draw a line through `points`, leaving out those closer than half a pixel to the last."""
    return element("path", d=_path(_thin(points)), class_=kind)


def area(points: Sequence[Point], floor: float, kind: str) -> str:
    """Fill between `points` and the height `floor`."""
    kept = _thin(points)
    outline = [(kept[0][0], floor), *kept, (kept[-1][0], floor)]
    return element("path", d=f"{_path(outline)}Z", class_=kind)


def bar(x: float, y: float, width: float, height: float, kind: str) -> str:
    """Draw a rectangle; a negative width or height is drawn the other way."""
    left, top = min(x, x + width), min(y, y + height)
    size = {"width": float(abs(width)), "height": float(abs(height))}
    return element("rect", x=float(left), y=float(top), class_=kind, **size)


def dot(x: float, y: float, radius: float, kind: str) -> str:
    """Draw a disc."""
    return element("circle", cx=float(x), cy=float(y), r=float(radius), class_=kind)


def dots(points: Iterable[Point], kind: str) -> str:
    """Draw many discs as one path of round caps: a tenth of the bytes of as many circles."""
    return element(
        "path", d="".join(f"M{coordinate(x)} {coordinate(y)}h0" for x, y in points), class_=kind
    )


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points)


def _thin(points: Sequence[Point]) -> list[Point]:
    kept: list[Point] = []
    for x, y in points:
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 0.5:
            kept.append((x, y))
    if points and kept[-1] != points[-1]:
        kept.append(points[-1])
    return kept


@dataclass(frozen=True)
class Scale:
    """A linear map from values to pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value; a scale without width puts all in its middle."""
        if self.high == self.low:
            return (self.start + self.end) / 2
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return round values within [low, high], spaced by 1, 2, 2.5 or 5 times a power of ten."""
    if _flat(low, high):
        return [low]
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return list(dict.fromkeys(_dusted(k * step, step) for k in range(first, last + 1)))


def widened(low: float, high: float, about: int = 5) -> tuple[float, float]:
    """Return bounds moved outwards to the next round values, so that axes end on a tick."""
    if _flat(low, high):
        pad = abs(low) / 2 if abs(low) > TINY else 1.0
        low, high = low - pad, low + pad
    found = ticks(low, high, about)
    step = found[1] - found[0] if len(found) > 1 else high - low
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return _dusted(first * step, step), _dusted(last * step, step)


def _flat(low: float, high: float) -> bool:
    """Say whether two bounds are too near for ten different numbers between them."""
    return not high - low > TINY * max(abs(low), abs(high), TINY)


def _dusted(value: float, step: float) -> float:
    """Round away what binary fractions leave: 3 * 0.1 is 0.3."""
    return float(round(value, max(0, 2 - math.floor(math.log10(step)))))


def text_width(text: str, size: float = SIZE) -> float:
    """Estimate the width of `text` in pixels for a system sans-serif."""
    return sum(size * _em(character) for character in text)


def _em(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF" or character in "\u25a1\ufffd":
        return 1.05
    if character in "iljtfrI.,:;'|!()[] ":
        return 0.33
    return 0.88 if character in "mwMW@%" else 0.66 if character.isupper() else 0.57


def fit(text: str, width: float, size: float = SIZE) -> str:
    """Cut `text` to a width in pixels, ending in an ellipsis where something was lost."""
    flat = " ".join(text.split())
    if text_width(flat, size) <= width:
        return flat
    room, kept = width - size, []
    for character in flat:
        room -= size * _em(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"
