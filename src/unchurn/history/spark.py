"""A history's chunks of customers on Spark's workers: each makes its own by DuckDB, as one process does.

The tables are read, sorted and numbered here. A worker reads the groups of rows that hold its
customers, runs the very statements over them and leaves its rows in the shared folder, from where
they are taken in order: the bytes are those of one machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from unchurn.errors import ConfigError
from unchurn.history.room import Chunk, Made, Room, require_duckdb
from unchurn.project import Engine
from unchurn.tables.engines.shared_folder import Exchange
from unchurn.tables.engines.spark import SparkEngine
from unchurn.tables.engines.spark_answers import Content, Fetch, answered
from unchurn.tables.engines.spark_query import storage
from unchurn.tables.parquet import READING

if TYPE_CHECKING:
    import duckdb

_TOLD = b"told"


class SparkRoom(Room):
    """A room whose chunks are made by a session's workers."""

    def __init__(
        self,
        folder: Path,
        connection: duckdb.DuckDBPyConnection,
        engine: Engine,
        session: Any,
        exchange: Exchange,
    ) -> None:
        super().__init__(folder, connection)
        self._engine = engine
        self._session = session
        self._exchange = exchange
        self._kept: dict[str, Path] = {}
        self._places: dict[str, str] = {}
        self._turn = 0
        self.at_once = session.sparkContext.defaultParallelism

    def keep(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
        """See `Room`; workers find it when they are asked next."""
        kept = super().keep(name, batches, schema)
        self._kept[name] = self.folder / f"{name}.parquet"
        self._places.pop(name, None)
        return kept

    def each(
        self,
        work: Callable[[Room, Chunk], Made],
        chunks: Sequence[Chunk],
        advance: Callable[[int], None],
    ) -> Iterator[Made]:
        """See `Room`. Raises as `answered` does."""
        self._send()
        function = Observing(work, self._places, self._engine.memory_mb, _duckdb())
        done = iter(chunks)
        self._turn += 1
        answers = answered(
            *(self._session, self._exchange, f"turn{self._turn}", {}, chunks, function),
            lambda: advance(_size(next(done))),
        )
        for answer in answers:
            table = pa.ipc.open_stream(answer).read_all()
            told = json.loads((table.schema.metadata or {})[_TOLD])
            yield told, table.replace_schema_metadata(None)

    def _send(self) -> None:
        """Put tables that were kept since where workers see them."""
        local = self._session.sparkContext.master.startswith("local")
        with storage(self._exchange):
            for name, path in self._kept.items():
                if name not in self._places:
                    copied = str(path) if local else self._exchange.copied(path, path.name)
                    self._places[name] = copied


@dataclass(frozen=True)
class Observing:
    """What a worker does: `work` on a chunk, in a room with the chunk's part of the tables at `places`."""

    work: Callable[[Room, Chunk], Made]
    places: Mapping[str, str]
    memory_mb: int
    version: str

    def __call__(self, thing: Chunk, fetch: Fetch) -> Content:
        """Return the rows of a chunk as a stream of Arrow's. Raises `ConfigError` where DuckDB is none or another."""
        require_duckdb()
        if _duckdb() != self.version:
            raise ConfigError(
                f"Python on Spark's workers has duckdb {_duckdb()} in place of {self.version}.",
                "Install there what this process has.",
            )
        from unchurn.tables.engines.duckdb import DuckEngine

        with (
            TemporaryDirectory(prefix="unchurn-") as folder,
            DuckEngine(1, self.memory_mb).connected(Path(folder)) as connection,
        ):
            room = Room(Path(folder), connection)
            for name, place in self.places.items():
                room.lay(name, within(place, thing))
            told, table = self.work(room, thing)
        sink = pa.BufferOutputStream()
        table = table.replace_schema_metadata({_TOLD: json.dumps(told).encode()})
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        return [memoryview(sink.getvalue())]


@contextmanager
def open_spark(
    engine: Engine, folder: Path, connection: duckdb.DuckDBPyConnection
) -> Iterator[SparkRoom]:
    """Open a session: a cluster's that started this process, or one of our own in `folder`.

    Raises `ConfigError` where Spark is missing or lacks memory, and `ArtefactError` where it
    cannot use its place or fails.
    """
    with SparkEngine(engine.threads, engine.memory_mb).connected(folder) as (session, exchange):
        yield SparkRoom(folder, connection, engine, session, exchange)


def within(place: str, chunk: Chunk) -> pa.Table:
    """Read the groups of a table sorted by code that hold any of a chunk's customers."""
    files: tuple[Any, str] = (pafs.LocalFileSystem(), place)
    if "://" in place:
        files = pafs.FileSystem.from_uri(place)
    with files[0].open_input_file(files[1]) as source:
        file = pq.ParquetFile(source, **READING)
        column = file.schema_arrow.get_field_index("code")
        told = [
            file.metadata.row_group(each).column(column).statistics
            for each in range(file.num_row_groups)
        ]
        wanted = [n for n, each in enumerate(told) if each.max >= chunk[0] and each.min < chunk[1]]
        return file.read_row_groups(wanted)


def _duckdb() -> str:
    import duckdb

    return str(duckdb.__version__)


def _size(chunk: Chunk) -> int:
    return chunk[1] - chunk[0]
