"""Rows as they were sent → a record batch typed by the model's schema, as a table would be."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import pyarrow as pa

from unchurn.artefacts import ROW, Column, Schema
from unchurn.errors import DataError
from unchurn.serve.payloads import Cell, Rows
from unchurn.tables.arrivals import plan_arrival
from unchurn.tables.cells import number_text
from unchurn.tables.typing import Tally, type_batch

_WORDS = {"number": "a number", "date": "a date"}


@dataclass(frozen=True)
class Typing:
    """How a model's customers are typed. `missing`: spellings of a missing cell, `[data]`'s."""

    schema: Schema
    clv: float | str
    missing: tuple[str, ...]

    def typed(self, rows: Rows) -> pa.RecordBatch:
        """Type `rows`: `ROW` first (as sent, or counted from 1), then the model's columns.

        Headers are matched forgivingly and extra ones left out. Where a table's unreadable
        cell is counted and becomes missing, here it is refused: somebody is there to be told.
        Raises `DataError` naming the missing columns, or the line and the field at fault.
        """
        plan = plan_arrival(rows.names, self.schema, self.clv)
        arrays: list[pa.Array] = [_row_numbers(rows)]
        for column, header in zip(plan.columns, plan.headers, strict=True):
            arrays.append(_cells(rows, header, column))
        names = [ROW, *(column.name for column in plan.columns)]
        batch = pa.record_batch(arrays, names=names)
        tally = Tally()
        typed = type_batch(batch, plan.columns, self.missing, tally)
        for column, header in zip(plan.columns, plan.headers, strict=True):
            if tally.unreadable[column.name] or tally.infinite[column.name]:
                raise self._unreadable(rows, batch, column, header)
        return typed

    def _unreadable(
        self, rows: Rows, batch: pa.RecordBatch, column: Column, header: str
    ) -> DataError:
        """Find the first cell that cannot be read, by halves."""
        first, end = 0, batch.num_rows
        while end - first > 1:
            middle = (first + end) // 2
            first, end = (
                (first, middle) if self._fails(batch, column, first, middle) else (middle, end)
            )
        value = rows.records[first][header]
        return DataError(
            f"Line {rows.lines[first]}: {header!r} is {value!r}, which is not "
            f"{_WORDS.get(column.kind, 'readable')}.",
            "Write it as in the training table, or send null where it is not known.",
        )

    def _fails(self, batch: pa.RecordBatch, column: Column, first: int, end: int) -> bool:
        tally = Tally()
        type_batch(batch.slice(first, end - first), [column], self.missing, tally)
        return bool(tally.unreadable or tally.infinite)


def _row_numbers(rows: Rows) -> pa.Array:
    if ROW not in rows.names:
        return pa.array(range(1, len(rows.records) + 1), pa.int64())
    numbers = rows.cells(ROW)
    for line, number in zip(rows.lines, numbers, strict=True):
        if not isinstance(number, int) or not 0 < number < 1 << 63:
            raise DataError(f"Line {line}: {ROW!r} is {number!r}; it must be a row number from 1.")
    return pa.array(numbers, pa.int64())


def _cells(rows: Rows, header: str, column: Column) -> pa.Array:
    values = rows.cells(header)
    text = column.kind != "number" or column.role == "id"
    if not text and not any(isinstance(value, str) for value in values):
        # a whole number beyond float64 is left to the typing of text, which can refuse it
        with contextlib.suppress(OverflowError):
            numbers = [None if value is None else float(value) for value in values]
            return pa.array(numbers, pa.float64())
    return pa.array([_text(value) for value in values], pa.string())


def _text(value: Cell) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return number_text(value) if isinstance(value, float) else str(value)
