"""Both passes over a table on Spark's workers: each takes a part, and the driver decides between them.

Evidence comes back small, a part at a time, and is merged in the parts' order. Typed rows never
come back to be sent: a worker writes them where Spark reads them, in a piece of the part's own name,
which appears whole or not at all. A worker that dies does no harm: Spark gives its part to another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import LABEL
from unchurn.progress import Progress
from unchurn.tables.engines.engine_types import recast, travelling
from unchurn.tables.engines.protocol import Settled
from unchurn.tables.engines.shared_folder import Exchange
from unchurn.tables.engines.spark import SparkEngine
from unchurn.tables.engines.spark_query import SENT, storage
from unchurn.tables.engines.spark_tasks import each_done
from unchurn.tables.engines.wide_rows import Bundling
from unchurn.tables.evidence import Evidence
from unchurn.tables.gathering import Callbacks, Ends
from unchurn.tables.labelled import LabelledTyping
from unchurn.tables.last_rows import Below
from unchurn.tables.odd_ids import OddIds
from unchurn.tables.parts import Part, gathered, merged, parts_of, sent
from unchurn.tables.table import Table

_PARTS = 4
"""Parts for each core of the workers, at most: the last to end keeps few of them waiting."""
_TOGETHER = 32
"""Parts of which the driver holds the evidence at once, or as many as there are cores."""
_IDS = pa.schema([("row", pa.int64()), ("id", pa.string()), ("bare", pa.bool_())])
"""Columns beside the typed ones, of which the driver reads who the customers are."""


@contextmanager
def on_workers(table: Table, engine: Any, scratch: Path) -> Iterator[SparkPasses]:
    """Part a table for the workers of the given session; where they cannot see its files, send them copies."""
    with engine.connected(scratch) as (session, exchange):
        cores = session.sparkContext.defaultParallelism
        parts = parts_of(table, _PARTS * cores)
        if not session.sparkContext.master.startswith("local"):
            with storage(exchange):
                copies = [
                    exchange.copied(each, f"source/{n}") for n, each in enumerate(table.files)
                ]
            parts = sent(parts, copies)
        yield SparkPasses(table, parts, engine, session)


@dataclass(frozen=True)
class SparkPasses:
    """See `passes.Passes`."""

    table: Table
    parts: Sequence[Part]
    engine: SparkEngine
    session: Any

    def gather(self, table: Table, found: Mapping[str, Evidence], hears: Callbacks) -> Ends:
        """Gather on the workers; merge here. No row of a part is ever rejected: it has its cells."""
        told = self._done(_Gathering(deepcopy(dict(found))))  # still fresh while `found` fills
        return merged(table, zip(self.parts, told, strict=True), found, hears)

    def settle(
        self, typing: LabelledTyping, path: Path, progress: Progress, odd: OddIds
    ) -> Settled:
        """Type on the workers, who write where Spark reads; look at ids here."""
        bundling = Bundling(travelling(typing.schema))

        def fill(exchange: Exchange) -> int:
            with progress.task("Typing the table", self.table.rows) as task:
                made = list(self._done(_Typing(typing, exchange.place)))
                task.advance(sum(rows for rows, _ in made))
                if typing.id is not None:
                    _look_at_ids(exchange, odd)
            return sum(labelled for _, labelled in made)

        return self.engine.settle_sent(fill, bundling, typing.schema, path)

    def _done(self, work: Callable[[int, Part], Any]) -> Iterator[Any]:
        cores = self.session.sparkContext.defaultParallelism
        return each_done(self.session, work, self.parts, max(_TOGETHER, cores))


def _look_at_ids(exchange: Exchange, odd: OddIds) -> None:
    """Look at all ids in the order of their rows."""
    for batch in exchange.groups(SENT, _IDS.names):
        bare = batch.column("bare")
        odd.look(batch.column("id"), batch.column("row"), bare if pc.any(bare).as_py() else None)


@dataclass(frozen=True)
class _Gathering:
    fresh: Mapping[str, Evidence]

    def __call__(self, number: int, part: Part) -> Any:
        return gathered(part, deepcopy(self.fresh))


@dataclass(frozen=True)
class _Typing:
    """Types a part and writes it at `place`; gives its rows, and how many are labelled."""

    typing: LabelledTyping
    place: str

    def __call__(self, number: int, part: Part) -> tuple[int, int]:
        plain = travelling(self.typing.schema)
        bundling = Bundling(plain)
        beside = _IDS if self.typing.id is not None else pa.schema([])
        schema = pa.schema([*bundling.schema, *beside])
        counted = [0, 0]

        def rows() -> Iterator[pa.RecordBatch]:
            for cells, places, bare in self.typing.typed(part.batches(Below())):
                labels = cells.column(LABEL)
                counted[0] += len(labels)
                counted[1] += len(labels) - labels.null_count
                columns = bundling.pack(recast(cells, plain)).columns
                if self.typing.id is not None:
                    lone = pa.repeat(False, len(places)) if bare is None else bare
                    columns = [*columns, places, cells.column(self.typing.id), lone]
                yield pa.RecordBatch.from_arrays(columns, schema=schema)

        Exchange(self.place).write(SENT, rows(), schema, begun=f"{number:05d}-")
        return counted[0], counted[1]
