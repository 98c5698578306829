"""One source → a file of typed rows; `read` is what was kept and what left, by reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from unchurn.errors import DataError
from unchurn.history.clock import Clock
from unchurn.history.columns import Roles
from unchurn.history.rows import Counted, RowTyper, layout
from unchurn.history.scale import Scale
from unchurn.history.sources import Source
from unchurn.history.times import stored_with_zone
from unchurn.progress import Progress
from unchurn.project import Data, Subscriptions
from unchurn.tables.cells import missing_spellings
from unchurn.tables.parquet import write_parquet
from unchurn.tables.rejects import UNREADABLE, Reasons


@dataclass(frozen=True)
class Reading:
    """What was read of one source: `path` is Parquet laid out as `rows.layout` says.

    `number` is the source's place among all. `read` = `kept` + the sum of what `counted` dropped.
    """

    source: Source
    number: int
    roles: Roles
    path: Path
    read: int
    kept: int
    counted: Counted

    @property
    def periods(self) -> bool:
        """Whether the rows are periods."""
        return isinstance(self.source.section, Subscriptions)

    @property
    def schema(self) -> pa.Schema:
        """The layout of the rows."""
        return layout(self.roles, self.periods)


def newest_day(readings: Sequence[Reading]) -> int:
    """Return the newest day, numbered, of the tables of events; of every table where there are none."""
    events = [each for each in readings if each.source.name.startswith("events.")]
    return max(ends[1] for each in events or readings if (ends := each.counted.ends()))


def read_source(
    source: Source,
    number: int,
    roles: Roles,
    clock: Clock,
    missing: tuple[str, ...],
    folder: Path,
    progress: Progress,
) -> Reading:
    """Write the usable rows of a source into `folder`.

    Raises `DataError` where a column is missing, and where too many rows cannot be read or none
    can be used.
    """
    counted = Counted([Scale() for _ in roles.values])
    typer = _typer(source, roles, clock, missing, counted)
    reasons = Reasons()
    read = 0

    def reject(row: int, reason: str, text: str, line: int = 0) -> None:
        reasons.add(reason, line or row)

    def typed() -> Iterator[pa.RecordBatch]:
        nonlocal read
        with progress.task(f"Reading {source.noun}", source.table.rows) as task:
            for batch in source.table.batches(reject):
                read += batch.num_rows
                yield typer.typed(batch)
                task.advance(batch.num_rows)

    path = folder / f"read{number}.parquet"
    kept = write_parquet(typed(), path, layout(roles, typer.periods), staged=True)
    read += reasons.rows
    if reasons.rows:
        counted.dropped[UNREADABLE] += reasons.rows
    reasons.refuse(read, Data().max_rejected, source.table.location)
    if not kept:
        _refuse_empty(source, read, counted)
    return Reading(source, number, roles, path, read, kept, counted)


def _typer(
    source: Source, roles: Roles, clock: Clock, missing: tuple[str, ...], counted: Counted
) -> RowTyper:
    try:
        headers = roles.headers(source.table)
    except DataError as error:
        raise DataError(f"[history.{source.name}]: {error.message}", error.hint) from error
    used = set(headers.values())
    section = source.section
    return RowTyper(
        roles,
        isinstance(section, Subscriptions),
        headers,
        frozenset(name for name in used if stored_with_zone(source.table, name)),
        sorted(set(source.table.columns) - used),
        clock,
        missing_spellings(missing),
        counted,
        isinstance(section, Subscriptions) and section.fixed_terms,
    )


def _refuse_empty(source: Source, read: int, counted: Counted) -> None:
    why = "; ".join(f"{rows:,} × {reason}" for reason, rows in counted.dropped.most_common())
    raise DataError(
        f"[history.{source.name}]: none of {read:,} rows of {source.table.location} can be used"
        + (f": {why}." if why else "."),
        "Name the columns of customer and time in that section, or remove the table.",
    )
