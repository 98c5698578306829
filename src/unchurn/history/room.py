"""Where a history is worked on: files of rows as tables of an engine, asked in plain SQL.

The statements use whole numbers, comparisons, sums and windows only, which every engine reads
alike; dates, decimals and text functions stay outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


class Room:
    """A folder of Parquet files, each a table of the engine under its name."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.folder = folder
        self._connection = connection

    def file(self, name: str) -> Path:
        """Return where the rows of a table lie, or will."""
        return self.folder / f"{name}.parquet"

    def show(self, name: str, path: Path) -> None:
        """Make the rows of a file a table."""
        quoted = str(path).replace("'", "''")
        self._connection.execute(
            f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet('{quoted}')"
        )

    def keep(self, name: str, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
        """Write rows as the file of a table; return how many."""
        kept = write_parquet(batches, self.file(name), schema, staged=True)
        self.show(name, self.file(name))
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


@contextmanager
def open_room(engine: Engine, folder: Path) -> Iterator[Room]:
    """Open DuckDB over a folder for its files, whatever embedded engine makes Clean.

    Raises `ConfigError` for Spark, where DuckDB is missing or runs out of its memory, and
    `ArtefactError` where the folder cannot be used.
    """
    if engine.kind == "spark":
        raise ConfigError(
            "[engine] kind is 'spark', and a history is observed on one machine.",
            "Leave the key out: DuckDB observes it, out of core within [engine] memory_mb.",
        )
    if find_spec("duckdb") is None:
        raise ConfigError(
            "A history is observed with DuckDB, and duckdb is not installed.",
            "Install the extra: pip install 'unchurn[duckdb]'.",
        )
    from unchurn.tables.engines.duckdb import DuckEngine

    folder.mkdir(parents=True, exist_ok=True)
    with DuckEngine(engine.threads, engine.memory_mb).connected(folder) as connection:
        yield Room(folder, connection)
