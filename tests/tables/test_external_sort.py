"""Rows beyond memory come in order, whatever the runs they wait in, and nothing stays behind."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.tables.external_sort import FAN_IN, externally_sorted

SCHEMA = pa.schema([pa.field("number", pa.int64()), pa.field("place", pa.int64())])


def order(batch: pa.RecordBatch) -> pa.Array:
    keys = [("number", "ascending", "at_end"), ("place", "ascending", "at_end")]
    return pc.sort_indices(batch, sort_keys=keys)


def in_order(numbers: list[int | None], size: int, run_bytes: int, rows: int) -> list[tuple]:
    """Sort (number, place) rows that come `size` at a time."""
    table = pa.table([pa.array(numbers, pa.int64()), pa.array(range(len(numbers)))], schema=SCHEMA)
    with TemporaryDirectory() as folder:
        given = (table.to_batches(size), SCHEMA, order, Path(folder), run_bytes, rows)
        with externally_sorted(*given) as batches:
            found = [tuple(row.values()) for batch in batches for row in batch.to_pylist()]
        assert not list(Path(folder).iterdir())
    return found


@settings(max_examples=60)
@given(
    numbers=st.lists(st.none() | st.integers(-3, 3), max_size=6 * FAN_IN),
    size=st.integers(1, 7),
    run_bytes=st.sampled_from([1, 100, 1 << 20]),
    rows=st.integers(1, 9),
)
def test_rows_come_in_order_however_they_are_cut(
    numbers: list[int | None], size: int, run_bytes: int, rows: int
) -> None:
    """More runs than are merged at a time, runs of one row, and none at all."""
    wanted = sorted(enumerate(numbers), key=lambda each: (each[1] is None, each[1] or 0, each[0]))
    assert in_order(numbers, size, run_bytes, rows) == [(n, place) for place, n in wanted]


def test_a_folder_that_is_not_there_is_an_error_even_for_no_rows(tmp_path: Path) -> None:
    given = ([], SCHEMA, order, tmp_path / "nowhere", 100, 10)
    with pytest.raises(OSError, match="nowhere"), externally_sorted(*given):
        pass


def test_long_rows_are_merged_few_at_a_time(tmp_path: Path) -> None:
    """As many as a run's bytes hold, not as many as their number allows: one array could not."""
    schema = pa.schema([pa.field("number", pa.int64()), pa.field("place", pa.string())])
    size = 1 << 16
    runs = [
        pa.record_batch([pa.array([n % 7, n]), pa.array([f"{n:02}" * (size // 2), ""])], schema)
        for n in range(15 * FAN_IN)
    ]
    given = (runs, schema, order, tmp_path, FAN_IN * size, 8192)
    with externally_sorted(*given) as batches:
        found = list(batches)
    rows = [(row["number"], row["place"]) for batch in found for row in batch.to_pylist()]
    assert rows == sorted(rows)
    assert len(rows) == 30 * FAN_IN
    assert max(batch.nbytes for batch in found) <= 2 * FAN_IN * size
