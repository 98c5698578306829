"""DuckDB, in this process: sorts beyond memory by spilling to disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from unchurn.artefacts import LABEL
from unchurn.errors import ArtefactError, ConfigError, UnchurnError
from unchurn.tables.engines import statements
from unchurn.tables.engines.drop_duplicates import without_repeats
from unchurn.tables.engines.engine_types import (
    ID_AND_LABEL,
    ids_and_labels,
    recast,
    travelling,
)
from unchurn.tables.engines.protocol import Identity, Settled
from unchurn.tables.parquet import write_parquet
from unchurn.tables.table import batch_rows


class DuckEngine:
    """The embedded engine. `threads` and `memory_mb` change speed, never a result."""

    def __init__(self, threads: int = 2, memory_mb: int = 1024) -> None:
        self.threads = threads
        self.memory_mb = memory_mb

    def settle(
        self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, path: Path, scratch: Path
    ) -> Settled:
        """Write the labelled, distinct, sorted rows: see `EngineProtocol.settle`."""
        plain = travelling(schema)
        counted = _Counted(batches, plain)
        with self.connected(scratch) as connection:
            reader = pa.RecordBatchReader.from_batches(plain, counted)
            connection.register("typed", reader)
            try:
                ordered = connection.sql(statements.settled(plain.names, "typed"))
                stream = ordered.to_arrow_reader(batch_rows(len(schema)))
                rows = (recast(batch, schema) for batch in stream)
                kept = write_parquet(without_repeats(rows), path, schema)
            except (duckdb.Error, pa.ArrowException, ArtefactError) as error:
                # what went wrong while reading comes back as the engine's error
                raise counted.failure or error from error
        return Settled(counted.labelled, kept)

    def identity(self, path: Path, column: str) -> Identity:
        """Count missing, repeated and conflicting ids: see `EngineProtocol.identity`."""
        with self.connected(path.parent) as connection:
            rows = ids_and_labels(path, column)
            connection.register("ids", pa.RecordBatchReader.from_batches(ID_AND_LABEL, rows))
            found = connection.execute(statements.identity("id", "ids")).fetchone()
        return Identity(*(int(count) for count in found or (0, 0, 0)))

    @contextmanager
    def connected(self, scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open a database in memory that spills into `scratch`; its errors become ours."""
        settings: dict[str, str | int | bool] = {
            "threads": self.threads,
            "memory_limit": f"{self.memory_mb}MB",
            "temp_directory": str(scratch / "spill"),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
        }
        connection = duckdb.connect(":memory:", config=settings)
        try:
            yield connection
        except duckdb.OutOfMemoryException as error:
            raise ConfigError(
                f"The engine ran out of its {self.memory_mb} MB: {_first_line(error)}.",
                "Raise [engine] memory_mb in churn.toml, or lower [engine] threads.",
            ) from error
        except duckdb.IOException as error:
            raise ArtefactError(
                f"The engine could not use {scratch}: {_first_line(error)}.",
                "Free some space or choose another place with [artefacts] root in churn.toml.",
            ) from error
        finally:
            connection.close()


class _Counted:
    """Passes batches on as they travel, counts the labelled rows, and remembers what went wrong."""

    def __init__(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        self._batches = batches
        self._schema = schema
        self.labelled = 0
        self.failure: BaseException | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            for batch in self._batches:
                labels = batch.column(LABEL)
                self.labelled += len(labels) - labels.null_count
                yield recast(batch, self._schema)
        except (UnchurnError, KeyboardInterrupt) as error:
            self.failure = error
            raise


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".")
