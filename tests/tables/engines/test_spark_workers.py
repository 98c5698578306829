"""Pieces go out to Spark's workers and answers come back in order: what runs here, and what runs there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from unchurn.project import Engine
from unchurn.tables.engines import spark_workers
from unchurn.tables.engines.shared_folder import Exchange
from unchurn.tables.engines.spark_workers import Piece, open_workers

ROWS = pa.schema([("plan", pa.dictionary(pa.int32(), pa.string())), ("n", pa.float64())])
ANSWER = pa.schema([("twice", pa.float64()), ("said", pa.string())])


def batches(rows: int) -> list[pa.RecordBatch]:
    """Rows numbered from 0, their text as a dictionary, in batches of uneven size."""
    numbers = pa.array([float(n) for n in range(rows)])
    plans = pa.array(["a", None, "ü"] * rows, pa.string()).slice(0, rows).dictionary_encode()
    return pa.table([plans, numbers], schema=ROWS).to_batches(37)


def twice(rows: pa.RecordBatch, fetch: Callable[[str], bytes]) -> pa.RecordBatch:
    """Answer each row by itself, with the word of a file that was sent along."""
    word = fetch("a/word").decode()
    said = [None if plan is None else f"{plan}{word}" for plan in rows.column("plan").to_pylist()]
    doubled = [2 * n for n in rows.column("n").to_pylist()]
    return pa.record_batch([pa.array(doubled), pa.array(said, pa.string())], schema=ANSWER)


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    """A folder that everybody sees."""
    return Exchange(str(tmp_path / "shared"))


def test_a_worker_answers_the_pieces_whose_numbers_it_is_given(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of more rows than were promised; each with the answers of its own rows."""
    monkeypatch.setattr(spark_workers, "PIECE_ROWS", 64)
    plain = spark_workers._plain(ROWS)
    exchange.write("t", spark_workers._cut(batches(300), plain), plain)
    exchange.put("files/a/word", b"!")
    sizes = [exchange.piece("t", number).num_rows for number in range(exchange.count("t"))]
    assert sum(sizes) == 300
    assert max(sizes) <= 64
    work = Piece(twice, exchange.place, "t")
    for number, start in ((3, sum(sizes[:3])), (0, 0)):
        (answer,) = work(number, exchange.get)
        made = pa.ipc.open_stream(answer).read_all()
        assert made["twice"].to_pylist() == [2.0 * n for n in range(start, start + sizes[number])]
        assert made["said"].to_pylist()[:2] != [None, None]


@pytest.mark.parametrize(("kind", "rows"), [("arrow", 10**9), ("duckdb", 10**9), ("spark", 8192)])
def test_no_session_is_opened_where_there_is_nothing_to_share(
    kind: str, rows: int, tmp_path: Path
) -> None:
    with open_workers(Engine(kind=kind), rows, tmp_path / "nowhere") as workers:
        assert workers is None
