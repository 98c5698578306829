"""Which columns move the score most, over all explained customers."""

from __future__ import annotations

from typing import Any

from unchurn.report import reading, svg, wording
from unchurn.report.plot import WIDTH, Figure, canvas

MOST = 15
"""Bars drawn; the rest are summed in the note and listed in the table."""
ROW, GUTTER = 25.0, 168.0


def importance(columns: Any, explained: object = None) -> Figure:
    """Draw a bar a column; `columns`: [{"column", "mean_abs", "share"}], largest first.

    `explained` is how many customers they were measured on.
    """
    found = [c for c in reading.rows(columns) if reading.number(c.get("share")) is not None]
    title, note = "What the model leans on", "Share of all contributions to the score, by column."
    if reading.number(explained):
        note = f"{note[:-1]}, over {wording.count(explained)} customers."
    if not found:
        return Figure("importance", title, note)
    shares = [max(reading.number(c["share"]) or 0.0, 0.0) for c in found]
    names = [reading.text(c.get("column")) for c in found]
    top = sum(shares[:3])
    if len(found) > 3 and top:
        title = f"Three columns make {wording.percent(top)} of the score's movement"
    if len(found) > MOST:
        rest = wording.percent(sum(shares[MOST:]))
        note += f" {wording.count(len(found) - MOST)} further columns make {rest} together."
    longest = max(shares) or 1.0
    height = ROW * len(shares[:MOST]) + 8
    body = [
        _row(4 + ROW * i, name, share, share / longest)
        for i, (name, share) in enumerate(zip(names[:MOST], shares[:MOST], strict=True))
    ]
    said = "; ".join(
        f"{name} {wording.percent(share)}"
        for name, share in zip(names[:MOST], shares[:MOST], strict=True)
    )
    return Figure("importance", title, note, canvas("importance", title, said, height, *body))


def _row(top: float, name: str, share: float, length: float) -> str:
    wide = (WIDTH - GUTTER - 60) * length
    shown = svg.fit(name, GUTTER - 14)
    drawn = svg.label(GUTTER - 10, top + 16, shown, "name", "end", full=name)
    drawn += svg.bar(GUTTER, top + 4, max(wide, 1.0), ROW - 8, "bar")
    return drawn + svg.label(GUTTER + max(wide, 1.0) + 8, top + 16, wording.percent(share), "value")
