"""Rows of every source → tables sorted by customer, each customer a number, each row once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from unchurn.errors import DataError
from unchurn.history.question import Question
from unchurn.history.reading import Reading
from unchurn.history.room import Room
from unchurn.history.scale import scaled
from unchurn.project import Subscriptions
from unchurn.tables.engines.drop_duplicates import differing, without_repeats

LATER = "on or after the last day observed"
UNKNOWN = "customer is not known"
REPEATED = "equal to another row"
_ENDS, _NOTICE = ("end_day", "end_moment"), ("notice", "unsure")
"""What may become known of a period after it has begun: ends, unless they are fixed, and what is told of them."""


@dataclass(frozen=True)
class Staged:
    """One source as a table of the room, with the columns of `rows.layout`.

    `code` stands for the customer. Values are whole numbers, scaled by 10^`decimals`. `seq` numbers the rows in order of customer
    and time; `alike` counts the periods right before one that differ from it in what is known later alone. `rows` of it are left
    of `read`, the others `dropped` by reason. `too_large` values are blank.
    """

    reading: Reading
    table: str
    decimals: tuple[int, ...]
    rows: int
    dropped: dict[str, int]
    too_large: int = 0

    @property
    def noun(self) -> str:
        """What features call it."""
        return self.reading.source.noun


def stage_customers(room: Room, readings: Sequence[Reading], question: Question, end: int) -> int:
    """Number everybody who was a customer before day `end`, as the table `customers`.

    They are those with a period, or with activity or attributes. Raises `DataError` where there
    is nobody.
    """
    for each in readings:
        room.show(_raw(each), each.path)
    chosen = [each for each in readings if _names_customers(each, question)]
    parts = [f"SELECT customer FROM {_raw(each)} WHERE {_day(each)} < {end}" for each in chosen]
    named = room.rows(f"""
        SELECT DISTINCT customer FROM ({" UNION ALL ".join(parts)}) AS named ORDER BY customer""")
    schema = pa.schema([pa.field("code", pa.int64()), pa.field("customer", pa.string())])
    found = room.keep("customers", _numbered(named, schema), schema)
    if not found:
        raise DataError(
            "There is no customer: every row lies on or after the last day observed.",
            "Check [history] observed_until, or the day asked for.",
        )
    return found


def _numbered(rows: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    first = 0
    for batch in rows:
        numbers = pa.array(np.arange(first, first + batch.num_rows))
        yield pa.RecordBatch.from_arrays([numbers, batch.column(0)], schema=schema)
        first += batch.num_rows


def stage_source(
    room: Room, reading: Reading, end: int, decimals: Sequence[int] | None = None
) -> Staged:
    """Sort the rows before day `end` by customer and time, without repeats, as a table.

    `decimals` of the values, by default those that the rows have.
    """
    raw, name = _raw(reading), table_name(reading)
    places = tuple(decimals) if decimals is not None else _decimals(reading)
    columns = [each for each in reading.schema.names if each != "customer"]
    listed = ", ".join(f"r.{each}" for each in columns)
    # Of two periods that begin together which is the later must not hang on ends that are not known yet.
    later = sorted(columns, key=lambda each: each in (*_ENDS, *_NOTICE))
    order = ", ".join(f"r.{each} NULLS FIRST" for each in later)
    rows = room.rows(f"""
        SELECT c.code, {listed} FROM {raw} AS r JOIN customers AS c ON r.customer = c.customer
        WHERE r.{_day(reading)} < {end} ORDER BY c.code, {order}""")
    section = reading.source.section
    fixed = isinstance(section, Subscriptions) and section.fixed_terms
    sorter = _Sorted(places, _NOTICE if fixed else (*_ENDS, *_NOTICE))
    kept = room.keep(name, sorter.finished(rows), sorter.layout(reading.schema))
    read, early = room.one(
        f"SELECT count(*), coalesce(sum(CASE WHEN {_day(reading)} < {end} THEN 1 ELSE 0 END), 0) "
        f"FROM {raw}"
    )
    dropped = {
        **reading.counted.dropped,
        LATER: int(read - early),
        UNKNOWN: int(early - sorter.seen),
        REPEATED: int(sorter.seen - kept),
    }
    told = {reason: rows for reason, rows in dropped.items() if rows}
    return Staged(reading, name, places, kept, told, sorter.too_large)


class _Sorted:
    """Finishes sorted rows: repeats go, rows are numbered, values become whole numbers."""

    def __init__(self, decimals: Sequence[int], later: Sequence[str]) -> None:
        self._decimals, self._later = decimals, later
        self.seen = 0
        self.too_large = 0
        self._kept = 0
        self._last: tuple[pa.RecordBatch | None, int] = (None, 0)

    def layout(self, read: pa.Schema) -> pa.Schema:
        """Name the columns of the table."""
        kept = [each for each in read if each.name not in ("customer", "rest")]
        fields = [
            pa.field(each.name, pa.int64()) if _is_value(each.name) else each for each in kept
        ]
        numbers = ["seq", *["alike"] * ("end_day" in read.names), "code"]
        return pa.schema([*(pa.field(each, pa.int64()) for each in numbers), *fields])

    def finished(self, rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the rows of the table."""
        for batch in without_repeats(self._counted(rows)):
            seq = np.arange(self._kept, self._kept + batch.num_rows)
            self._kept += batch.num_rows
            names = [each for each in batch.schema.names if each != "rest"]
            arrays = [self._whole(name, batch.column(name)) for name in names]
            if "end_day" in names:
                names, arrays = ["alike", *names], [self._alike(batch), *arrays]
            yield pa.RecordBatch.from_arrays([pa.array(seq), *arrays], names=["seq", *names])

    def _alike(self, batch: pa.RecordBatch) -> pa.Array:
        """Count of each period those right before it that differ from it in what comes later alone.

        Until it has come they are repeats of one period, and must not be more for what comes.
        """
        begun = batch.select([each for each in batch.schema.names if each not in self._later])
        before, already = self._last
        places = np.arange(batch.num_rows)
        first = np.where(differing(before, begun), places, -1 - already)
        alike = places - np.maximum.accumulate(first)
        self._last = begun.slice(batch.num_rows - 1), int(alike[-1])
        return pa.array(alike)

    def _counted(self, rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in rows:
            self.seen += batch.num_rows
            yield batch

    def _whole(self, name: str, cells: pa.Array) -> pa.Array:
        if not _is_value(name):
            return cells
        values = cells.to_numpy(zero_copy_only=False)
        whole, usable = scaled(values, self._decimals[int(name[1:])])
        self.too_large += int(np.count_nonzero(~usable & ~np.isnan(values)))
        return pa.array(whole, pa.int64(), mask=~usable)


def table_name(reading: Reading) -> str:
    """Return the table that a source becomes: plain letters, whatever it is called."""
    return f"t{reading.number}"


def _raw(reading: Reading) -> str:
    return f"raw{reading.number}"


def _day(reading: Reading) -> str:
    return "start_day" if reading.periods else "day"


def _is_value(name: str) -> bool:
    return name[0] == "v" and name[1:].isdigit()


def _decimals(reading: Reading) -> tuple[int, ...]:
    return tuple(each.decimals for each in reading.counted.scales)


def _names_customers(reading: Reading, question: Question) -> bool:
    if question.event == "subscription-ends":
        return reading.periods
    source = reading.source
    if source.name.startswith("events."):
        return not question.activity or source.noun in question.activity
    return source.name.startswith("attributes.")
