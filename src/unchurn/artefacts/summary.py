"""What one column of a table looks like, in figures: plain data that every layer may read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

from unchurn.artefacts.schema import Column


@dataclass(frozen=True)
class ColumnSummary:
    """Counts of one column over a whole table. All counts are rows.

    `distinct` counts different non-missing cells, exactly up to 100,000 and
    capped there. `minimum` and `maximum` are finite numbers, ISO dates or text, as text.
    `integers` is true when every number is whole. `top` is up to 20 (value, rows) pairs, most
    rows first, ties by value. `examples` is up to 5 cells as read. `leading_zeros` counts
    cells such as ``007``. `unreadable` cells could not be read as the column's kind and
    became missing; `infinite` ones were inf or beyond float64 and became missing too.

    `as_numbers` and `as_dates` are rows that read as a number, or as a date and not as a number,
    whatever the column became; `unread` is up to 5 (cell, rows) pairs that read as neither, most
    rows first, empty where there are too many different ones to count. `damaged` cells are whole
    numbers that a spreadsheet has cut to a few digits (``1.23457E+18``). `other_mark` cells are
    numbers with a decimal comma where most have a point, or the reverse.
    """

    column: Column
    rows: int
    missing: int = 0
    unreadable: int = 0
    infinite: int = 0
    distinct: int = 0
    integers: bool = False
    leading_zeros: int = 0
    minimum: str = ""
    maximum: str = ""
    top: tuple[tuple[str, int], ...] = ()
    examples: tuple[str, ...] = ()
    as_numbers: int = 0
    as_dates: int = 0
    unread: tuple[tuple[str, int], ...] = ()
    damaged: int = 0
    other_mark: int = 0

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data for a ``.json`` file."""
        plain = asdict(self)
        plain["column"] = self.column.to_plain()
        plain["top"] = [list(pair) for pair in self.top]
        plain["examples"] = list(self.examples)
        plain["unread"] = [list(pair) for pair in self.unread]
        return plain

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Read back what `to_plain` made."""
        column = Column.from_plain(plain["column"])
        pairs = {
            name: tuple((value, rows) for value, rows in plain.get(name, ()))
            for name in ("top", "unread")
        }
        rest = {"column": column, "examples": tuple(plain["examples"]), **pairs}
        return cls(**{**plain, **rest})
