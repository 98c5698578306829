"""The customers looked at → the table of snapshots: every feature of the plan, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.history.calendar import FOREVER
from unchurn.history.looking import chunks
from unchurn.history.plan import Feature, Plan
from unchurn.history.queries import (
    EventQuery,
    Measured,
    as_of_statement,
    keys_of,
    part,
)
from unchurn.history.room import Chunk, Made, Room, quoted
from unchurn.history.staging import Staged
from unchurn.progress import Progress
from unchurn.tables.parquet import write_parquet
from unchurn.tables.typing import arrow_type

CUSTOMER, DAY, LEFT = "customer", "snapshot_date", "churned"
"""The columns of the table beside features; `LEFT` is 1 or 0."""
_STATE = {
    "tenure": "spell_from",
    "since_first": "first_start",
    "periods": "periods",
    "gaps": "gaps",
    "until_end": "period_end",
}


@dataclass(frozen=True)
class Filling:
    """What fills the table `chosen` of a room: the plan, and the staged sources by name."""

    plan: Plan
    staged: Mapping[str, Staged]
    labelled: bool

    def schema(self) -> pa.Schema:
        """Lay out the table: customer, day, label where there is one, features by name."""
        head = [pa.field(CUSTOMER, pa.string()), pa.field(DAY, pa.date32())]
        head += [pa.field(LEFT, pa.int64())] * self.labelled
        return pa.schema([*head, *(pa.field(f.name, self._type(f)) for f in self.plan.features)])

    def write(self, room: Room, path: Path, customers: int, days: int, progress: Progress) -> int:
        """Write the table in order of customer and day; return its rows."""

        def rows() -> Iterator[pa.RecordBatch]:
            with progress.task("Making features", customers) as task:
                parts = chunks(customers, days, room.at_once)
                for _, made in room.each(self.filled, parts, task.advance):
                    yield from made.to_batches()

        return write_parquet(rows(), path, self.schema())

    def _type(self, feature: Feature) -> pa.DataType:
        if feature.aggregate != "attribute":
            return pa.float64()
        columns = self.plan.roles[feature.source].attributes
        return arrow_type(next(each for each in columns if each.name == feature.column))

    def filled(self, room: Room, chunk: Chunk) -> Made:
        """Return the rows of a chunk's customers."""
        first, end = chunk
        room.hold("days", f"SELECT * FROM {part('chosen', first, end)} AS c")
        base = room.table(
            "SELECT d.*, c.customer FROM days AS d JOIN "
            f"{part('customers', first, end)} AS c ON c.code = d.code ORDER BY d.code, d.day"
        )
        if not base.num_rows:
            return {}, self.schema().empty_table()
        found = {each.name: self._state(each, base) for each in self.plan.of("")}
        for name, staged in self.staged.items():
            features = self.plan.of(name)
            if not features and not staged.reading.periods:
                continue
            rows = part(staged.table, first, end)
            if staged.reading.periods:
                found |= self._of_periods(room, staged, rows, base)
            elif name.startswith("events."):
                found |= self._of_events(room, staged, rows, base)
            else:
                found |= self._of_attributes(room, staged, rows, base)
        day = pa.array(base["day"].to_numpy().astype(np.int32)).cast(pa.date32())
        head = [base["customer"].combine_chunks(), day]
        head += [base["label"].combine_chunks()] * self.labelled
        arrays = [*head, *(found[each.name] for each in self.plan.features)]
        return {}, pa.Table.from_arrays(arrays, schema=self.schema())

    def _state(self, feature: Feature, base: pa.Table) -> pa.Array:
        """Return what is known of periods; prices come from the periods themselves."""
        asked = feature.aggregate
        if asked not in _STATE:
            return pa.nulls(base.num_rows, pa.float64())
        day, values = base["day"].to_numpy(), base[_STATE[asked]].to_numpy()
        if asked == "until_end":
            values = np.where(values < FOREVER, values - day, FOREVER)
        elif asked not in ("periods", "gaps"):
            values = day - values
        return pa.array(values.astype(np.float64), pa.float64(), mask=values == FOREVER)

    def _of_periods(
        self, room: Room, staged: Staged, rows: str, base: pa.Table
    ) -> dict[str, pa.Array]:
        """Return price and attributes of the period that runs."""
        names = [f"a{n}" for n in range(len(staged.reading.roles.attributes))]
        listed = "".join(f", p.{each}" for each in names)
        priced = bool(staged.decimals)
        price = ", r.v0, r.v0 - b.v0 AS step" * priced
        # the last period that began otherwise: `seq` has no gaps
        before = f"LEFT JOIN {rows} AS b ON b.code = r.code AND b.seq = r.seq - r.alike - 1"
        picked = ", p.v0, p.step" * priced
        table = room.table(
            f"SELECT d.code, d.day{picked}{listed} FROM days AS d LEFT JOIN (SELECT r.seq"
            f"{''.join(f', r.{each}' for each in names)}{price} FROM {rows} AS r {before * priced}) AS p "
            "ON p.seq = d.current ORDER BY d.code, d.day"
        )
        found = self._attributes(staged, table)
        for each in self.plan.of(""):
            if each.aggregate in ("price", "price_change"):
                whole = table["v0" if each.aggregate == "price" else "step"].combine_chunks()
                known = whole.is_valid().to_numpy(zero_copy_only=False)
                values = whole.fill_null(0).to_numpy(zero_copy_only=False)
                scaled = values / 10.0 ** staged.decimals[0]
                found[each.name] = pa.array(scaled, pa.float64(), mask=~known)
        return found

    def _of_attributes(
        self, room: Room, staged: Staged, rows: str, base: pa.Table
    ) -> dict[str, pa.Array]:
        """Return the attributes that were known last before each day."""
        names = [f"a{n}" for n in range(len(staged.reading.roles.attributes))]
        listed = "".join(f", r.{each}" for each in names)
        table = room.table(
            f"SELECT d.code, d.day{listed} FROM days AS d LEFT JOIN "
            f"({as_of_statement(rows, 'days')}) AS s ON s.code = d.code AND s.day = d.day "
            f"LEFT JOIN {rows} AS r ON r.seq = s.seq ORDER BY d.code, d.day"
        )
        return self._attributes(staged, table)

    def _attributes(self, staged: Staged, table: pa.Table) -> dict[str, pa.Array]:
        columns = [each.name for each in staged.reading.roles.attributes]
        wanted = {
            each.column: each
            for each in self.plan.of(staged.reading.source.name)
            if each.aggregate == "attribute"
        }
        return {
            wanted[name].name: table[f"a{n}"].combine_chunks().cast(self._type(wanted[name]))
            for n, name in enumerate(columns)
            if name in wanted
        }

    def _of_events(
        self, room: Room, staged: Staged, rows: str, base: pa.Table
    ) -> dict[str, pa.Array]:
        """Return what is made of a table of events, in all and by kind."""
        name = staged.reading.source.name
        features = self.plan.of(name)
        values = tuple(each.name for each in staged.reading.roles.values)
        keys = keys_of(base)
        shared = [
            Feature(each.name, name, "count", window=each.window)
            for each in features
            if each.aggregate == "share"
        ]
        every = [each for each in features if each.kind is None]
        found: dict[str, pa.Array] = {}
        total = None
        if every or shared:
            query = EventQuery((*every, *shared), values, by_kind=False)
            made = room.table(query.statement(rows, "days"))
            total = Measured(keys, made, staged.decimals, values)
            found |= {each.name: total.column(each) for each in every}
        by_kind = tuple(each for each in features if each.kind is not None)
        if by_kind:
            kinds = sorted({each.kind for each in by_kind if each.kind is not None})
            listed = [quoted(each) for each in kinds]
            made = room.table(EventQuery(by_kind, values, True).statement(rows, "days", listed))
            parted = {
                kind: Measured(keys, self._of_kind(made, kind), staged.decimals, values)
                for kind in kinds
            }
            found |= {e.name: parted[e.kind or ""].column(e, total) for e in by_kind}
        return found

    def _of_kind(self, made: pa.Table, kind: str) -> pa.Table:
        return made.filter(pc.equal(made["kind"], kind))
