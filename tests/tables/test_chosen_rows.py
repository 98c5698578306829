"""Some columns of some rows, read in parts."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.chosen_rows import CellReader, batches_of, rows_at, side_by_side


def test_cells_are_read_at_growing_rows(tmp_path: Path) -> None:
    """Each call goes on from the last one, across batches and files; a row is 1 at least."""
    names = [f"n{each}" for each in range(1, 100_001)]
    lines = [f"{each},x" for each in names]
    (tmp_path / "t").mkdir()
    for part, some in (("a", lines[:70_000]), ("b", lines[70_000:])):
        (tmp_path / "t" / f"{part}.csv").write_text("\n".join([" Name ,other", *some]) + "\n")
    reader = CellReader(open_table("t", Data(), tmp_path), ["name"])
    for rows in ([], [1, 2], [65_000, 70_000, 70_001], [], [70_002], [99_999, 100_000]):
        found = reader.at(np.array(rows, dtype=np.int64))["name"].to_pylist()
        assert found == [names[row - 1] for row in rows]


def test_of_parquet_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    """Damage to another column is no matter; names may begin alike, and rows go on from file to file."""
    (tmp_path / "t").mkdir()
    for part in (0, 1):
        path = tmp_path / "t" / f"{part}.parquet"
        names = [f"n{part}-{row}" for row in range(4)]
        made = {"name": names, "name.first": ["x"] * 4, "fee": [1.5, 2.5, 3.5, 4.5]}
        pq.write_table(pa.table(made), path, compression="none", use_dictionary=False)
        with path.open("r+b") as file:
            file.seek(pq.read_metadata(path).row_group(0).column(2).data_page_offset)
            file.write(b"\xff" * 16)
    table = open_table("t", Data(), tmp_path)
    found = CellReader(table, ["Name"]).at(np.array([2, 4, 5]))
    assert found["Name"].to_pylist() == ["n0-1", "n0-3", "n1-0"]
    with pytest.raises(DataError, match="is damaged"):
        CellReader(table, ["fee"]).at(np.array([2]))


def test_of_parquet_in_named_folders_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    """The folders' columns are added to what is read, and rows go on from file to file."""
    for part, region in enumerate(("north", "south")):
        path = tmp_path / "t" / f"region={region}" / "0.parquet"
        path.parent.mkdir(parents=True)
        made = {"name": [f"n{part}-{row}" for row in range(4)], "fee": [1.5, 2.5, 3.5, 4.5]}
        pq.write_table(pa.table(made), path, compression="none", use_dictionary=False)
        with path.open("r+b") as file:
            file.seek(pq.read_metadata(path).row_group(0).column(1).data_page_offset)
            file.write(b"\xff" * 16)
    table = open_table("t", Data(), tmp_path)
    found = CellReader(table, ["Name", "region"]).at(np.array([4, 5]))
    assert found["Name"].to_pylist() == ["n0-3", "n1-0"]
    assert found["region"].to_pylist() == ["north", "south"]
    with pytest.raises(DataError, match="is damaged"):
        CellReader(table, ["fee"]).at(np.array([2]))


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Before anything is read; without columns nothing is."""
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\n")
    table = open_table("t.csv", Data(), tmp_path)
    with pytest.raises(DataError, match="mobile"):
        CellReader(table, ["mobile"])
    assert CellReader(table, []).at(np.array([1, 2])) == {}


def test_numbers_that_a_format_stores_are_written_with_a_point(tmp_path: Path) -> None:
    """The list for callers shows no mark of our own; one column may be asked for by two spellings."""
    (tmp_path / "t.jsonl").write_text('{"id": "a", "fee": 12.5}\n{"id": "b", "fee": "n/a"}\n')
    reader = CellReader(open_table("t.jsonl", Data(), tmp_path), ["fee", "Fee"])
    found = reader.at(np.array([1, 2]))
    assert found["fee"].to_pylist() == found["Fee"].to_pylist() == ["12.5", "n/a"]


def test_streams_are_read_side_by_side(tmp_path: Path) -> None:
    """However each is cut; a file of no rows is one batch of none."""
    cuts = [[3, 0, 5, 2], [1, 6, 3]]
    streams = []
    for sizes in cuts:
        ends = np.cumsum([0, *sizes]).tolist()
        streams.append(
            iter([pa.record_batch({"n": list(range(*pair))}) for pair in itertools.pairwise(ends)])
        )
    pairs = [(a["n"].to_pylist(), b["n"].to_pylist()) for a, b in side_by_side(*streams)]
    assert all(one == other for one, other in pairs)
    assert [each for one, _ in pairs for each in one] == list(range(10))
    pq.write_table(pa.table({"n": pa.array([], pa.int64())}), tmp_path / "none.parquet")
    (empty,) = batches_of(tmp_path / "none.parquet", ["n"])
    assert (empty.num_rows, empty.schema.names) == (0, ["n"])


def test_rows_are_chosen_of_a_file(tmp_path: Path) -> None:
    """Columns in the order asked for, texts that repeat as texts, whichever row group they stand in."""
    made = {"fee": [1.5, None, 3.5, 4.5, 5.5], "plan": ["a", "b", None, "a", "c"]}
    pq.write_table(pa.table(made), tmp_path / "t.parquet", row_group_size=2)
    for categories in ((), ("plan",)):
        found = rows_at(tmp_path / "t.parquet", ["plan", "fee"], np.array([1, 2, 4]), categories)
        assert found.schema.types == [pa.string(), pa.float64()]
        assert found.to_pydict() == {"plan": ["b", None, "c"], "fee": [None, 3.5, 5.5]}
