"""Customers as they were sent, whatever the format: columns of cells, each row with its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import pyarrow as pa

from unchurn.artefacts import FOLD, GROUP, LABEL
from unchurn.errors import DataError, listing
from unchurn.serve.refusals import RefusalError

Cell: TypeAlias = str | int | float | None
Cells: TypeAlias = "list[Cell] | pa.Array"
MOST_ROWS = 50_000
"""Customers of one request."""
_RESERVED = frozenset({LABEL, GROUP, FOLD})


@dataclass(frozen=True)
class Sent:
    """Customers that could be told apart; `numbers` are their places, from 1, in `unit`s.

    `strict` cells carry their types (JSON): text is then no number. `lacking` holds, for a
    column, the places of rows that do not have it.
    """

    names: tuple[str, ...]
    columns: Mapping[str, Cells]
    numbers: Sequence[int]
    unit: str = "Row"
    strict: bool = False
    lacking: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse names that occur twice or mean something else here."""
        check_names(self.names)


def check_names(names: Sequence[str]) -> None:
    """Raise `DataError` for columns named twice or as unchurn names its own."""
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise DataError(f"Columns are named twice: {listing(twice)}.", "Send each column once.")
    if taken := _RESERVED.intersection(names):
        raise DataError(
            f"Columns are named {listing(sorted(taken))}, names that unchurn uses itself.",
            "Leave them out.",
        )


def check_rows(count: int, most: int = MOST_ROWS) -> None:
    """Raise `RefusalError` for more customers than one request may have, `DataError` for none."""
    if count > most:
        raise RefusalError(
            413,
            f"The body holds {count:,} customers; one request may have {most:,}.",
            "Send them in several requests, or use `unchurn score`.",
        )
    if not count:
        raise DataError("The body holds no customer.", "Send at least one row.")


def of_records(records: Sequence[Mapping[str, Cell]], numbers: Sequence[int], unit: str) -> Sent:
    """Turn records into columns, named as in the first; who lacks one is remembered."""
    names = tuple(records[0]) if records else ()
    columns = {name: [record.get(name) for record in records] for name in names}
    size = len(names)
    lacking: dict[str, list[int]] = {}
    for place, record in enumerate(records):
        if len(record) < size or record.keys() != records[0].keys():
            for name in names:
                if name not in record:
                    lacking.setdefault(name, []).append(place)
    return Sent(names, columns, numbers, unit, True, lacking)
