"""Customers as they were sent → a record batch typed by the model's schema, as a table would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ROW, Column, Finding, Model, Schema
from unchurn.errors import DataError, listing
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.serve.json_records import VALUE, is_cell, shown
from unchurn.serve.native_cells import native
from unchurn.serve.payloads import Cell, Sent
from unchurn.serve.refusals import Fault, Faults
from unchurn.tables.arrivals import Arrivals, Plan, needed_columns, plan_arrival
from unchurn.tables.cells import as_text, missing_spellings
from unchurn.tables.date_columns import unreadable_dates
from unchurn.tables.matching import fold
from unchurn.tables.typing import Tally, is_native, type_batch, written

_WORDS = {"number": "a number", "date": "a date"}
_HINT = "Write it as in the training table, or leave it missing where it is not known."
_PLANS = 256
"""Sets of headers remembered; a client sends the same ones again and again."""
_SHORT = 4_096
"""Characters that a set may have beyond four times the model's to be remembered."""


@dataclass(frozen=True)
class Typing:
    """How a model's customers are typed. `missing`: spellings of a missing cell, `[data]`'s.

    `escape` is its other word on text. `optional`: columns that a record may leave out, because training saw them missing.
    """

    schema: Schema
    clv: float | str
    missing: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    escape: str = ""
    plans: dict[tuple[str, ...], Plan] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, model: Model, encoder: Encoder, clv: float | str) -> Self:
        """Type as a model was trained; `clv` is [decision]'s, `encoder` the model's own."""
        data = model.config["data"]
        optional = frozenset(part.name for part in encoder.parts if part.blanks)
        schema, missing = Schema.from_plain(model.schema), tuple(data["missing"])
        return cls(schema, clv, missing, optional, data.get("escape", ""))

    def plan(self, names: tuple[str, ...]) -> Plan:
        """Match headers forgivingly, extra ones left out. Raises `DataError` naming what lacks."""
        plan = self.plans.get(names)
        if plan is None:
            used = [name for name in names if name != ROW]
            plan = plan_arrival(used, self.schema, self.clv)
            if len(self.plans) >= _PLANS:
                self.plans.clear()
            own = sum(len(column.name) for column in self.schema.columns)
            if sum(map(len, names)) <= 4 * own + _SHORT:
                self.plans[names] = plan
        return plan

    def headers(self, names: tuple[str, ...]) -> frozenset[str]:
        """Choose the headers that are read. Raises `DataError` naming what lacks."""
        return frozenset({*self.plan(names).headers, ROW}.intersection(names))

    def completed(self, sent: Sent) -> Sent:
        """Give records the optional columns that none of them has, left out by all."""
        if not sent.records:
            return sent
        there = {fold(name) for name in sent.names}
        absent = sorted(name for name in self.optional if fold(name) not in there)
        if not absent:
            return sent
        rows = len(sent.numbers)
        return replace(
            sent,
            names=(*sent.names, *absent),
            columns={**sent.columns, **{name: [None] * rows for name in absent}},
            lacking={**sent.lacking, **{name: range(rows) for name in absent}},
        )

    def left_out(self, sent: Sent) -> list[Finding]:
        """Say which optional columns were left out, and by how many."""
        plan = self.plan(sent.names)
        found = []
        for column, header in zip(plan.columns, plan.headers, strict=True):
            if column.name in self.optional and (rows := len(sent.lacking.get(header, ()))):
                who = "1 customer leaves" if rows == 1 else f"{rows:,} customers leave"
                words = f"{who} out {column.name!r}; it is read as not known."
                found.append(Finding("left-out", "note", words, column.name, rows))
        return found

    def typed(self, sent: Sent, faults: Faults, arrivals: Arrivals | None = None) -> pa.RecordBatch:
        """Type customers: `ROW` first (as sent, or counted from 1), then the model's columns.

        Where a table's unreadable cell is counted and becomes missing, here it is a fault:
        somebody is there to be told.
        """
        plan = self.plan(sent.names)
        arrays: list[pa.Array] = [_row_numbers(sent)]
        for column, header in zip(plan.columns, plan.headers, strict=True):
            arrays.append(_cells(sent, header, column, faults, column.name in self.optional))
        names = [ROW, *(column.name for column in plan.columns)]
        batch = pa.record_batch(arrays, names=names)
        tally = arrivals.tally if arrivals else Tally()
        typed = type_batch(batch, plan.columns, self.missing, tally)
        for column, header in zip(plan.columns, plan.headers, strict=True):
            if tally.unreadable[column.name] or tally.infinite[column.name]:
                self._blame(sent, batch.column(column.name), column, header, faults)
        if arrivals:  # what is said is said of customers who are scored
            good = pa.array([number not in faults.found for number in sent.numbers], pa.bool_())
            arrivals.look(batch.filter(good), typed.filter(good))
        return typed

    def blame_nameless(
        self, sent: Sent, customers: pa.RecordBatch, numbers: Sequence[int], faults: Faults
    ) -> None:
        """Name those of typed `customers` who have no id, where faults are kept.

        Asked for all or none they are scored with a note: their places tell who they are.
        """
        plan = self.plan(sent.names)
        for column, header in zip(plan.columns, plan.headers, strict=True):
            if column.role != "id" or not faults.lenient:
                continue
            blank = customers.column(column.name).is_null().to_numpy(zero_copy_only=False)
            for place in np.flatnonzero(blank).tolist():
                words = f"{sent.unit} {numbers[place]}: {header!r} is blank; scored, but not to be told apart."
                faults.add(Fault(numbers[place], header, words, "Send an id with each customer."))

    def is_header(self, first: Sequence[str]) -> bool:
        """Tell a header from a customer: it names most of its columns as the model does."""
        named = {fold(cell) for cell in first} & self._folded
        return 2 * len(named) >= min(len(first), len(self.schema.features))

    @cached_property
    def _folded(self) -> frozenset[str]:
        return frozenset(fold(column.name) for column in self.schema.columns)

    @property
    def layouts(self) -> tuple[tuple[str, ...], ...]:
        """Columns of rows without a header: the training table's order, more and more left out.

        All of them, then without the label, then those that are read. Each has all that a customer
        needs: a value column that the training table lacked comes last.
        """
        every = [column.name for column in self.schema.columns]
        unlabelled = [name for name in every if name != self.schema.target]
        needed = [column.name for column in needed_columns(self.schema, self.clv)]
        read = [name for name in every if name in needed]
        late = [name for name in needed if name not in every]
        return tuple(dict.fromkeys((*each, *late) for each in (every, unlabelled, read)))

    def layout(self, width: int) -> tuple[str, ...]:
        """Name the columns of `width` cells without a header. Raises `DataError`."""
        for names in self.layouts:
            if len(names) == width:
                return names
        widths = listing(sorted({len(names) for names in self.layouts}))
        raise DataError(
            f"The first line has {width} cells and names no column of the model; rows without "
            f"a header have {widths} cells.",
            "Send a header line; GET /schema lists the columns and their order.",
        )

    def _blame(
        self, sent: Sent, cells: pa.Array, column: Column, header: str, faults: Faults
    ) -> None:
        # a moment beyond the years 1 to 9999 is none of Python's, but has its text
        shown = as_text(cells) if pa.types.is_timestamp(cells.type) else cells
        for place in np.flatnonzero(self._unreadable(cells, column)).tolist():
            number, value = sent.numbers[place], shown[place].as_py()
            words = f"{sent.unit} {number}: {header!r} is {_short(value)}, which is not "
            faults.add(Fault(number, header, f"{words}{_WORDS[column.kind]}.", _HINT))

    def _unreadable(self, cells: pa.Array, column: Column) -> npt.NDArray[np.bool_]:
        """Tell, cell by cell, what was written and could not be read."""
        if is_native(cells) and column.kind == "number" and not pa.types.is_timestamp(cells.type):
            values: npt.NDArray[np.float64] = cells.cast(pa.float64(), safe=False).to_numpy(
                zero_copy_only=False
            )
            return np.isinf(values)
        if column.kind == "date":
            return unreadable_dates(cells, column, missing_spellings(self.missing))
        alone = pa.record_batch([cells], names=[column.name])
        typed = type_batch(alone, [replace(column, sentinels=())], self.missing).column(0)
        told = written(as_text(cells), column, missing_spellings(self.missing))
        lost = pc.and_(told.is_valid(), typed.is_null())
        found: npt.NDArray[np.bool_] = lost.to_numpy(zero_copy_only=False)
        return found


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _row_numbers(sent: Sent) -> pa.Array:
    rows = len(sent.numbers)
    if ROW not in sent.names:
        return pa.array(np.arange(1, rows + 1), pa.int64())
    cells = sent.columns[ROW]
    cells = cells.to_pylist() if isinstance(cells, pa.Array) else cells
    for number, cell in zip(sent.numbers, cells, strict=True):
        if not isinstance(cell, int) or isinstance(cell, bool) or not 0 < cell < 1 << 63:
            words = (
                f"{sent.unit} {number}: {ROW!r} is {_short(cell)}; it must be a row number from 1."
            )
            Faults().add(Fault(number, ROW, words))
    return pa.array(cells, pa.int64())


