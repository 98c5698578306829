"""Why a column of text is left out, in words with counts: the same for init, check and report."""

from __future__ import annotations

from unchurn.artefacts import ColumnSummary
from unchurn.modelling.columns.id_cells import cells_of, present

_NEAR = 0.5
"""Share of cells that read as numbers (dates) from which a text column was meant as such."""


def misread_as(summary: ColumnSummary) -> str:
    """Return ``number`` or ``date`` where most cells of a text column read as such, else ""."""
    known = present(summary)
    if not known or summary.leading_zeros or summary.column.kind in ("number", "date"):
        return ""
    if _NEAR * known <= summary.as_numbers < known:
        return "number"
    return "date" if _NEAR * known <= summary.as_dates < known else ""


def why_text(summary: ColumnSummary) -> str:
    """Say why a column of text is no feature, with counts and what keeps it."""
    known, name = present(summary), summary.column.name
    if kind := misread_as(summary):
        lost = known - (summary.as_numbers if kind == "number" else summary.as_dates)
        often = f", most often {summary.unread[0][0]!r} ({summary.unread[0][1]:,})"
        return (
            f"{lost:,} of {known:,} cells are not {kind}s{often if summary.unread else ''}; the "
            f"others read as {kind}s ([columns] types = {{ {name!r} = {kind!r} }} reads them)"
        )
    words = sum(len(cell.split()) for cell in cells_of(summary)) / max(1, len(cells_of(summary)))
    what = "free text" if words >= 2 else "text without repeats"
    return (
        f"it is {what}, with {summary.distinct:,} different values in {known:,} cells, about "
        f"{words:.0f} word{'s' * (round(words) != 1)} each ([columns] allow keeps it as a category)"
    )
