"""Spark: sorting, deduplicating and grouping on one machine or on a cluster.

Rows come from this process, the driver, as one stream, or from a cluster's workers, who read and
type parts of a table (`spark_parts`). Sorting and grouping are Spark's, on every worker; equal
neighbours are dropped from the sorted stream as it comes back. Nothing is held in the driver's
memory but a few batches.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from unchurn.artefacts import LABEL
from unchurn.errors import ConfigError
from unchurn.tables.engines import spark_session, statements
from unchurn.tables.engines.drop_duplicates import without_repeats
from unchurn.tables.engines.engine_types import (
    ID_AND_LABEL,
    ids_and_labels,
    recast,
    travelling,
)
from unchurn.tables.engines.protocol import Identity, Settled
from unchurn.tables.engines.shared_folder import Exchange
from unchurn.tables.engines.spark_machine import quiet_answers
from unchurn.tables.engines.spark_query import (
    GIVEN_MEMORY,
    SENT,
    Memory,
    Room,
    own_memory,
    reason,
    storage,
)
from unchurn.tables.engines.wide_rows import Bundling
from unchurn.tables.parquet import write_parquet

_MARK = "`"


class SparkEngine:
    """PySpark 3.5 or 4. `threads` and `memory_mb` change speed, never a result.

    Both are those of the local JVM; a cluster that started this process brings its own, and
    its setting `spark.unchurn.scratch` says where rows pass in and out.
    """

    def __init__(self, threads: int = 2, memory_mb: int = 1024) -> None:
        spark_session.require_spark()
        self.threads = threads
        self.memory_mb = memory_mb

    @property
    def has_workers(self) -> bool:
        """Whether others than this process's own cores can read and type: a session was given."""
        return spark_session.given_session() is not None

    def settle(
        self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, path: Path, scratch: Path
    ) -> Settled:
        """Write the labelled, distinct, sorted rows: see `EngineProtocol.settle`."""
        plain = travelling(schema)
        bundling = Bundling(plain)
        typed = _Typed(batches, plain)
        with self._room(scratch) as room:
            room.send(map(bundling.pack, typed), bundling.schema, len(schema))
            return Settled(typed.labelled, self._sorted(room, bundling, schema, path))

    def settle_sent(
        self, fill: Callable[[Exchange], int], bundling: Bundling, schema: pa.Schema, path: Path
    ) -> Settled:
        """Settle rows that workers leave as `SENT`, bundled: `fill` has them do so, and counts the labelled."""
        with self._room(path.parent) as room:
            labelled = room.filled(fill, len(schema))
            return Settled(labelled, self._sorted(room, bundling, schema, path))

    def _sorted(self, room: Room, bundling: Bundling, schema: pa.Schema, path: Path) -> int:
        """Have what was sent sorted and write it; return how many rows are kept."""
        room.run(statements.settled(bundling.schema.names, SENT, _MARK))
        rows = (recast(bundling.unpack(batch), schema) for batch in room.answer())
        return write_parquet(without_repeats(rows), path, schema)

    def identity(self, path: Path, column: str) -> Identity:
        """Count missing, repeated and conflicting ids: see `EngineProtocol.identity`."""
        with self._room(path.parent) as room:
            room.send(ids_and_labels(path, column), ID_AND_LABEL, len(ID_AND_LABEL))
            room.run(statements.identity("id", SENT, _MARK))
            counts = [int(column[0].as_py()) for batch in room.answer() for column in batch]
        return Identity(*counts)

    @contextmanager
    def connected(self, scratch: Path) -> Iterator[tuple[Any, Exchange]]:
        """Open a session, and a place for rows that its workers see; its errors become ours."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        exchange, session, memory = self._placed(scratch)
        try:
            with quiet_answers(), session() as opened:
                yield opened, exchange
        except (Py4JError, PySparkException, ConnectionError) as error:
            raise reason(error, exchange, memory) from error
        finally:
            with storage(exchange):
                exchange.clear()

    @contextmanager
    def _room(self, scratch: Path) -> Iterator[Room]:
        """Open a room for one question; leave nothing."""
        room = Room(*self._placed(scratch))
        try:
            yield room
        finally:
            room.close()

    def _placed(
        self, scratch: Path
    ) -> tuple[Exchange, Callable[[], AbstractContextManager[Any]], Memory]:
        """Find a place in `scratch`, or where the cluster's workers can see it, and a session."""
        given = spark_session.given_session()
        session: Callable[[], AbstractContextManager[Any]]
        if given is None:
            folder = Path(tempfile.mkdtemp(prefix="spark-", dir=scratch.absolute()))
            session = partial(
                spark_session.local_session, self.threads, self.memory_mb, folder / "session"
            )
            place = str(folder)
        else:
            # settings and views of its own, apart from the caller's
            session = partial(nullcontext, given.newSession())
            place = f"{_shared(given, scratch)}/{uuid.uuid4().hex}"
        memory = own_memory(self.memory_mb) if given is None else GIVEN_MEMORY
        return Exchange(place), session, memory


class _Typed:
    """Passes batches on as they travel, and counts the labelled rows."""

    def __init__(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        self._batches = batches
        self._schema = schema
        self.labelled = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            labels = batch.column(LABEL)
            self.labelled += len(labels) - labels.null_count
            yield recast(batch, self._schema)


def _shared(session: Any, scratch: Path) -> str:
    """Tell where this process and every worker of a given session can leave rows."""
    named = str(session.conf.get(spark_session.SHARED, "")).rstrip("/")
    if named:
        return named
    if session.sparkContext.master.startswith("local"):
        return str(scratch.absolute())
    raise ConfigError(
        f"Spark's workers cannot see {scratch}, a folder of this machine.",
        f"Name one that they can: --scratch s3://BUCKET/PREFIX, or --conf {spark_session.SHARED}=….",
    )
