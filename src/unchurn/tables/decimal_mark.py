"""Which mark is the decimal: decided for the file, with the evidence of all its columns.

A column whose cells can only be meant one way decides for itself. One whose cells could be
meant both ways (``1.234``), or that holds whole numbers only, follows the file: what most of the
other columns say, else its delimiter, for exports with a decimal comma are split at semicolons.
Where nothing tells, it is a question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from unchurn.tables.evidence import Evidence
from unchurn.tables.numbers import READABLE, Decimal

_OWN = 0.02
"""Share of the ambiguous cells that the decisive ones must reach to overrule the file."""
_CONTESTED = 0.2
"""Share of the columns that need a mark, beyond which they do not speak for the file."""
Why = Literal["stated", "own", "file", "delimiter", "contested", "nothing"]

ASKED: tuple[Why, ...] = ("contested", "nothing")
"""Where a column that could be meant both ways is a question."""


@dataclass(frozen=True)
class Marks:
    """Decimal marks that the user has stated: of every column, or by header."""

    every: Decimal | None = None
    by_column: Mapping[str, Decimal] = field(default_factory=dict)

    @classmethod
    def stated(
        cls, given: str | Mapping[str, str], names: Mapping[str, str] | None = None
    ) -> Marks:
        """Read `[columns] decimal`; `names` maps columns as the user wrote them to headers."""
        if isinstance(given, str):
            return cls(cast(Decimal, given) if given else None)
        headers = {each: names[each] if names else each for each in given}
        return cls(None, {headers[e]: cast(Decimal, mark) for e, mark in given.items() if mark})

    def of(self, name: str) -> Decimal | None:
        """Return the mark stated for a column."""
        return self.by_column.get(name, self.every)


@dataclass(frozen=True)
class Mark:
    """A column's decimal mark and what decided it."""

    decimal: Decimal
    why: Why


def decide_marks(found: Mapping[str, Evidence], delimiter: str, stated: Marks) -> dict[str, Mark]:
    """Choose every column's mark; `delimiter` is empty where the table is no CSV."""
    file = _file(found, delimiter)
    return {
        name: _column(evidence, file, delimiter, stated.of(name))
        for name, evidence in found.items()
    }


def _file(found: Mapping[str, Evidence], delimiter: str) -> Mark:
    votes = Counter(mark for each in found.values() if (mark := vote(each)))
    point, comma = votes["."], votes[","]
    likelier: Decimal = "," if (comma, delimiter == ";") > (point, False) else "."
    if min(point, comma) > _CONTESTED * (point + comma):
        return Mark(likelier, "contested")
    if point or comma:
        return Mark(likelier, "file")
    return Mark(likelier, "delimiter" if delimiter == ";" else "nothing")


def vote(evidence: Evidence) -> Decimal | None:
    """Return the mark that a column of numbers can only be meant in; a slip is no vote."""
    marks = evidence.marks
    mark = marks.leaning
    if mark is None or evidence.numbers[mark].readable < READABLE * evidence.told:
        return None
    return mark if abs(marks.comma - marks.point) >= _OWN * marks.either else None


def _column(evidence: Evidence, file: Mark, delimiter: str, stated: Decimal | None) -> Mark:
    if stated:
        return Mark(stated, "stated")
    marks = evidence.marks
    own = marks.leaning
    decisive = abs(marks.comma - marks.point)
    if own and (own == file.decimal or file.why in ASKED or decisive >= _OWN * marks.either):
        return Mark(own, "own")
    if marks.either or (file.decimal == "," and delimiter):
        return file
    # whole numbers of a format that has numbers of its own are written with a point
    return Mark(".", "file")
