"""A scored list in the order in which people read it: its first rows, or all of them sorted.

Ties go by id, then by the row's place, so that the same scores give the same list. Unknown values
come last. Memory does not grow with the rows: `top` keeps no more rows than it was asked for, and
everybody is sorted on the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn.errors import ConfigError, listing
from unchurn.tables.external_sort import FAN_IN, externally_sorted

SORTS = {"probability": "descending", "expected_value": "descending", "id": "ascending"}
"""What a list may be sorted by, and the way; ``id`` is its first column, whatever its name."""
MOST, DIGITS = 100_000, 10
_ROWS, _RUN_BYTES = 65_536, 1 << 26
_PLACE = "\0place"
"""No column has this name: a NUL is refused in a header."""
_LARGE = 1e15
"""A float64 of this size has no decimals to speak of."""


@dataclass(frozen=True)
class Arrangement:
    """How a list is to be read: `sort` of `SORTS`, the `top` first rows, figures of `digits` decimals."""

    sort: str = ""
    top: int | None = None
    digits: int | None = None

    @classmethod
    def of(
        cls, sort: str = "", top: int | None = None, digits: int | None = None, costs: bool = False
    ) -> Arrangement:
        """Check what was asked for; a `top` without a `sort` is by worth where there are `costs`.

        Raises `ConfigError` with the bounds.
        """
        sort = sort.replace("-", "_")
        if sort and sort not in SORTS:
            raise ConfigError(f"--sort is {sort!r}.", f"Choose one of {listing(SORTS)}.")
        if sort == "expected_value" and not costs:
            raise ConfigError(
                "--sort expected_value needs costs, and [decision] clv is not given.",
                "Set [decision] in churn.toml, or sort by probability.",
            )
        if top is not None and not 1 <= top <= MOST:
            raise ConfigError(
                f"--top is {top:,}; it must be between 1 and {MOST:,}.",
                "For everybody in order, leave it away and give --sort.",
            )
        if digits is not None and not 1 <= digits <= DIGITS:
            raise ConfigError(
                f"--round is {digits}; it must be between 1 and {DIGITS}.",
                "Leave it away for figures as they were computed.",
            )
        if top is not None and not sort:
            sort = "expected_value" if costs else "probability"
        return cls(sort, top, digits)

    def rows(self, source: pq.ParquetFile, folder: Path) -> Iterator[pa.RecordBatch]:
        """Yield the list; what is sorted on the disk lies in `folder`, under no name."""
        if self.top is not None:
            found: Iterator[pa.RecordBatch] = iter(first(source, self.sort, self.top).to_batches())
        elif self.sort:
            found = _sorted(source, self.sort, folder)
        else:
            found = source.iter_batches(_ROWS)
        for batch in found:
            yield batch if self.digits is None else _rounded(batch, self.digits)


AS_SCORED = Arrangement()
"""Everybody, in the order of the table, figures as they were computed."""


def top_scores(scores: Path, most: int) -> list[dict[str, Any]]:
    """Return the `most` rows of highest probability as plain rows."""
    with pq.ParquetFile(scores, pre_buffer=False) as source:
        rows: list[dict[str, Any]] = first(source, "probability", most).to_pylist()
    return rows


def first(source: pq.ParquetFile, by: str, most: int) -> pa.Table:
    """Return the `most` first rows by `by`, one of `SORTS`; all of them where there are fewer."""
    best = source.schema_arrow.empty_table()
    places, start = pa.array([], pa.int64()), 0
    for batch in source.iter_batches(_ROWS):
        own = pa.array(np.arange(start, start + batch.num_rows))
        rows = pa.concat_tables([best, pa.Table.from_batches([batch], best.schema)])
        places = pa.concat_arrays([places, own])
        chosen = _order(rows, by, places)[:most]
        best, places = rows.take(chosen).combine_chunks(), places.take(chosen)
        start += batch.num_rows
    return best


def _name(schema: pa.Schema, by: str) -> str:
    return schema.names[0] if by == "id" else by


def _order(rows: pa.Table | pa.RecordBatch, by: str, places: pa.Array) -> pa.Array:
    """Return the indices of `rows` in order; `places` are theirs in the whole list."""
    keys = {"key": rows.column(_name(rows.schema, by)), "id": rows.column(0), "place": places}
    ways = [("key", SORTS[by]), ("id", "ascending"), ("place", "ascending")]
    return pc.sort_indices(pa.table(keys), sort_keys=ways)


def _sorted(source: pq.ParquetFile, by: str, folder: Path) -> Iterator[pa.RecordBatch]:
    """Yield every row in order."""

    def numbered() -> Iterator[pa.RecordBatch]:
        start = 0
        for batch in source.iter_batches(_ROWS):
            yield batch.append_column(_PLACE, pa.array(np.arange(start, start + batch.num_rows)))
            start += batch.num_rows

    def order(batch: pa.RecordBatch) -> pa.Array:
        return _order(batch, by, batch.column(_PLACE))

    schema = source.schema_arrow.append(pa.field(_PLACE, pa.int64()))
    with externally_sorted(numbered(), schema, order, folder, _RUN_BYTES, _ROWS // FAN_IN) as found:
        for batch in found:
            yield batch.drop_columns(_PLACE).cast(source.schema_arrow)


def _rounded(batch: pa.RecordBatch, digits: int) -> pa.RecordBatch:
    for name in ("probability", "expected_value"):
        place = batch.schema.get_field_index(name)
        values = batch.column(place)
        small = pc.less(pc.abs(values), _LARGE)
        near = pc.round(pc.if_else(small, values, 0.0), digits)
        batch = batch.set_column(place, batch.schema.field(place), pc.if_else(small, near, values))
    return batch
