"""A history on Spark: statements run on its workers, in this process rows are read and written.

Rows pass in and out as files in a place that every worker sees; what a statement returns comes
back sorted, some thousands of customers at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.project import Engine
from unchurn.tables.engines.engine_types import recast
from unchurn.tables.engines.shared_folder import Exchange
from unchurn.tables.engines.spark import SparkEngine
from unchurn.tables.engines.spark_query import Source, partitions, storage

_SETTINGS = {
    "spark.sql.variable.substitute": "false",  # a kind of event may be called ${HOME}
    "spark.sql.ansi.enabled": "false",
    # a chunk's own part of a table is read by several workers
    "spark.sql.files.maxPartitionBytes": str(8 << 20),
}


class SparkRoom:
    """Tables as views of a session. Moments are whole microseconds there: see `travelling`."""

    def __init__(self, folder: Path, session: Any, exchange: Exchange) -> None:
        self.folder = folder
        self._session = session
        self._exchange = exchange
        self._held: dict[str, Any] = {}
        self._answers = 0
        self._largest = 0
        for name, value in _SETTINGS.items():
            session.conf.set(name, value)

    def show(self, name: str, path: Path) -> None:
        """Send the rows of a file; it is not needed any more."""
        with pq.ParquetFile(path, pre_buffer=False) as file:
            self.keep(name, file.iter_batches(), file.schema_arrow)
        path.unlink()

    def keep(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
        """Send rows to where workers see them; return how many."""
        sent = _Sent(batches, schema)
        told = [each for each in ("code",) if each in schema.names]
        source = Source(sent)
        with storage(self._exchange, source):
            size = self._exchange.write(name, source, sent.schema, told)
        self._largest = max(self._largest, size)
        parts = partitions(self._session, self._largest)
        self._session.conf.set("spark.sql.shuffle.partitions", parts)
        # a folder's name may hold what Spark would take for a pattern
        reader = self._session.read.option("__globPaths__", "false")
        reader.parquet(self._exchange.location(name)).createOrReplaceTempView(name)
        return sent.rows

    def hold(self, name: str, statement: str) -> None:
        """Keep what a statement returns with the workers, made when first asked for."""
        made = self._session.sql(statement).persist()
        made.createOrReplaceTempView(name)
        if before := self._held.get(name):
            before.unpersist()
        self._held[name] = made

    def release(self) -> None:
        """Let go of what is held: a session that was given would keep it for as long as it lasts."""
        while self._held:
            self._held.popitem()[1].unpersist()

    def rows(self, statement: str) -> Iterator[pa.RecordBatch]:
        """Yield what a statement returns, in its order."""
        name = self._answer(statement)
        with storage(self._exchange):
            yield from self._exchange.read(name)
            self._exchange.remove(name)

    def table(self, statement: str) -> pa.Table:
        """Return the whole of what a statement returns."""
        name = self._answer(statement)
        with storage(self._exchange):
            # no rows, no batches: what the columns are is said by the files alone
            schema = self._exchange.schema(name)
            found = pa.Table.from_batches(list(self._exchange.read(name)), schema)
            self._exchange.remove(name)
        return found

    def _answer(self, statement: str) -> str:
        """Let the workers write what a statement returns; return its name."""
        name = f"answer{self._answers}"
        self._answers += 1
        self._session.sql(statement).write.parquet(self._exchange.location(name))
        return name

    def one(self, statement: str) -> tuple[Any, ...]:
        """Return the single row of a statement."""
        # PySpark 3.5 leaves a socket open for every `collect`
        return tuple(column[0].as_py() for column in self.table(statement).columns)

    def quoted(self, text: str) -> str:
        """Write a text as Spark reads it: two quotes are none to it, and a backslash escapes."""
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class _Sent:
    """Passes batches on as they travel, under their own names, and counts the rows."""

    def __init__(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        self._batches = batches
        self.schema = pa.schema(
            pa.field(each.name, pa.int64() if pa.types.is_timestamp(each.type) else each.type)
            for each in schema
        )
        self.rows = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            self.rows += batch.num_rows
            yield recast(batch, self.schema)


@contextmanager
def open_spark(engine: Engine, folder: Path) -> Iterator[SparkRoom]:
    """Open a session: a cluster's that started this process, or one of our own in `folder`.

    Raises `ConfigError` where Spark is missing or lacks memory, and `ArtefactError` where it
    cannot use its place or fails.
    """
    with SparkEngine(engine.threads, engine.memory_mb).connected(folder) as (session, exchange):
        room = SparkRoom(folder, session, exchange)
        try:
            yield room
        finally:
            room.release()
