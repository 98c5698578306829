"""Ids of customers to score: blank, odd and repeated ones are said; nobody is dropped for one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from unchurn.artefacts import ROW, Column, Finding
from unchurn.errors import counted, listing
from unchurn.tables.alike_ids import MOST, Hashes, Mask, Seen, hashed
from unchurn.tables.bare_rows import bare_rows
from unchurn.tables.id_writing import Written
from unchurn.tables.odd_ids import OddIds

_SHOWN = 3


class ArrivingIds:
    """Counts blank ids, and customers whose id stands on an earlier row of the list.

    With a snapshot column, customers of another date are no repeats.
    """

    def __init__(self, columns: tuple[Column, ...]) -> None:
        names = {column.role: column.name for column in columns}
        self._id, self._snapshot = names.get("id"), names.get("snapshot")
        self._blank = self._again = self._looked = 0
        self._rows: list[int] = []
        self._examples: dict[str, None] = {}
        self._days = Seen()
        forms = next((column.forms for column in columns if column.role == "id"), None)
        self._odd = OddIds(self._id or "", trained=Written.of(forms))

    def look(self, typed: pa.RecordBatch) -> None:
        """Take in a typed batch."""
        if self._id is None:
            return
        ids = typed.column(self._id)
        rows = typed.column(ROW) if ROW in typed.schema.names else None
        bare = bare_rows(typed, {ROW, self._id, self._snapshot or self._id})
        again = self._odd.look(ids, rows, bare)
        if ids.null_count:
            self._blank += ids.null_count
            if ROW in typed.schema.names and len(self._rows) < _SHOWN:
                rows = typed.column(ROW).filter(ids.is_null())
                self._rows += rows.slice(0, _SHOWN - len(self._rows)).to_pylist()
        if self._looked < MOST:
            known = ids.is_valid()
            if self._snapshot is not None:
                again = self._days.add(self._dated(typed.filter(known)))
            self._repeats(ids.filter(known), again)
            self._looked += len(ids)

    def _dated(self, rows: pa.RecordBatch) -> Hashes:
        """Hash ids with their days."""
        days = rows.column(self._snapshot).cast(pa.int64()).fill_null(-1)
        # an odd factor spreads the dates; what is beyond 64 bits is cut off
        spread: Hashes = hashed(rows.column(self._id)) ^ (
            days.to_numpy(zero_copy_only=False) * np.int64(0x9E3779B97F4A7C1)
        )
        return spread

    def _repeats(self, ids: pa.Array, again: Mask) -> None:
        if again.any():
            self._again += int(again.sum())
            shown = ids.filter(pa.array(again)).slice(0, 256).to_pylist()
            room = _SHOWN + 1 - len(self._examples)
            self._examples |= dict.fromkeys(list(dict.fromkeys(shown))[: max(0, room)])

    def findings(self) -> Iterator[Finding]:
        """Yield what a person should know."""
        if self._blank:
            who = counted(self._blank, "customer has", "customers have")
            rows = ", ".join(f"{row:,}" for row in self._rows)
            which = f" (row {rows})" if self._blank == 1 else f" (rows {rows}{self._more()})"
            words = (
                f"{who} no {self._id!r}{which if rows else ''}: scored, but not to be told apart."
            )
            yield Finding("blank-ids", "warning", words, self._id, self._blank)
        if self._id is not None:
            yield from self._odd.findings()
        if self._again:
            shown = list(self._examples)
            such = listing(shown[:_SHOWN]) + (", …" if len(shown) > _SHOWN else "")
            repeat = counted(self._again, "row repeats", "rows repeat")
            looked = f" (of the first {self._looked:,} rows)" if self._looked >= MOST else ""
            words = (
                f"{repeat} the {self._id!r} of an earlier one{looked}: {such}; each row is scored."
            )
            yield Finding("repeated-ids", "warning", words, self._id, self._again)

    def _more(self) -> str:
        return ", …" if self._blank > len(self._rows) else ""
