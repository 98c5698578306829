"""A second look at a table: every label, and an even sample of rows for what needs cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ROW, Column
from unchurn.modelling.columns.any_value import Days, brought_down
from unchurn.modelling.columns.label_meanings import Said
from unchurn.progress import Progress
from unchurn.tables import Table
from unchurn.tables.cells import as_text, without_formula
from unchurn.tables.table import pass_over
from unchurn.tables.typing import type_batch

NOTHING_SAID = Said()
ROWS = 20_000
"""Most rows of the sample."""


@dataclass(frozen=True)
class Sample:
    """The target in full, and the columns of every n-th row.

    `labels` are the rows of each raw spelling of the target, a null being ""; `rows` are typed
    columns; `spelled` is the target's raw spelling on those rows.
    """

    labels: dict[str, int]
    rows: pa.Table
    spelled: tuple[str, ...]


def take_sample(
    table: Table,
    target: str,
    columns: Sequence[Column],
    missing: Sequence[str],
    total: int,
    progress: Progress,
    said: Said = NOTHING_SAID,
    days: Days | None = None,
) -> Sample:
    """Read a table of about `total` rows once more.

    Where `said` takes any value for churned, labels are brought down to what matters; `days` tell
    days where the target is of days.
    """
    step = max(1, -(-total // ROWS))
    counts: Counter[str] = Counter()
    pieces: list[pa.RecordBatch] = []
    spelled: list[str] = []
    only = [target, *(column.name for column in columns)]
    with progress.task("reading labels", total) as task:
        for batch in table.batches(pass_over, only):
            text = without_formula(pc.fill_null(as_text(batch.column(target)), ""))
            text = brought_down(text, said, days) if said.takes_any else text
            for pair in pc.value_counts(text).to_pylist():
                counts[pair["values"]] += pair["counts"]
            numbers = np.asarray(batch.column(ROW).to_numpy(), dtype=np.int64)
            picked = pa.array(np.flatnonzero(numbers % step == 0))
            pieces.append(type_batch(batch.take(picked), columns, missing))
            spelled += text.take(picked).to_pylist()
            task.advance(batch.num_rows)
    return Sample(dict(counts), pa.Table.from_batches(pieces), tuple(spelled))