def _checked(sent: Sent, header: str, cells: Sequence[Cell], faults: Faults) -> list[Cell]:
    """Replace what is no cell at all; in a column that is not read it never mattered."""
    good = [cell if is_cell(cell) else None for cell in cells]
    for number, cell, left in zip(sent.numbers, cells, good, strict=True):
        if cell is not left:
            words = f"{sent.unit} {number}: {header!r} is {shown(cell)}."
            faults.add(Fault(number, header, words, VALUE))
    return good


def _cells(
    sent: Sent, header: str, column: Column, faults: Faults, optional: bool = False
) -> pa.Array:
    for place in () if optional else sent.lacking.get(header, ()):
        number = sent.numbers[place]
        hint = "null says that a value is not known; GET /schema tells what may be left out."
        faults.add(Fault(number, header, f"{sent.unit} {number} has no {header!r}.", hint))
    cells = sent.columns[header]
    if isinstance(cells, pa.Array):
        # a column of nothing is native to nothing
        return cells.cast(pa.string()) if pa.types.is_null(cells.type) else cells
    if sent.unchecked:
        cells = _checked(sent, header, cells, faults)
    made, wrong = native(cells, column)
    for place, why in wrong.items():
        number = sent.numbers[place]
        words = f"{sent.unit} {number}: {header!r} is {_short(cells[place])}, which is not {why}."
        faults.add(Fault(number, header, words, "null says that a value is not known."))
    return made
