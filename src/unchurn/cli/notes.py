"""What a scoring noted, as it is printed: what makes a list untrustworthy comes before all else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from unchurn.modelling.drift.difference import is_untrusted

if TYPE_CHECKING:
    from rich.console import Console


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
