"""The two passes over a table of customers, gathering and typing: in this process, or on an engine's workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from unchurn.progress import Progress
from unchurn.tables.engines import EngineProtocol, Settled
from unchurn.tables.evidence import Evidence
from unchurn.tables.gathering import Callbacks, Ends, gather_here
from unchurn.tables.labelled import LabelledTyping
from unchurn.tables.odd_ids import OddIds
from unchurn.tables.parts import unsplit
from unchurn.tables.table import Table, pass_over


class Passes(Protocol):
    """What is done to a table twice. Where it is done changes its speed and nothing else."""

    def gather(self, table: Table, found: Mapping[str, Evidence], hears: Callbacks) -> Ends:
        """See `gathering.Gather`."""

    def settle(
        self, typing: LabelledTyping, path: Path, progress: Progress, odd: OddIds
    ) -> Settled:
        """Type every row and write what `EngineProtocol.settle` does; `odd` looks at every id in order."""


@dataclass(frozen=True)
class PassesHere:
    """Both in this process, a batch after the other."""

    table: Table
    engine: EngineProtocol

    gather = staticmethod(gather_here)

    def settle(
        self, typing: LabelledTyping, path: Path, progress: Progress, odd: OddIds
    ) -> Settled:
        """Hand typed rows to the engine as they come."""
        id = typing.id

        def typed() -> Iterator[pa.RecordBatch]:
            with progress.task("Typing the table", self.table.rows) as task:
                for cells, rows, bare in typing.typed(self.table.batches(pass_over)):
                    if id is not None:
                        odd.look(cells.column(id), rows, bare)
                    yield cells
                    task.advance(cells.num_rows)

        return self.engine.settle(typed(), typing.schema, path, path.parent)


@contextmanager
def passes_over(
    table: Table, engine: EngineProtocol, scratch: Path, progress: Progress
) -> Iterator[Passes]:
    """Find who passes over a table: an engine's workers, where it has some and the table has parts."""
    if not getattr(engine, "has_workers", False):
        yield PassesHere(table, engine)
        return
    if reason := unsplit(table):
        progress.note(f"Spark's workers sort, but one core reads and types: {reason}.")
        yield PassesHere(table, engine)
        return
    from unchurn.tables.engines.spark_parts import on_workers

    with on_workers(table, engine, scratch) as passes:
        yield passes
