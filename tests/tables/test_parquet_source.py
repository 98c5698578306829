from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from unchurn.artefacts import ROW
from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.cells import as_text
from unchurn.tables.table import pass_over


def rows_of(folder: Path, table: pa.Table) -> list[dict[str, Any]]:
    """Write a table, read it back as rows."""
    pq.write_table(table, folder / "t.parquet")
    opened = open_table("t.parquet", Data(), folder)
    return [row for batch in opened.batches(pytest.fail) for row in batch.to_pylist()]


@pytest.mark.parametrize(
    ("array", "value"),
    [
        (pa.array([2**53 + 1]), 2**53 + 1),
        (pa.array([2**64 - 1], pa.uint64()), str(2**64 - 1)),
        (pa.array([0.5], pa.float32()), 0.5),
        (pa.array([True]), "true"),
        (pa.array([Decimal("12.50")]), 12.5),
        (pa.array([Decimal(7)], pa.decimal32(9, 0)), 7),
        (pa.array([Decimal(10**20)], pa.decimal128(38, 0)), str(10**20)),
        (pa.array(["x"]).dictionary_encode(), "x"),
        (pa.array(["x"], pa.large_string()), "x"),
        (pa.array([b"x"]), "x"),
        (pa.array([dt.date(2024, 2, 29)]), dt.datetime(2024, 2, 29)),
        (
            pa.array([dt.datetime(2024, 1, 1, 12)], pa.timestamp("ns", "Europe/Berlin")),
            dt.datetime(2024, 1, 1, 12),
        ),
        (pa.array([[1, 2]]), "[1, 2]"),
        (pa.array([{"a": 1.5}]), '{"a": 1.5}'),
        (pa.nulls(1), None),
    ],
    ids=str,
)
def test_every_stored_type_keeps_its_value(tmp_path: Path, array: pa.Array, value: Any) -> None:
    """Whole numbers stay whole, moments become UTC, the rest becomes text."""
    assert rows_of(tmp_path, pa.table({"a": array})) == [{ROW: 1, "a": value}]


def test_runs_of_equal_cells_are_cells(tmp_path: Path) -> None:
    """Arrow may store how often a value stands in a row."""
    runs = pc.run_end_encode(pa.array(["x", "x", None, "y"]))
    feather.write_feather(pa.table({"a": runs}), tmp_path / "t.arrow", "uncompressed")
    (batch,) = open_table("t.arrow", Data(), tmp_path).batches(pytest.fail)
    assert batch.column("a").to_pylist() == ["x", "x", None, "y"]


def test_moments_as_spark_stores_them_keep_their_year(tmp_path: Path) -> None:
    """INT96 reaches the year 9999, the end of what has none (pyarrow 26.0.1 makes it 1816)."""
    days = [dt.datetime(9999, 12, 31), dt.datetime(2024, 5, 1, 10)]
    table = pa.table({"until": pa.array(days, pa.timestamp("us"))})
    pq.write_table(table, tmp_path / "t.parquet", use_deprecated_int96_timestamps=True)
    opened = open_table("t.parquet", Data(), tmp_path)
    read = [row["until"] for batch in opened.batches(pytest.fail) for row in batch.to_pylist()]
    assert read == days


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    """A Parquet file that lost its end, or its middle, says so."""
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": np.random.default_rng(0).random(50_000)}), path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(DataError, match=r"cut short: .*[^.]\.\n"):
        open_table("t.parquet", Data(), tmp_path)
    path.write_bytes(whole[:4] + b"\xff" * 5_000 + whole[5_004:])
    with pytest.raises(DataError, match="damaged"):
        list(open_table("t.parquet", Data(), tmp_path).batches(pytest.fail))


@pytest.mark.parametrize("content", [b"", b"not parquet at all", b"PAR1"])
def test_what_is_not_parquet_is_refused(tmp_path: Path, content: bytes) -> None:
    """Empty files and other files named .parquet are told apart from tables."""
    (tmp_path / "t.parquet").write_bytes(content)
    with pytest.raises(DataError):
        open_table("t.parquet", Data(), tmp_path)


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    """Columns alone are no customers."""
    pq.write_table(pa.table({"a": pa.array([], pa.int64())}), tmp_path / "t.parquet")
    with pytest.raises(DataError, match="no rows"):
        open_table("t.parquet", Data(), tmp_path)


