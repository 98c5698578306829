"""Where a history is worked on: files of rows as tables of an engine, asked in plain SQL.

The statements use whole numbers, comparisons, sums and windows only, which every engine reads
alike; dates, decimals and text functions stay outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from unchurn.errors import ConfigError
from unchurn.project import Engine
from unchurn.tables.parquet import write_parquet

if TYPE_CHECKING:
    import duckdb

BATCH = 65_536


class Room(Protocol):
    """Tables of an engine, by name; `folder` is for files of this process."""

    folder: Path

    def show(self, name: str, path: Path) -> None:
        """Make the rows of a Parquet file a table."""

    def keep(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
        """Write rows as a table, sorted as they come; return how many."""

    def hold(self, name: str, statement: str) -> None:
        """Keep what a statement returns as a table until it is held anew."""

    def rows(self, statement: str) -> Iterator[pa.RecordBatch]:
        """Yield what a statement returns, batch by batch."""

    def table(self, statement: str) -> pa.Table:
        """Return the whole of what a statement returns."""

    def one(self, statement: str) -> tuple[Any, ...]:
        """Return the single row of a statement."""

    def quoted(self, text: str) -> str:
        """Write a text as it stands in a statement."""


class DuckRoom:
    """A folder of Parquet files, each a table of DuckDB under its name."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.folder = folder
        self._connection = connection

    def show(self, name: str, path: Path) -> None:
        """See `Room`, as for every method."""
        quoted = str(path).replace("'", "''")
        self._connection.execute(
            f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet('{quoted}')"
        )

    def keep(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
        """Write rows as the file of a table; return how many."""
        path = self.folder / f"{name}.parquet"
        kept = write_parquet(batches, path, schema, staged=True)
        self.show(name, path)
        return kept

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

    def quoted(self, text: str) -> str:
        """Write a text as DuckDB reads it."""
        return "'" + text.replace("'", "''") + "'"


@contextmanager
def open_room(engine: Engine, folder: Path) -> Iterator[Room]:
    """Open Spark, or else DuckDB, whatever embedded engine makes Clean; files lie in `folder`.

    Raises `ConfigError` where the engine is missing or runs out of its memory, and
    `ArtefactError` where the folder cannot be used.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if engine.kind == "spark":
        from unchurn.history.spark import open_spark

        with open_spark(engine, folder) as spark:
            yield spark
        return
    if find_spec("duckdb") is None:
        raise ConfigError(
            "A history is observed with DuckDB, and duckdb is not installed.",
            "Install the extra: pip install 'unchurn[duckdb]'.",
        )
    from unchurn.tables.engines.duckdb import DuckEngine

    with DuckEngine(engine.threads, engine.memory_mb).connected(folder) as connection:
        yield DuckRoom(folder, connection)
