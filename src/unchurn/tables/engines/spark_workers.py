"""A function of ours, run by Python on Spark's workers: pieces of rows go out, answers come in order.

What Spark carries is the number of each piece alone. A worker reads the piece in the shared folder
and answers it; Spark keeps the answers in the order of the numbers, whoever gave them and however
often one had to be asked again. Here as there a few pieces are in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from unchurn.errors import ArtefactError
from unchurn.project import Engine
from unchurn.tables.engines.engine_types import recast
from unchurn.tables.engines.shared_folder import GROUPS, Exchange
from unchurn.tables.engines.spark import SparkEngine
from unchurn.tables.engines.spark_query import Source, storage
from unchurn.tables.table import batch_rows

PIECE_ROWS = 8_192
"""Rows of a piece, fewer where they are very wide: work enough for a task, and little to do again."""
_PIECE = "piece"
_FILES = "files"
_TYPES = {pa.int64(): "long", pa.float64(): "double", pa.string(): "string"}


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
        answer: pa.Schema,
    ) -> Iterator[pa.RecordBatch]:
        """Have every row answered, then return the answers, of schema `answer`, in the rows' order.

        Raises what `batches` raises, `ArtefactError` for a place that cannot be used, and what
        Spark raises (see `SparkEngine.connected`).
        """
        plain = _plain(schema)
        source = Source(_cut(batches, plain))
        with storage(self._exchange, source):
            self._exchange.write(name, source, plain)
            pieces = self._exchange.count(name)
        numbers = self._session.range(0, pieces, 1, pieces)
        work = partial(_answered, function, self._exchange.place, name)
        answers = f"{name}-answers"
        made = _mapped(numbers, work, _spark_schema(answer))
        made.write.parquet(self._exchange.location(answers))
        return self._answers(answers, answer)

    def _answers(self, name: str, answer: pa.Schema) -> Iterator[pa.RecordBatch]:
        last = 0
        with storage(self._exchange):
            for batch in self._exchange.read(name, PIECE_ROWS):
                first, *others = batch.columns
                for number in first.unique().to_pylist():
                    if number < last:
                        raise ArtefactError(
                            f"Spark gave piece {number} after piece {last}.",
                            "Run the same command again, or use another engine.",
                        )
                    last = number
                yield recast(pa.RecordBatch.from_arrays(others, names=answer.names), answer)


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


def _answered(
    function: Function, place: str, name: str, numbers: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Answer the pieces of these numbers: what runs on a worker."""
    exchange = Exchange(place)
    for batch in numbers:
        for number in batch.column(0).to_pylist():
            for rows in exchange.piece(name, number).combine_chunks().to_batches():
                found = function(rows, lambda file: exchange.get(f"{_FILES}/{file}"))
                piece = pa.repeat(pa.scalar(number, pa.int64()), found.num_rows)
                names = [_PIECE, *found.schema.names]
                yield pa.RecordBatch.from_arrays([piece, *found.columns], names=names)


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


def _spark_schema(answer: pa.Schema) -> str:
    return ", ".join([f"{_PIECE} long", *(f"`{each.name}` {_TYPES[each.type]}" for each in answer)])


def _mapped(frame: Any, function: Any, schema: str) -> Any:
    """Map a frame as ``mapInArrow`` does, which asks for pandas and uses nothing of it."""
    from pyspark.rdd import PythonEvalType
    from pyspark.sql import DataFrame
    from pyspark.sql.udf import _create_udf

    mapping = _create_udf(function, schema, PythonEvalType.SQL_MAP_ARROW_ITER_UDF)
    column = mapping(*(frame[each] for each in frame.columns))
    made = frame._jdf.pythonMapInArrow(column._jc.expr(), False)
    return DataFrame(made, frame.sparkSession)
