"""Parquet that is damaged, or small and yet enormous, is refused before it costs anything."""

from __future__ import annotations

import datetime as dt
import io
from contextlib import suppress

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.errors import DataError, UnchurnError
from unchurn.serve.parquet_payloads import read_parquet
from unchurn.serve.refusals import RefusalError, RowError


def stored(table: pa.Table, **options: object) -> bytes:
    pq.write_table(table, sink := io.BytesIO(), **options)
    return sink.getvalue()


def sample() -> pa.Table:
    return pa.table(
        {
            "a": pa.array([1.5, 2, None] * 50),
            "b": ["x", "yy", None] * 50,
            "c": pa.array(["q"] * 150).dictionary_encode(),
            "d": pa.array([18_000] * 150, pa.date32()),
            "e": pa.array([b"x"] * 150),
        }
    )


def test_moments_as_spark_stores_them_keep_their_year() -> None:
    """INT96 reaches the year 9999, the end of what has none (pyarrow 26.0.1 makes it 1816)."""
    days = pa.array([dt.datetime(9999, 12, 31), dt.datetime(2024, 5, 1, 10)], pa.timestamp("us"))
    sent = read_parquet(stored(pa.table({"until": days}), use_deprecated_int96_timestamps=True))
    assert sent.columns["until"].to_pylist() == days.to_pylist()


BODIES = [
    stored(sample(), compression=each, data_page_version=version)
    for each in ("none", "snappy", "gzip", "zstd")
    for version in ("1.0", "2.0")
]


@pytest.mark.slow
@settings(max_examples=3_000, deadline=None)
@given(
    body=st.sampled_from(BODIES),
    changes=st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=5
    ),
    cut=st.integers(0, 8),
)
def test_a_damaged_file_is_read_or_refused(
    body: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    """Never more than that: no other error, and no end of the process."""
    damaged = bytearray(body)
    for place, value in changes:
        damaged[place % len(damaged)] = value
    start = changes[0][0] % len(damaged)
    del damaged[start : start + cut]
    with suppress(UnchurnError):
        read_parquet(bytes(damaged))


def test_a_text_that_is_stored_once_for_many_rows_is_counted_for_each() -> None:
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000), pa.array(["x" * 100_000]))
    body = stored(pa.table({"a": text}))
    assert len(body) < 100_000
    with pytest.raises(RefusalError, match="unfold to 2,000,000,000 bytes") as found:
        read_parquet(body)
    assert found.value.status == 413


def test_columns_of_nothing_are_counted() -> None:
    names = [f"c{number}" for number in range(3_000)]
    body = stored(pa.table({name: pa.nulls(10_000, pa.int64()) for name in names}))
    with pytest.raises(RefusalError, match="30,000,000 cells"):
        read_parquet(body)


def test_bytes_that_are_no_text_are_named() -> None:
    cells = pa.array([b"good", b"\xff\xfe"], pa.binary())
    body = stored(pa.table({"a": pa.Array.from_buffers(pa.string(), 2, cells.buffers())}))
    for each in (body, stored(pa.table({"a": cells}))):
        with pytest.raises(RowError, match=r"Row 2: 'a' is .*not UTF-8") as found:
            read_parquet(each)
        assert (found.value.fault.row, found.value.fault.field) == (2, "a")


def test_a_nested_column_matters_where_it_is_read() -> None:
    body = stored(pa.table({"a": [1.0, 2.0], "b": [[1], [2, 3]]}))
    assert set(read_parquet(body, lambda names: {"a"}).columns) == {"a"}
    with pytest.raises(DataError, match=r"'b' is list<.*, which is no single value"):
        read_parquet(body)
