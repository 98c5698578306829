"""Where a history is worked on: files of rows as tables of DuckDB, asked in plain SQL.

The statements use whole numbers, comparisons, sums and windows only; dates, decimals and text
functions stay outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from unchurn.errors import ConfigError
from unchurn.project import Engine
from unchurn.tables.parquet import write_parquet

if TYPE_CHECKING:
    import duckdb

BATCH = 65_536
Chunk = tuple[int, int]
"""Customers by their codes: the first, and the one behind the last."""
Made = tuple[Mapping[str, Any], pa.Table]
"""What comes of a chunk: a few words for JSON, and rows."""


class Room:
    """A folder of Parquet files, each a table of DuckDB under its name; `folder` is for files of this process.

    `at_once`: how many chunks are made side by side.
    """

    at_once = 1

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.folder = folder
        self._connection = connection

    def show(self, name: str, path: Path) -> None:
        """Make the rows of a Parquet file a table."""
        self._connection.execute(
            f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet({quoted(str(path))})"
        )

    def keep(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
        """Write rows as a table, sorted as they come; return how many."""
        path = self.folder / f"{name}.parquet"
        kept = write_parquet(batches, path, schema, staged=True)
        self.show(name, path)
        return kept

    def lay(self, name: str, rows: pa.Table) -> None:
        """Make rows of this process a table."""
        self._connection.register(name, rows)

    def hold(self, name: str, statement: str) -> None:
        """Keep what a statement returns as a table until it is held anew."""
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {statement}")

    def rows(self, statement: str) -> Iterator[pa.RecordBatch]:
        """Yield what a statement returns, batch by batch."""
        yield from self._connection.sql(statement).to_arrow_reader(BATCH)

    def table(self, statement: str) -> pa.Table:
        """Return the whole of what a statement returns."""
        return self._connection.sql(statement).to_arrow_table()

    def one(self, statement: str) -> tuple[Any, ...]:
        """Return the single row of a statement."""
        row: tuple[Any, ...] = self._connection.execute(statement).fetchall()[0]
        return row

    def each(
        self,
        work: Callable[[Room, Chunk], Made],
        chunks: Sequence[Chunk],
        advance: Callable[[int], None],
    ) -> Iterator[Made]:
        """Yield what `work` makes of each chunk's part of the kept tables, in order.

        It is an object that can travel, and is told the room to work in; `advance` hears of customers done.
        """
        for chunk in chunks:
            yield work(self, chunk)
            advance(chunk[1] - chunk[0])


def quoted(text: str) -> str:
    """Write a text as it stands in a statement."""
    return "'" + text.replace("'", "''") + "'"


def require_duckdb() -> None:
    """Raise `ConfigError` where it is not installed."""
    if find_spec("duckdb") is None:
        raise ConfigError(
            "A history is observed with DuckDB, and duckdb is not installed.",
            "Install the extra: pip install 'unchurn[duckdb]'.",
        )


@contextmanager
def open_room(engine: Engine, folder: Path) -> Iterator[Room]:
    """Open DuckDB, whatever engine makes Clean, and Spark's workers beside it where [engine] names Spark.

    Files lie in `folder`. Raises `ConfigError` where the engine is missing or runs out of its memory, and
    `ArtefactError` where the folder cannot be used.
    """
    require_duckdb()
    folder.mkdir(parents=True, exist_ok=True)
    from unchurn.tables.engines.duckdb import DuckEngine

    with DuckEngine(engine.threads, engine.memory_mb).connected(folder) as connection:
        if engine.kind != "spark":
            yield Room(folder, connection)
            return
        from unchurn.history.spark import open_spark

        with open_spark(engine, folder, connection) as room:
            yield room
