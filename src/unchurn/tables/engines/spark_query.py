"""One question to Spark: rows go in, a query is run over them, its rows come back in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple, cast

import pyarrow as pa

from unchurn import errors
from unchurn.errors import ArtefactError, ConfigError, UnchurnError
from unchurn.tables.engines.shared_folder import Exchange
from unchurn.tables.engines.spark_machine import quiet_answers
from unchurn.tables.table import batch_rows

SENT = "sent"
"""Name of the rows that were sent, in a query."""
_ANSWER = "answer"
_PARTITION_BYTES = 16 << 20
_MOST_PARTITIONS = 2000
_VECTOR_CELLS = 1 << 20
_OURS = re.compile(r"^unchurn\.errors\.(\w+): (.+)\n(.+)", re.MULTILINE)
"""How a traceback from a worker ends where it was an error of ours: its words, and the next move."""
_TRACEBACK = "Traceback (most recent call last):"


_NO_MEMORY = (
    *("OutOfMemory", "exceeding physical memory limits", "exceeding memory limits"),
    *("MemoryError", "bad_alloc", "code 137", "Exit status: 137"),
)
"""What Spark says, who runs its workers (137: killed), or Python on them, when memory is not enough."""


class Memory(NamedTuple):
    """How much memory Spark has, in words, and how it is given more."""

    words: str
    hint: str


def own_memory(memory_mb: int) -> Memory:
    """Return that of a JVM of our own."""
    hint = "Raise [engine] memory_mb in churn.toml, or lower [engine] threads."
    return Memory(f"its {memory_mb} MB", hint)


GIVEN_MEMORY = Memory(
    "the memory it needs",
    "Raise [aws] glue_workers in churn.toml for a job of Glue; else start Spark with more of "
    "--executor-memory and --driver-memory; that of Python on its workers is spark.executor.memoryOverhead.",
)
"""That of a session which somebody else started: nothing of [engine] reaches it."""


class Room:
    """A place for one question. `memory` says how much of it Spark has."""

    def __init__(
        self, exchange: Exchange, session: Callable[[], AbstractContextManager[Any]], memory: Memory
    ) -> None:
        self._exchange = exchange
        self._session = session
        self._memory = memory
        self._size = 0
        self._width = 1

    def send(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, width: int) -> None:
        """Write rows of `width` values where Spark can read them; their errors come through."""
        self._width = width
        source = Source(batches)
        with storage(self._exchange, source):
            self._size = self._exchange.write(SENT, source, schema)

    def filled(self, fill: Callable[[Exchange], int], width: int) -> int:
        """Have rows of `width` values left where Spark reads them, by others; return what `fill` does."""
        self._width = width
        answer = fill(self._exchange)
        with storage(self._exchange):
            self._size = self._exchange.size(SENT)
        return answer

    def run(self, query: str) -> None:
        """Run a query over what was sent.

        Raises `ConfigError` when Spark lacks memory or cannot start, `ArtefactError` when it
        lacks space or fails in any other way.
        """
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            with quiet_answers(), self._session() as session:
                self._run(session, query)
        except (Py4JError, PySparkException, ConnectionError) as error:
            raise reason(error, self._exchange, self._memory) from error

    def _run(self, session: Any, query: str) -> None:
        settings = {
            "spark.sql.shuffle.partitions": partitions(session, self._size),
            "spark.sql.parquet.columnarReaderBatchSize": max(
                16, min(4096, _VECTOR_CELLS // self._width)
            ),
        }
        for name, value in settings.items():
            session.conf.set(name, value)
        # a folder's name may hold what Spark would take for a pattern
        sent = session.read.option("__globPaths__", "false").parquet(self._exchange.location(SENT))
        sent.createOrReplaceTempView(SENT)
        session.sql(query).write.parquet(self._exchange.location(_ANSWER))

    def answer(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows of the query, in its order."""
        with storage(self._exchange):
            yield from self._exchange.read(_ANSWER, batch_rows(self._width))

    def close(self) -> None:
        """Leave nothing behind."""
        with storage(self._exchange):
            self._exchange.clear()


class Source:
    """Passes batches on and remembers what went wrong in making them."""

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        self._batches = batches
        self.failure: BaseException | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._batches
        except OSError as error:
            self.failure = error
            raise


def partitions(session: Any, size: int) -> int:
    """Return into how many parts `size` bytes are shuffled."""
    wanted: int = max(session.sparkContext.defaultParallelism, size // _PARTITION_BYTES)
    return min(wanted, _MOST_PARTITIONS)


@contextmanager
def storage(exchange: Exchange, source: Source | None = None) -> Iterator[None]:
    """Turn what goes wrong where rows pass in and out into `ArtefactError`; `source`'s own passes."""
    try:
        yield
    except OSError as error:
        if source is not None and error is source.failure:
            raise
        raise _no_space(exchange, error.strerror or line(error)) from error


def reason(error: Exception, exchange: Exchange, memory: Memory) -> UnchurnError:
    """Say what went wrong in Spark: what our own function said, memory (see `Memory`), space, or else."""
    from py4j.protocol import Py4JNetworkError

    words = str(error)
    if told := _OURS.findall(words):
        name, message, hint = told[-1]
        return cast(UnchurnError, getattr(errors, name)(message, hint))
    gone = isinstance(error, (Py4JNetworkError, ConnectionError))
    if gone or any(each in words for each in _NO_MEMORY):
        seen = (
            "Java ended while Spark worked, as it does without enough:"
            if gone
            else "Spark ran out of"
        )
        return ConfigError(f"{seen} {memory.words}.", memory.hint)
    if "ModuleNotFoundError" in words:
        return ConfigError(
            f"Python on Spark's workers lacks a module: {line(error)}.",
            "Install there what this process has, unchurn among it; PYSPARK_PYTHON names their Python.",
        )
    if "No module named 'unchurn'" in words:
        return ConfigError(
            "Spark's workers have no unchurn, which reads and types on them.",
            "Install it on every worker, or pass its wheel: --py-files; on Glue --additional-python-modules.",
        )
    if "No space left on device" in words:
        return _no_space(exchange, "No space left on device")
    return ArtefactError(
        f"Spark failed: {line(error)}.", "Run the same command again, or use another engine."
    )


def _no_space(exchange: Exchange, words: str) -> ArtefactError:
    return ArtefactError(
        f"Spark could not use {exchange.place}: {words.rstrip('.')}.",
        "Free some space or choose another place with [artefacts] root in churn.toml.",
    )


def line(error: Exception) -> str:
    """Say in one line why something failed: what Java says begins behind the call that failed.

    What Python says on a worker ends its traceback.
    """
    lines = str(error).strip().splitlines() or [type(error).__name__]
    first = lines[0]
    begins = [number for number, each in enumerate(lines, 1) if each.endswith(_TRACEBACK)]
    if begins:
        last = next((each for each in lines[begins[-1] :] if each[:1].strip()), first)
        return last.rstrip(".:")
    if first.startswith("An error occurred while calling"):
        said = [each.strip().removeprefix(": ") for each in lines[1:]]
        causes = [each for each in said if each.startswith("Caused by: ")]
        first = next((each for each in said if each.strip(": ")), first)
        if causes and causes[-1].removeprefix("Caused by: ") not in first:
            first = f"{first.rstrip('.:')}; {causes[-1][0].lower()}{causes[-1][1:]}"
    return first.rstrip(".:")
