"""Arrow's engine: sorted runs on the disk merge into what sorting at once gives."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.artefacts import LABEL
from unchurn.errors import ArtefactError
from unchurn.tables.engines.arrow import ArrowEngine
from unchurn.tables.engines.duckdb import DuckEngine

SCHEMA = pa.schema(
    [("id", pa.string()), ("x", pa.float64()), ("on", pa.timestamp("us")), (LABEL, pa.int8())]
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, "", "a", "b", "é", "😀"]),
        st.sampled_from([None, -1.5, 0.0, 2.0, float("inf")]),
        st.sampled_from([None, 0, -5, 10**15]),
        st.sampled_from([None, 0, 1]),
    ),
    max_size=900,
)


@settings(
    max_examples=25,
)
@given(rows=ROWS, size=st.integers(1, 400), most=st.sampled_from([1, 5_000, 1 << 20]))
def test_runs_merge_into_the_bytes_and_counts_of_the_other_engine(
    rows: list[tuple[object, ...]], size: int, most: int, tmp_path: Path
) -> None:
    """However small its runs, it writes what DuckDB writes, counts as it does, and leaves nothing."""
    table = pa.Table.from_pylist(
        [dict(zip(SCHEMA.names, row, strict=True)) for row in rows], schema=SCHEMA
    )
    mine, theirs = ArrowEngine(), DuckEngine(1, 256)
    mine.run_bytes = most
    found = []
    for name, engine in (("mine", mine), ("theirs", theirs)):
        path = tmp_path / f"{name}.parquet"
        settled = engine.settle(table.to_batches(size), SCHEMA, path, tmp_path)
        found.append((settled, engine.identity(path, "id"), path.read_bytes()))
    assert found[0] == found[1]
    assert {each.suffix for each in tmp_path.iterdir()} == {".parquet"}


def test_a_scratch_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A folder that is not there is an error with the next move."""
    with pytest.raises(ArtefactError, match=r"\[artefacts\] root"):
        ArrowEngine().settle([], SCHEMA, tmp_path / "out.parquet", tmp_path / "gone")
