"""Which columns move the score most, over all explained customers."""

from __future__ import annotations

from typing import Any

from unchurn.report import reading, svg, wording
from unchurn.report.plot import WIDTH, Figure, canvas

MOST = 12
"""Bars drawn; the rest are summed in the note and listed in the table."""
ROW = 40.0


def importance(columns: Any, explained: object = None) -> Figure:
    """Draw a bar a column; `columns`: [{"column", "mean_abs", "share"}], largest first.

    `explained` is how many customers they were measured on.
    """
    found = [c for c in reading.rows(columns) if reading.number(c.get("share")) is not None]
    title, note = "What the model leans on", "Share of the score's movement, by column (SHAP)."
    if reading.number(explained):
        note = f"{note[:-1]}, over {wording.counted(explained, 'customer')}."
    if not found:
        return Figure("importance", title, note)
    shares = [max(reading.number(c["share"]) or 0.0, 0.0) for c in found]
    names = [reading.text(c.get("column")) for c in found]
    top = sum(shares[:3])
    if len(found) > 3 and top:
        title = f"Three columns make {wording.percent(top)} of the score's movement"
    if len(found) > MOST:
        rest = wording.percent(sum(shares[MOST:]))
        more = wording.counted(len(found) - MOST, "further column")
        note += f" {more} {'makes' if len(found) == MOST + 1 else 'make'} {rest}."
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
    """Draw a name with its bar below: names have the whole width, and phones have little."""
    wide = max((WIDTH - 60) * length, 1.0)
    drawn = svg.label(0, top + 13, svg.fit(name, WIDTH), "name", full=name)
    drawn += svg.bar(0, top + 20, wide, 11, "bar")
    return drawn + svg.label(wide + 8, top + 30, wording.percent(share), "value")
