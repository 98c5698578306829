"""Why a column of text is left out, in words with counts: the same for init, check and report."""

from __future__ import annotations

from unchurn.artefacts import ColumnSummary
from unchurn.modelling.columns.id_cells import cells_of, figures, own_share, present
from unchurn.modelling.columns.identity import Identity

_NEAR = 0.5
"""Share of cells that read as numbers (dates) from which a text column was meant as such."""
_SENTENCE = 2
"""Words a cell from which text is sentences."""
_OWN = 0.9
"""Share of cells with a value of their own from which these are no categories."""


def misread_as(summary: ColumnSummary) -> str:
    """Return ``number`` or ``date`` where most cells of a text column read as such, else ""."""
    known = present(summary)
    if not known or summary.leading_zeros or summary.column.kind in ("number", "date"):
        return ""
    if _NEAR * known <= summary.as_numbers < known:
        return "number"
    return "date" if _NEAR * known <= summary.as_dates < known else ""


def why_identity(identity: Identity, name: str) -> str:
    """Say why a column that is an identity is no feature, and what keeps it."""
    what = (
        "it is a row number" if identity.sort == "row-number" else "it only says who a customer is"
    )
    return f"{what}: {identity.words}{_kept_by(name)}"


def why_text(summary: ColumnSummary) -> str:
    """Say why a column of text is no feature, with counts and what keeps it."""
    known, name = present(summary), summary.column.name
    if kind := misread_as(summary):
        lost = known - (summary.as_numbers if kind == "number" else summary.as_dates)
        often = f", most often {summary.unread[0][0]!r} ({summary.unread[0][1]:,})"
        return (
            f"{lost:,} of {known:,} cells are not {kind}s{often if summary.unread else ''}; the "
            f"others read as {kind}s{_kept_as(name, kind)}"
        )
    words = sum(len(cell.split()) for cell in cells_of(summary)) / max(1, len(cells_of(summary)))
    if words >= _SENTENCE:
        what = f"it is free text of about {words:.0f} words a cell, with "
    elif own_share(summary) >= _OWN:
        what = "nearly every cell has a value of its own: "
    else:
        what = "it has too many categories: "
    return f"{what}{figures(summary)}{_kept_by(name, ' as a category')}"


def _kept_by(name: str, what: str = "") -> str:
    return f" (to use it{what}: init --keep {name!r}, or [columns] allow)"


def _kept_as(name: str, kind: str) -> str:
    types = f"[columns] types = {{ {name!r} = {kind!r} }}"
    return f" (to use these: init --keep {name!r}, or {types})"
