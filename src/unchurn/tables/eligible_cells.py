"""Cells that say to whom an offer is open, and what is wanted there: both as training wrote yes and no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column
from unchurn.project import Offer
from unchurn.tables.cells import without_formula
from unchurn.tables.chosen_rows import I64, CellReader
from unchurn.tables.headerless import LinedUp
from unchurn.tables.matching import find_column
from unchurn.tables.table import Table
from unchurn.tables.truth import as_trained


@dataclass(frozen=True)
class EligibleCells:
    """Columns that `offers` name, at row numbers of a table that only grow from call to call.

    `truth`: the columns that hold yes and no, by the name that the offers give them.
    """

    offers: tuple[Offer, ...]
    truth: Mapping[str, Column]
    reader: CellReader

    @classmethod
    def of(cls, table: Table, lined: LinedUp, offers: Sequence[Offer]) -> Self:
        """Find the columns in a table that is lined up with training's. Raises `DataError` naming those that are missing."""
        names = list(dict.fromkeys(name for offer in offers for name in offer.eligible))
        trained = {name: find_column(name, lined.schema.names) for name in names}
        known = {name: lined.schema.named(found) for name, found in trained.items() if found}
        truth = {name: column for name, column in known.items() if column.truth}
        wanted = [
            replace(
                offer,
                eligible={
                    name: tuple(
                        _written(pa.array(values, pa.string()), truth.get(name)).to_pylist()
                    )
                    for name, values in offer.eligible.items()
                },
            )
            for offer in offers
        ]
        return cls(tuple(wanted), truth, CellReader(table, names, lined.own))

    def at(self, rows: I64) -> dict[str, pa.Array]:
        """Return the cells at `rows`, ascending, by column as the offers name it; null where blank."""
        cells = self.reader.at(rows)
        return {name: _written(each, self.truth.get(name)) for name, each in cells.items()}


def _written(cells: pa.Array, column: Column | None) -> pa.Array:
    """Trim cells; yes and no, however they are spelled, are spelled as in training."""
    trimmed = without_formula(pc.utf8_trim_whitespace(cells))
    return as_trained(trimmed, column).values if column else trimmed
