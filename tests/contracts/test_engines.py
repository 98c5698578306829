"""One suite for every engine."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn import project as config
from unchurn.artefacts import LABEL
from unchurn.errors import ConfigError, DataError
from unchurn.tables.engines import EngineProtocol, Identity, Settled, open_engine

SCHEMA = pa.schema(
    [("id", pa.string()), ("x", pa.float64()), ("on", pa.timestamp("us")), (LABEL, pa.int8())]
)
Row = tuple[str | None, float | None, None, int | None]


@pytest.fixture(params=["arrow", "duckdb", pytest.param("spark", marks=pytest.mark.slow)])
def engine(request: pytest.FixtureRequest) -> EngineProtocol:
    """Every engine there is."""
    return open_engine(config.Engine(kind=request.param, memory_mb=256))


def batches(rows: list[Row], size: int = 3) -> list[pa.RecordBatch]:
    """Cut rows into small batches."""
    cut = [rows[start : start + size] for start in range(0, len(rows), size)]
    return [
        pa.RecordBatch.from_arrays(
            [
                pa.array(cells, kind)
                for cells, kind in zip(zip(*part, strict=True), SCHEMA.types, strict=True)
            ],
            schema=SCHEMA,
        )
        for part in cut
    ]


def settled(engine: EngineProtocol, rows: list[Row], folder: Path) -> tuple[Settled, list[Any]]:
    """Settle rows and read them back."""
    path = folder / "out.parquet"
    found = engine.settle(batches(rows), SCHEMA, path, folder)
    return found, [tuple(row.values()) for row in pq.read_table(path).to_pylist()]


def test_duplicates_and_unlabelled_rows_leave_and_the_rest_is_sorted(
    engine: EngineProtocol, tmp_path: Path
) -> None:
    """Nulls come first, text by its bytes; null equals null."""
    rows: list[Row] = [
        ("b", 1.0, None, 0),
        ("a", None, None, 1),
        ("Z", 1.0, None, 0),
        ("a", None, None, 1),
        ("a", None, None, None),
        (None, 2.0, None, 1),
        ("é", 1.0, None, 1),
    ]
    found, kept = settled(engine, rows, tmp_path)
    assert found == Settled(labelled=6, kept=5)
    assert [row[0] for row in kept] == [None, "Z", "a", "b", "é"]
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]


row = st.tuples(
    st.none() | st.sampled_from("abc"),
    st.none() | st.sampled_from([0.0, 0.1, -1.5, 1e300]),
    st.none(),
    st.none() | st.sampled_from([0, 1]),
)


@settings(
    max_examples=12,
)
@given(rows=st.lists(row, min_size=1, max_size=12), seed=st.integers(0, 9))
def test_bytes_depend_on_the_rows_alone(
    engine: EngineProtocol, tmp_path: Path, rows: list[Row], seed: int
) -> None:
    """Whatever the order and the batches, the same rows give the same file: the distinct ones."""
    _, kept = settled(engine, rows, tmp_path)
    first = (tmp_path / "out.parquet").read_bytes()
    assert set(kept) == {row for row in rows if row[3] is not None}
    assert len(kept) == len(set(kept))
    random.Random(seed).shuffle(rows)
    engine.settle(batches(rows, 1 + seed), SCHEMA, tmp_path / "out.parquet", tmp_path)
    assert (tmp_path / "out.parquet").read_bytes() == first


def test_ids_are_counted(engine: EngineProtocol, tmp_path: Path) -> None:
    """Missing, repeated and contradicting ids are told apart."""
    rows: list[Row] = [
        (None, 1.0, None, 0),
        (None, 2.0, None, 1),
        ("a", 1.0, None, 0),
        ("a", 2.0, None, 0),
        ("b", 1.0, None, 0),
        ("b", 1.0, None, 1),
        ("c", 1.0, None, 1),
    ]
    settled(engine, rows, tmp_path)
    found = engine.identity(tmp_path / "out.parquet", "id")
    assert found == Identity(missing=2, repeated=2, conflicting=1)


def test_what_goes_wrong_while_reading_comes_out_as_it_is(
    engine: EngineProtocol, tmp_path: Path
) -> None:
    """A damaged table is the reader's error, not the engine's."""

    def damaged() -> Any:
        yield from batches([("a", 1.0, None, 0)])
        raise DataError("row 2 is damaged")

    with pytest.raises(DataError, match="row 2 is damaged"):
        engine.settle(damaged(), SCHEMA, tmp_path / "out.parquet", tmp_path)


def test_headers_with_quotes_are_only_names(engine: EngineProtocol, tmp_path: Path) -> None:
    """A header never becomes SQL."""
    name = '"; DROP TABLE typed; --'
    schema = pa.schema([(name, pa.string()), (LABEL, pa.int8())])
    batch = pa.record_batch({name: ["x", "y"], LABEL: pa.array([0, 1], pa.int8())})
    path = tmp_path / "out.parquet"
    assert engine.settle([batch], schema, path, tmp_path).kept == 2
    assert engine.identity(path, name).repeated == 0


@pytest.mark.slow
def test_more_rows_than_memory_holds_spill_and_leave_nothing_behind(tmp_path: Path) -> None:
    """A table larger than the engine's memory is sorted on disk."""
    engine = open_engine(config.Engine(threads=1, memory_mb=128))
    rows = 1_000_000
    text = pa.array([f"{n * 7919 % rows:040d}" for n in range(rows)])
    schema = pa.schema([("id", pa.string()), ("more", pa.string()), (LABEL, pa.int8())])
    labels = pa.array([0], pa.int8()).take(pa.array([0] * rows))
    table = pa.Table.from_arrays([text, text, labels], schema=schema)
    path = tmp_path / "out.parquet"
    found = engine.settle(table.to_batches(20_000), schema, path, tmp_path)
    assert found.kept == rows
    ids = pq.read_table(path, columns=["id"])["id"]
    assert ids[0].as_py() == "0" * 40
    assert [each.name for each in tmp_path.iterdir()] == ["out.parquet"]


def test_an_unknown_engine_is_refused() -> None:
    """[engine] kind has few choices, and they are named."""
    with pytest.raises(ConfigError, match="spork"):
        open_engine(config.Engine(kind="spork"))
