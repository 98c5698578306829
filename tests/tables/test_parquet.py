from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unchurn.errors import ArtefactError
from unchurn.tables.parquet import write_parquet

SCHEMA = pa.schema([("a", pa.int64()), ("b", pa.string())])
ROWS = pa.table({"a": range(150_000), "b": [str(n % 9) for n in range(150_000)]}, SCHEMA)


def test_bytes_do_not_depend_on_how_rows_arrive(tmp_path: Path) -> None:
    """Batches of any size give the same row groups and the same file."""
    for name, size in (("one", 150_000), ("two", 1_000), ("three", 65_537)):
        assert write_parquet(ROWS.to_batches(size), tmp_path / name, SCHEMA) == 150_000
    first = (tmp_path / "one").read_bytes()
    assert first == (tmp_path / "two").read_bytes() == (tmp_path / "three").read_bytes()
    metadata = pq.read_metadata(tmp_path / "one")
    assert [metadata.row_group(n).num_rows for n in range(3)] == [65_536, 65_536, 18_928]
    assert metadata.metadata is None


def test_no_rows_make_an_empty_table(tmp_path: Path) -> None:
    """A table without rows still has its columns."""
    assert write_parquet([], tmp_path / "none", SCHEMA) == 0
    assert pq.read_schema(tmp_path / "none").names == ["a", "b"]


def test_a_full_disk_is_an_artefact_error() -> None:
    """No space left is told with what to do."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(ArtefactError, match="could not be written"):
        write_parquet(ROWS.to_batches(), full, SCHEMA)


def test_a_folder_that_is_not_there_is_an_artefact_error(tmp_path: Path) -> None:
    """Writing nowhere is told, not raised raw."""
    with pytest.raises(ArtefactError):
        write_parquet(ROWS.to_batches(), tmp_path / "no" / "t.parquet", SCHEMA)
