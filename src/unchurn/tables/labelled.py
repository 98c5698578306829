"""Typing rows of customers with their label, batch by batch: by rules that were settled before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import LABEL, ROW, Column
from unchurn.tables.bare_rows import bare_rows
from unchurn.tables.cells import as_text
from unchurn.tables.typing import arrow_type, type_batch

Spell = Callable[[pa.Array], pa.Array]


class Typed(NamedTuple):
    """Typed rows with their label last; where they stand, and which are bare (None: none is)."""

    cells: pa.RecordBatch
    rows: pa.Array
    bare: pa.Array | None


@dataclass(frozen=True)
class LabelledTyping:
    """The rules: `codes` are of the column `target`, by the text that `spell` makes of its cells.

    A code is 1, 0, or below 0 for customers who are neither. They are the same wherever rows are typed.
    """

    columns: Sequence[Column]
    target: str
    codes: Mapping[str, int]
    spell: Spell
    missing: Sequence[str]

    @property
    def schema(self) -> pa.Schema:
        """The columns, then the label."""
        fields = [pa.field(column.name, arrow_type(column)) for column in self.columns]
        return pa.schema([*fields, pa.field(LABEL, pa.int8())])

    @property
    def id(self) -> str | None:
        """The column that names customers."""
        return next((each.name for each in self.columns if each.role == "id"), None)

    def typed(self, batches: Iterable[pa.RecordBatch]) -> Iterator[Typed]:
        """Type batches of `Table.batches`."""
        schema, id = self.schema, self.id
        for batch in batches:
            codes = self._codes(batch.column(self.target))
            cells = type_batch(batch.drop_columns([ROW]), self.columns, self.missing)
            made = pa.RecordBatch.from_arrays([*cells.columns, codes], schema=schema)
            bare = None if id is None else bare_rows(made, {id})
            yield Typed(made, batch.column(ROW), bare)

    def _codes(self, cells: pa.Array) -> pa.Array:
        """Read label cells: 1, 0, or null where there is no label or the customer is neither."""
        encoded = pc.fill_null(as_text(cells), "").dictionary_encode()
        values = self.spell(encoded.dictionary).to_pylist()
        known = [self.codes[value] if self.codes[value] >= 0 else None for value in values]
        return pa.array(known, pa.int8()).take(encoded.indices)
