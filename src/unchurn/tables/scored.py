"""A scored list in the order in which people read it: its first rows, or all of them sorted.

Ties go by id, then by the row's place, so that the same scores give the same list. Unknown values
come last. Memory does not grow with the rows: `top` keeps no more rows than it was asked for, and
sorting cuts the list into parts by value, on the disk, and sorts one part after the other. What
does grow is the largest group of customers with the very same value, who share a part.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn.errors import ConfigError, listing

SORTS = {"probability": "descending", "expected_value": "descending", "id": "ascending"}
"""What a list may be sorted by, and the way; ``id`` is its first column, whatever its name."""
MOST, DIGITS = 100_000, 10
_ROWS, _PART, _PARTS = 65_536, 131_072, 256
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


def _order(rows: pa.Table, by: str, places: pa.Array) -> pa.Array:
    """Return the indices of `rows` in order; `places` are theirs in the whole list."""
    keys = {"key": rows.column(_name(rows.schema, by)), "id": rows.column(0), "place": places}
    ways = [("key", SORTS[by]), ("id", "ascending"), ("place", "ascending")]
    return pc.sort_indices(pa.table(keys), sort_keys=ways)


def _sorted(source: pq.ParquetFile, by: str, folder: Path) -> Iterator[pa.RecordBatch]:
    """Yield every row in order: cut into parts by value, each sorted by itself."""
    cuts = _cuts(source, by)
    schema = source.schema_arrow
    with ExitStack() as open_:
        files = [
            open_.enter_context(tempfile.TemporaryFile(dir=folder)) for _ in range(len(cuts) + 1)
        ]
        parts = [open_.enter_context(pa.ipc.new_stream(file, schema)) for file in files]
        for batch in source.iter_batches(_ROWS):
            rows = pa.record_batch(batch.columns, schema=schema)
            of_part = _part_of(rows.column(_name(schema, by)), by, cuts)
            for number in np.unique(of_part):
                parts[number].write_batch(rows.filter(pa.array(of_part == number)))
        for part, file in zip(parts, files, strict=True):
            part.close()
            file.seek(0)
            table = pa.ipc.open_stream(file).read_all()
            # rows of a part kept their order, so that their places in it tell ties apart
            places = pa.array(np.arange(table.num_rows))
            yield from table.take(_order(table, by, places)).combine_chunks().to_batches(_ROWS)
            file.truncate(0)


def _cuts(source: pq.ParquetFile, by: str) -> list[pa.Scalar]:
    """Return values between parts, in the list's order, from an even sample of the rows."""
    rows, name = source.metadata.num_rows, _name(source.schema_arrow, by)
    parts = min(_PARTS, -(-rows // _PART))
    if parts <= 1:
        return []
    step, start, sample = max(1, rows // _ROWS), 0, []
    for batch in source.iter_batches(_ROWS, columns=[name]):
        taken = np.arange(-start % step, batch.num_rows, step)
        sample.append(batch.column(name).take(pa.array(taken)))
        start += batch.num_rows
    values = pc.drop_null(pa.concat_arrays(sample))
    ordered = values.take(pc.array_sort_indices(values, order=SORTS[by]))
    at = sorted({len(ordered) * number // parts for number in range(1, parts)})
    return [ordered[place] for place in at] if len(ordered) else []


def _part_of(values: pa.Array, by: str, cuts: list[pa.Scalar]) -> np.ndarray:
    """Return the part of each value, (rows,); unknown ones are in the last."""
    beyond = pc.less_equal if SORTS[by] == "descending" else pc.greater_equal
    part = np.zeros(len(values), dtype=np.int64)
    for cut in cuts:
        part += pc.fill_null(beyond(values, cut), True).to_numpy(zero_copy_only=False)
    return part


def _rounded(batch: pa.RecordBatch, digits: int) -> pa.RecordBatch:
    for name in ("probability", "expected_value"):
        place = batch.schema.get_field_index(name)
        values = batch.column(place)
        small = pc.less(pc.abs(values), _LARGE)
        near = pc.round(pc.if_else(small, values, 0.0), digits)
        batch = batch.set_column(place, batch.schema.field(place), pc.if_else(small, near, values))
    return batch
