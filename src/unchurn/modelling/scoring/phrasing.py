"""How reasons are put: what columns are called, and which of them the company can change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Self

from unchurn.modelling.scoring.reasons import Reason
from unchurn.project import Columns

_LONGEST = 60
"""Characters of a category value or a column name that are shown."""


@dataclass(frozen=True)
class Phrasing:
    """The words that [columns] gives: `names` by column of the table, and `actionable` columns."""

    names: Mapping[str, str] = field(default_factory=dict)
    actionable: Collection[str] = ()

    @classmethod
    def of(cls, columns: Columns) -> Self:
        """Take the words of [columns], whose columns must be spelled as the model spells them."""
        return cls(columns.names, frozenset(columns.actionable))

    def called(self, column: str) -> str:
        """Return what people call a column: its own name, where none is given."""
        return short(self.names.get(column, "")) or short(column)

    def subject(self, reason: Reason) -> str:
        """Name what a reason speaks of: ``Day Mins (with Day Charge and 2 more)``."""
        name, others = self.called(reason.column), reason.others
        if not others:
            return name
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        return f"{name} (with {self.called(others[0])}{more})"

    def offer(self, reason: Reason) -> str:
        """Say that the company can change what raises the risk; nothing of all else.

        What lowers the risk is better left as it is, and what nobody can change is no advice.
        """
        if reason.contribution < 0:
            return ""
        if reason.column in self.actionable:
            return "; the company can change this"
        ours = [self.called(each) for each in reason.others if each in self.actionable]
        return f"; the company can change {ours[0]}" if ours else ""


def short(text: str) -> str:
    """Put text on one line of at most 60 characters, an ellipsis where it was cut."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
