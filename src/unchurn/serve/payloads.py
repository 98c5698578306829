"""Customers as they were sent, whatever the format: columns of cells, each row with its number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import pyarrow as pa

from unchurn.artefacts import FOLD, GROUP, LABEL, PHASE, WEIGHT, Finding
from unchurn.errors import DataError, listing
from unchurn.serve.limits import MOST_COLUMNS, check_size

Cell: TypeAlias = str | bool | int | float | None
Cells: TypeAlias = "list[Cell] | pa.Array"
RESERVED = frozenset({LABEL, GROUP, FOLD, PHASE, WEIGHT})
"""What unchurn names columns of its own; no field of a customer may be named so."""


@dataclass(frozen=True)
class Sent:
    """Customers that could be told apart; `numbers` are their places, from 1, in `unit`s.

    `unchecked` cells may be whatever JSON can say. `lacking` holds, for a column, the places of
    rows that do not have it. `records` name their own cells, each row for itself; `placed` ones
    have no header and are known by their places. `notes` say what was doubtful in reading them.
    """

    names: tuple[str, ...]
    columns: Mapping[str, Cells]
    numbers: Sequence[int]
    unit: str = "Row"
    lacking: Mapping[str, Sequence[int]] = field(default_factory=dict)
    unchecked: bool = False
    records: bool = False
    placed: bool = False
    notes: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        """Refuse names that occur twice or mean something else here."""
        check_names(self.names)


def check_names(names: Sequence[str]) -> None:
    """Raise `DataError` for columns named twice or as unchurn names its own."""
    if len(set(names)) < len(names):
        twice = sorted(name for name, count in Counter(names).items() if count > 1)
        raise DataError(f"Columns are named twice: {listing(twice)}.", "Send each column once.")
    if taken := RESERVED.intersection(names):
        raise DataError(
            f"Columns are named {listing(sorted(taken))}, names that unchurn uses itself.",
            "Leave them out.",
        )


def of_records(
    records: Sequence[Mapping[str, Cell]],
    numbers: Sequence[int],
    unit: str,
    unchecked: bool = False,
) -> Sent:
    """Turn records into columns, of all names that occur; who lacks one is remembered.

    Raises `RefusalError` for a table that is too large, however short its body is.
    """
    names = _names_of(records)
    check_size(len(records), len(names))
    columns = {name: [record.get(name) for record in records] for name in names}
    size = len(names)
    lacking: dict[str, list[int]] = {}
    for place, record in enumerate(records):
        if len(record) < size:
            for name in names:
                if name not in record:
                    lacking.setdefault(name, []).append(place)
    return Sent(names, columns, numbers, unit, lacking, unchecked, records=True)


def _names_of(records: Sequence[Mapping[str, Cell]]) -> tuple[str, ...]:
    """List the names that occur, in order; no more of them than a table may have, and one."""
    names: dict[str, None] = dict.fromkeys(records[0]) if records else {}
    for record in records:
        if record.keys() != names.keys():
            names.update(dict.fromkeys(record))
            if len(names) > MOST_COLUMNS:
                break
    return tuple(names)
