"""Why a column is left out, in words with counts: the same for init, check and report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.modelling.columns.id_cells import cells_of, figures, own_share, present
from unchurn.modelling.columns.identity import Identity

_NEAR = 0.5
"""Share of cells that read as numbers (dates) from which a text column was meant as such."""
_SENTENCE = 3
"""Words a cell from which text is sentences."""
_OWN = 0.9
"""Share of cells with a value of their own from which these are no categories."""


@dataclass(frozen=True)
class LeftOut:
    """The finding's code, why a column is no feature, and what makes it one ("" for nothing)."""

    code: str
    words: str
    remedy: str = ""

    @property
    def told(self) -> str:
        """Why, and what to do about it."""
        return f"{self.words} ({self.remedy})" if self.remedy else self.words


def misread_as(summary: ColumnSummary) -> str:
    """Return ``number`` or ``date`` where most cells of a text column read as such, else ""."""
    known = present(summary)
    if not known or summary.leading_zeros or summary.column.kind in ("number", "date"):
        return ""
    if _NEAR * known <= summary.as_numbers < known:
        return "number"
    return "date" if _NEAR * known <= summary.as_dates < known else ""


def useless(summary: ColumnSummary, identity: Identity | None) -> LeftOut | None:
    """Say why a column can be no feature; None where it can."""
    if summary.missing >= summary.rows:
        return LeftOut("all-missing", "it has no value in any row")
    if summary.distinct <= 1 and summary.missing == 0:
        return LeftOut("constant-column", "it holds the same value in every row")
    if identity:
        counted = identity.sort == "row-number"
        what = "it is a row number" if counted else "it only says who a customer is"
        remedy = f"to use it: {_keep(summary)}, or [columns] allow"
        return LeftOut("identity-column", f"{what}: {identity.words}", remedy)
    return _of_text(summary) if summary.column.kind == "text" else None


def mixed_findings(summaries: Iterable[ColumnSummary]) -> list[Finding]:
    """Tell of columns that are used as categories although most of their cells are no words."""
    found = []
    for summary in summaries:
        if summary.column.kind == "category" and misread_as(summary):
            name, (said, lost, remedy) = summary.column.name, _misread(summary)
            words = f"{name!r} is used as categories: {said} ({remedy})."
            found.append(Finding("mixed-cells", "note", words, name, lost))
    return found


def _of_text(summary: ColumnSummary) -> LeftOut:
    if misread_as(summary):
        said, _, remedy = _misread(summary)
        return LeftOut("text-column", said, remedy)
    words = sum(len(cell.split()) for cell in cells_of(summary)) / max(1, len(cells_of(summary)))
    if words >= _SENTENCE:
        what = f"it is free text of about {words:.0f} words a cell, with "
    elif own_share(summary) >= _OWN:
        what = "nearly every cell has a value of its own: "
    else:
        what = "it has too many categories: "
    remedy = f"to use it as a category: {_keep(summary)}, or [columns] allow"
    return LeftOut("text-column", what + figures(summary), remedy)


def _misread(summary: ColumnSummary) -> tuple[str, int, str]:
    """Say which cells spoil a column of numbers or dates, how many, and what uses the others."""
    name, kind, known = summary.column.name, misread_as(summary), present(summary)
    lost = known - (summary.as_numbers if kind == "number" else summary.as_dates)
    said = f"{lost:,} of {known:,} cells are not {kind}s{_such_as(summary)}; the others read as {kind}s"
    if kind == "number" and lost == summary.other_mark:
        said = (
            f"{lost:,} of {known:,} cells are written with another decimal mark than the others: "
            "write all with one"
        )
    types = f"[columns] types = {{ {name!r} = {kind!r} }}"
    return said, lost, f"to use these: {_keep(summary)}, or {types}"


def _such_as(summary: ColumnSummary) -> str:
    if not summary.unread:
        return ""
    cell, rows = summary.unread[0]
    return f", most often {cell!r} ({rows:,})" if rows > 1 else f", such as {cell!r}"


def _keep(summary: ColumnSummary) -> str:
    return f"init --keep {summary.column.name!r}"
