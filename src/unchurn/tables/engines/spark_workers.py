"""A function of ours, run by Python on Spark's workers: pieces of rows go out, answers come in order.

What Spark carries is the number of each piece alone. A worker reads the piece in the shared folder
and leaves its answer there. Here as there a few pieces are in memory at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from unchurn.project import Engine
from unchurn.tables.engines.engine_types import recast
from unchurn.tables.engines.shared_folder import GROUPS, Exchange
from unchurn.tables.engines.spark import SparkEngine
from unchurn.tables.engines.spark_answers import Content, Fetch, answered
from unchurn.tables.engines.spark_query import Source, storage
from unchurn.tables.table import batch_rows

PIECE_ROWS = 8_192
"""Rows of a piece, fewer where they are very wide: work enough for a task, and little to do again."""
_FILES = "files"


class Function(Protocol):
    """What is run: an object of a module that workers can import."""

    def __call__(self, rows: pa.RecordBatch, fetch: Any) -> pa.RecordBatch:
        """Answer each of `rows`; ``fetch(name)`` returns the bytes of a file that was sent along."""


class Workers:
    """The Python of a session's workers, who see the folder of `exchange`."""

    def __init__(self, session: Any, exchange: Exchange) -> None:
        self._session = session
        self._exchange = exchange

    def send(self, files: Mapping[str, bytes]) -> None:
        """Put files where every worker can fetch them."""
        with storage(self._exchange):
            for name, content in files.items():
                self._exchange.put(f"{_FILES}/{name}", content)

    def ask(
        self,
        name: str,
        batches: Iterable[pa.RecordBatch],
        schema: pa.Schema,
        function: Function,
        advance: Callable[[float], None],
    ) -> Iterator[pa.RecordBatch]:
        """Have every row answered; yield the answers in the rows' order.

        `advance` hears of each piece that is done, as its share of all rows. Raises what `batches` raises, `ArtefactError`
        for a place that cannot be used, and what Spark raises (see `SparkEngine.connected`).
        """
        plain = _plain(schema)
        source = Source(_cut(batches, plain))
        with storage(self._exchange, source):
            self._exchange.write(name, source, plain)
            pieces = self._exchange.count(name)
        work = Piece(function, self._exchange.place, name)
        answers = answered(
            *(self._session, self._exchange, name, {}, range(pieces), work),
            partial(advance, 1 / max(1, pieces)),
        )
        for answer in answers:
            yield from pa.ipc.open_stream(answer)


@dataclass(frozen=True)
class Piece:
    """What a worker does: `function` answers the rows of a piece of the table `name`, which lies at `place`."""

    function: Function
    place: str
    name: str

    def __call__(self, thing: int, fetch: Fetch) -> Content:
        """Return the answers of the piece of this number as a stream of Arrow's."""
        rows = Exchange(self.place).piece(self.name, thing).combine_chunks()
        found = [
            self.function(batch, lambda file: fetch(f"{_FILES}/{file}"))
            for batch in rows.to_batches()
        ]
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, found[0].schema) as writer:
            for batch in found:
                writer.write_batch(batch)
        return [memoryview(sink.getvalue())]


@contextmanager
def open_workers(engine: Engine, rows: int, scratch: Path) -> Iterator[Workers | None]:
    """Open Spark's workers where [engine] names Spark and `rows` are more than one piece; else None.

    Raises as `SparkEngine.connected`.
    """
    if engine.kind != "spark" or rows <= PIECE_ROWS:
        yield None
        return
    with SparkEngine(engine.threads, engine.memory_mb).connected(scratch) as (session, exchange):
        yield Workers(session, exchange)


def _plain(schema: pa.Schema) -> pa.Schema:
    """Return the schema with dictionaries as what they stand for."""
    return pa.schema(
        pa.field(
            each.name, each.type.value_type if pa.types.is_dictionary(each.type) else each.type
        )
        for each in schema
    )


def _cut(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Cut rows so that `GROUPS` of them, which is what a file holds, are a piece."""
    rows = max(1, min(PIECE_ROWS, batch_rows(len(schema))) // GROUPS)
    for batch in batches:
        plain = recast(batch, schema)
        for start in range(0, plain.num_rows, rows):
            yield plain.slice(start, rows)
