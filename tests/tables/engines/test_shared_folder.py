from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.fs as pafs
import pytest

from rehearsal.access_key import Key
from rehearsal.loopback import serving
from unchurn.artefacts import LABEL
from unchurn.tables.engines.engine_types import recast, travelling
from unchurn.tables.engines.shared_folder import Exchange

SCHEMA = pa.schema(
    [("a.b", pa.string()), ("A.B", pa.float64()), ("on", pa.timestamp("us")), (LABEL, pa.int8())]
)
ROWS = pa.record_batch(
    [
        pa.array(["x", None, "é"]),
        pa.array([0.1, None, -1e300]),
        pa.array([dt.datetime(1, 1, 1), None, dt.datetime(9999, 12, 31, 23, 59, 59, 999999)]),
        pa.array([0, None, 1], pa.int8()),
    ],
    schema=SCHEMA,
)


def test_rows_come_back_under_their_own_names_and_types(tmp_path: Path) -> None:
    exchange = Exchange(str(tmp_path / "room"))
    plain = travelling(SCHEMA)
    assert plain.names == ["c0", "c1", "c2", LABEL]
    assert exchange.write("t", [recast(ROWS, plain)], plain) > 0
    assert [recast(batch, SCHEMA) for batch in exchange.read("t")] == [ROWS]


def test_many_batches_become_pieces_read_in_order(tmp_path: Path) -> None:
    exchange = Exchange(str(tmp_path / "room"))
    schema = pa.schema([("c0", pa.int64())])
    batches = [pa.record_batch([pa.array([n])], schema=schema) for n in range(40)]
    exchange.write("t", batches, schema)
    assert len(list((tmp_path / "room" / "t").iterdir())) == 3
    assert [row for batch in exchange.read("t") for row in batch[0].to_pylist()] == list(range(40))


def test_no_rows_are_a_table_too(tmp_path: Path) -> None:
    exchange = Exchange(str(tmp_path / "room"))
    exchange.write("t", [], SCHEMA)
    assert sum(batch.num_rows for batch in exchange.read("t")) == 0
    assert len(list((tmp_path / "room" / "t").iterdir())) == 1


def test_what_spark_leaves_beside_its_parts_is_not_read(tmp_path: Path) -> None:
    exchange = Exchange(str(tmp_path))
    exchange.write("t", [ROWS], SCHEMA)
    for name in ("_SUCCESS", ".000000.parquet.crc", "_temporary.parquet"):
        (tmp_path / "t" / name).write_bytes(b"")
    assert sum(batch.num_rows for batch in exchange.read("t")) == 3


def test_a_file_of_several_pieces_is_whole_or_not_there(tmp_path: Path) -> None:
    """Twice put is the second; one that breaks off has no name, and leaves what was there."""
    exchange = Exchange(str(tmp_path / "room"))
    exchange.put("a/file", b"one")
    exchange.put("a/file", b"tw", memoryview(b"o"))
    with pytest.raises(TypeError):
        exchange.put("a/file", b"thr", None)  # type: ignore[arg-type]
    assert exchange.get("a/file") == b"two"
    with pytest.raises(FileNotFoundError):
        exchange.get("a/other")


def test_clearing_leaves_nothing_and_may_be_done_twice(tmp_path: Path) -> None:
    exchange = Exchange(str(tmp_path / "room"))
    exchange.write("t", [ROWS], SCHEMA)
    exchange.clear()
    exchange.clear()
    assert not list(tmp_path.iterdir())


def test_what_goes_wrong_while_rows_are_made_comes_through(tmp_path: Path) -> None:
    def broken() -> object:
        yield ROWS
        raise ValueError("row 4")

    with pytest.raises(ValueError, match="row 4"):
        Exchange(str(tmp_path)).write("t", broken(), SCHEMA)  # type: ignore[arg-type]


@pytest.fixture
def s3_uri() -> Iterator[str]:
    """A prefix of a bucket behind a server on loopback."""
    key = Key()
    with serving(key) as port:
        yield (
            f"s3://{key.id}:{key.secret}@unchurn-exchange/prefix?region=us-east-1&scheme=http&allow_bucket_creation=true"
            f"&endpoint_override=127.0.0.1%3A{port}"
        )


def test_a_prefix_in_s3_is_a_place_like_any_other(s3_uri: str) -> None:
    """Rows go to a server that speaks S3 and come back; nothing of them stays there."""
    files, folder = pafs.FileSystem.from_uri(s3_uri)
    files.create_dir("unchurn-exchange")
    exchange = Exchange(s3_uri)
    exchange.write("t", [ROWS], SCHEMA)
    assert list(exchange.read("t")) == [ROWS]
    assert (exchange.count("t"), exchange.piece("t", 0).to_batches()) == (1, [ROWS])
    exchange.put("files/model/a.ubj", b"tr", memoryview(b"ee"))
    assert exchange.get("files/model/a.ubj") == b"tree"
    exchange.clear()
    selector = pafs.FileSelector(folder, recursive=True, allow_not_found=True)
    assert not files.get_file_info(selector)


def test_spark_is_told_the_place_in_its_own_words() -> None:
    assert Exchange("/tmp/a b").location("t") == "file:/tmp/a b/t"
    for scheme in ("s3", "s3a"):
        place = Exchange(f"{scheme}://bucket/prefix/?region=us-east-1")
        assert place.location("t") == f"{scheme}://bucket/prefix/t"
