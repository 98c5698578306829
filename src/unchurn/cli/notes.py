"""What a scoring noted, as it is printed: what makes a list untrustworthy comes before all else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from unchurn.errors import counted
from unchurn.modelling.drift.difference import is_untrusted
from unchurn.progress import Progress

if TYPE_CHECKING:
    from rich.console import Console

_MOST = 8
_GRAVE = {"blocked": "BLOCKED", "warning": "WARNING"}


def tell_findings(findings: Sequence[dict[str, Any]], progress: Progress) -> None:
    """Say on stderr what is grave in a training table, and where the rest is to be read."""
    grave = sorted(
        (each for each in findings if each["severity"] in _GRAVE),
        key=lambda each: list(_GRAVE).index(each["severity"]),
    )
    for each in grave[:_MOST]:
        progress.note(f"{_GRAVE[each['severity']]}: {each['words']}")
    if rest := len(findings) - min(len(grave), _MOST):
        more = "other remark" if grave else "remark"
        progress.note(f"{counted(rest, more)} on the table: unchurn check")


def show_warning(notes: Sequence[dict[str, Any]], console: Console) -> Sequence[dict[str, Any]]:
    """Print the summary of a list that should not be trusted; return the notes that are left."""
    if not is_untrusted(notes):
        return notes
    console.print(f"WARNING: {notes[0]['words']}", markup=False)
    return notes[1:]


def show_notes(notes: Sequence[dict[str, Any]], console: Console) -> None:
    """Print notes, one a line."""
    for note in notes:
        console.print(f"Note: {note['words']}", markup=False)
