"""Cells of a date column → moments and local days, whatever they are written in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn.artefacts import Column
from unchurn.history.clock import DAY, Clock, Micros
from unchurn.tables import Table
from unchurn.tables.cells import Missing, as_text
from unchurn.tables.date_columns import unreadable_dates
from unchurn.tables.typing import Tally, type_cells

Mask = npt.NDArray[np.bool_]
_ZONED = (
    r"(?:[0-9]:[0-9]{2}(?:[.,][0-9]+)?|[T ][0-9]{1,2})\s*(?:[AaPp]\.?[Mm]\.?\s*)?"
    r"\(?(?:[Zz]|[A-Za-z]{3,5}|[A-Za-z]+/[A-Za-z_/-]+|(?:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?)\)?\s*$"
)
"""How a time ends that says its zone. A time with an offset is read as UTC, a naive one as it is."""
_OF_UTC = ("s", "ms", "us", "ns", "s-2001")
"""What counts moments; days, and what SAS and Stata count, are a wall clock's."""
_NUMBER = r"^\s*[0-9]+(?:[.,][0-9]+)?\s*$"


@dataclass(frozen=True)
class Times:
    """Times of a column's cells (n,): `moment` in microseconds UTC, `day` the local day.

    `known` where there is a time; `unread` where something is written that is none.
    `twice` and `never` count naive times that the clock leaves in doubt.
    """

    moment: Micros
    day: Micros
    known: Mask
    unread: Mask
    twice: int = 0
    never: int = 0


def read_times(
    cells: pa.Array, column: Column, clock: Clock, missing: Missing, native_zone: bool
) -> Times:
    """Read the cells of a date column; `native_zone` where the file stores moments in UTC.

    Times without a zone take the clock's: see `Clock` for those in doubt. A day without a time
    begins at its midnight.
    """
    typed = type_cells(cells, column, missing, Tally())
    known = typed.is_valid().to_numpy(zero_copy_only=False)
    written = pc.fill_null(typed.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    zoned = _zoned(cells, column, native_zone) & known
    naive = known & ~zoned
    moment = np.where(zoned, written, clock.moments(written))
    day = np.where(zoned, clock.days(written), written // DAY)
    twice, never = clock.doubtful(written[naive & (written % DAY != 0)])
    return Times(moment, day, known, unreadable_dates(cells, column, missing), twice, never)


def stored_with_zone(table: Table, name: str) -> bool:
    """Tell whether a table's first file stores a column as moments of a zone."""
    path = Path(table.files[0])
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        return False
    if name not in schema.names:
        return False
    kind = schema.field(name).type
    return pa.types.is_timestamp(kind) and kind.tz is not None


def _zoned(cells: pa.Array, column: Column, native_zone: bool) -> Mask:
    """Tell which cells say which moment they are, whatever the zone."""
    epoch = column.epoch in _OF_UTC
    if pa.types.is_timestamp(cells.type):
        return np.full(len(cells), native_zone)
    if not pa.types.is_string(cells.type):
        return np.full(len(cells), epoch)
    text = as_text(cells)
    found = pc.match_substring_regex(text, _ZONED)
    if epoch:
        found = pc.or_(found, pc.match_substring_regex(text, _NUMBER))
    mask: Mask = pc.fill_null(found, False).to_numpy(zero_copy_only=False)
    return mask