def test_files_whose_types_differ_meet_in_one_that_holds_both(tmp_path: Path) -> None:
    """Whole numbers and fractions become float64, numbers and text become text."""
    pq.write_table(pa.table({"n": [1], "t": [1.0]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"t": ["x"], "n": [1.5]}), tmp_path / "b.parquet")
    table = open_table("*.parquet", Data(), tmp_path)
    rows = [row for batch in table.batches(pytest.fail) for row in batch.to_pylist()]
    assert rows == [{ROW: 1, "n": 1.0, "t": "1"}, {ROW: 2, "n": 1.5, "t": "x"}]
    assert table.rows == 2


def test_moments_after_the_year_9999_are_read(tmp_path: Path) -> None:
    """Python has no such datetime, and nothing of ours asks it for one."""
    far = pa.array(np.array(["12000-01-01", "2024-01-01"], dtype="datetime64[us]"))
    pq.write_table(pa.table({"a": far, "b": ["x", "y"]}), tmp_path / "t.parquet")
    table = open_table("t.parquet", Data(), tmp_path)
    cells = [as_text(batch.column("a")).to_pylist() for batch in table.batches(pytest.fail)]
    assert cells == [["12000-01-01", "2024-01-01"]]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (pa.array([b"good", b"\xff\xfe"]).cast(pa.large_binary()), "not UTF-8"),
        (
            pa.Array.from_buffers(pa.string(), 2, pa.array([b"good", b"\xff\xfe"]).buffers()),
            "not UTF-8",
        ),
        (
            pa.ListArray.from_arrays([0, 1, 2], pa.array([0, 2**62]).view(pa.timestamp("ms"))),
            "cannot be read",
        ),
    ],
    ids=["bytes", "text", "nested"],
)
def test_a_cell_that_cannot_be_read_is_named(tmp_path: Path, cells: pa.Array, words: str) -> None:
    """By row and column, whatever the bits of it are."""
    with pytest.raises(DataError, match=f"Row 2: 'a' of t.parquet is .*{words}"):
        rows_of(tmp_path, pa.table({"a": cells}))


def test_moments_far_beyond_the_years_are_told_apart(tmp_path: Path) -> None:
    """They are no dates, but where they name customers two of them stay two."""
    cells = pa.array([253_402_300_800, 253_402_300_801], pa.int64()).view(pa.timestamp("s"))
    pq.write_table(pa.table({"a": cells}), tmp_path / "t.parquet")
    (batch,) = open_table("t.parquet", Data(), tmp_path).batches(pytest.fail)
    assert len(as_text(batch.column("a")).unique()) == 2


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_durations_are_seconds_and_zones_are_said(tmp_path: Path, unit: str, suffix: str) -> None:
    """Whatever unit a duration is stored in it is read in one, and hours moved to UTC are said."""
    lasting = pa.array([90, None, -2], pa.duration("s")).cast(pa.duration(unit))
    moments = pa.array([0, None, 3600], pa.timestamp("s", "Europe/Berlin"))
    plain = pa.array([0, None, 3600], pa.timestamp("s", "UTC"))
    made = pa.table({"lasting": lasting, "since": moments, "at": plain})
    write = pq.write_table if suffix == "parquet" else feather.write_feather
    write(made, tmp_path / f"a.{suffix}")
    write(made.slice(0, 2), tmp_path / f"b.{suffix}")
    table = open_table(str(tmp_path), Data(), tmp_path)
    assert [(each.code, each.column) for each in table.notes] == [
        ("unit", "lasting"),
        ("written-zone", "since"),
    ]
    assert "Europe/Berlin" in table.notes[1].words and "seconds" in table.notes[0].words
    read = pa.Table.from_batches(table.batches(pass_over)).to_pydict()
    assert read["lasting"] == [90.0, None, -2.0, 90.0, None]


@pytest.mark.parametrize(("most", "said"), [(2**24, False), (2**24 + 2, True)])
def test_numbers_that_float32_rounds_are_said(tmp_path: Path, most: int, said: bool) -> None:
    """Ids of a file of another precision are no longer those of their customers."""
    table = pa.table({"id": pa.array([1.0, float(most)], pa.float32()), "x": [2.0**40, 1.0]})
    pq.write_table(table, tmp_path / "t.parquet")
    notes = open_table("t.parquet", Data(), tmp_path).notes
    assert [(each.code, each.column) for each in notes] == [("float-ids", "id")] * said
    pq.write_table(table, tmp_path / "t.parquet", write_statistics=False)
    assert open_table("t.parquet", Data(), tmp_path).notes == []
