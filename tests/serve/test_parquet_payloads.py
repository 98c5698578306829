"""Parquet that is damaged, or small and yet enormous, is refused before it costs anything."""

from __future__ import annotations

import datetime as dt
import io
from contextlib import suppress
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from live_server import PARQUET
from served_month import Month
from unchurn.errors import DataError, UnchurnError
from unchurn.serve.batch_answers import LongAnswers
from unchurn.serve.parquet_payloads import read_parquet
from unchurn.serve.refusals import RefusalError, RowError
from unchurn.serve.request_options import read_asked
from unchurn.serve.scoring import Scoring


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
@settings(max_examples=300)
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


_WHOLE = {64: st.integers(-(2**63), 2**63 - 1), 32: st.integers(-(2**31), 2**31 - 1)}
_MOMENTS = [
    *(pa.timestamp(unit, zone) for unit in ("s", "ms", "us", "ns") for zone in (None, "UTC")),
    *(pa.duration(unit) for unit in ("s", "ms", "us", "ns")),
    *(pa.date32(), pa.date64(), pa.time32("s"), pa.time32("ms"), pa.time64("us"), pa.time64("ns")),
]
_OTHERS = [
    *(pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32()),
    *(pa.uint64(), pa.float16(), pa.float32(), pa.float64(), pa.bool_(), pa.null()),
    *(pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary()),
    *(pa.decimal32(9, 0), pa.decimal64(18, 9), pa.decimal128(38, 0), pa.decimal256(76, 76)),
    *(pa.binary_view(), pa.binary(3), pa.list_(pa.int8()), pa.struct([("a", pa.int8())])),
]


_EXTREMES: dict[str, list[object]] = {"bool": [True, False], "null": []}


@st.composite
def cells_of_any_type(draw: st.DrawFn) -> pa.Array:
    """Cells of any type that Parquet stores, whatever their bits."""
    kind = draw(st.sampled_from([*_MOMENTS, *_OTHERS]))
    if kind in _MOMENTS:
        width = kind.bit_width
        raw = draw(st.lists(st.none() | _WHOLE[width], min_size=1, max_size=3))
        return pa.array(raw, pa.int64() if width == 64 else pa.int32()).view(kind)
    values = st.sampled_from([None, *_EXTREMES.get(str(kind), _extremes(kind))])
    return pa.array(draw(st.lists(values, min_size=1, max_size=3)), kind)


def _extremes(kind: pa.DataType) -> list[object]:
    if pa.types.is_integer(kind):
        least = 0 if pa.types.is_unsigned_integer(kind) else -(2 ** (kind.bit_width - 1))
        return [least, 0, least + 2**kind.bit_width - 1]
    if pa.types.is_floating(kind):
        return [-0.0, 1.5, float("nan"), float("inf"), -float("inf")]
    if pa.types.is_decimal(kind):
        digits = kind.precision
        return [Decimal(f"{sign}{'9' * digits}E-{kind.scale}") for sign in "+-"]
    if pa.types.is_nested(kind):
        return [[1]] if pa.types.is_list(kind) else [{"a": 1}]
    text = "string" in str(kind)
    return ["a", "\0", "é"] if text else [b"abc", b"\xff\xfe\xfd", b"\0\0\0"]


@pytest.mark.slow
@settings(max_examples=150)
@given(cells=cells_of_any_type(), place=st.integers(0, 30), lenient=st.booleans())
def test_cells_of_any_type_are_scored_or_refused(
    scoring: Scoring, month: Month, cells: pa.Array, place: int, lenient: bool
) -> None:
    """No bits of a stored cell, in whatever column, are more than a mistake."""
    table = pq.read_table(io.BytesIO(month.body(PARQUET, month.names, slice(0, len(cells)))))
    at = place % table.num_columns
    try:
        body = stored(table.set_column(at, table.column_names[at], cells))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        reject()  # Parquet keeps seconds as milliseconds, and not all of them fit
    asked = read_asked(PARQUET, "application/json", "errors=row" if lenient else "")
    with suppress(UnchurnError):
        LongAnswers(scoring).answer(asked, body)


@pytest.mark.parametrize("kind", ["ms", "us"])
def test_a_moment_beyond_the_years_is_refused_by_row_and_column(
    scoring: Scoring, month: Month, kind: str
) -> None:
    schema = scoring.typing.schema
    name = next(each.name for each in schema.with_role("feature") if each.kind == "number")
    table = pq.read_table(io.BytesIO(month.body(PARQUET, month.names, slice(0, 2))))
    cells = pa.array([None, 2**60], pa.int64()).view(pa.timestamp(kind))
    body = stored(table.set_column(month.names.index(name), name, cells))
    with pytest.raises(RowError, match=r"Row 2: .* is .*which is not a number") as found:
        LongAnswers(scoring).answer(read_asked(PARQUET, "", ""), body)
    assert (found.value.fault.row, found.value.fault.field) == (2, name)
