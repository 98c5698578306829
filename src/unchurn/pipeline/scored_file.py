"""What a file of scores tells of itself: who scored, how risky customers are, and of which day they are."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyarrow.parquet as pq


@cache
def scored_by(path: str) -> tuple[int | None, float | None, str]:
    """Return the version that scored, the mean probability, and the day where all rows are of one.

    A published file never changes, so that it is looked at once.
    """
    with pq.ParquetFile(path, pre_buffer=False) as source:
        names = source.schema_arrow.names
        wanted = [each for each in ("model_version", "snapshot_date") if each in names]
        rows, total = 0, 0.0
        versions: set[Any] = set()
        days: set[Any] = set()
        for batch in source.iter_batches(1 << 16, columns=["probability", *wanted]):
            total += float(np.sum(batch.column("probability").to_numpy(zero_copy_only=False)))
            rows += batch.num_rows
            versions.update(batch.column("model_version").unique().to_pylist())
            if "snapshot_date" in wanted:
                days.update(batch.column("snapshot_date").unique().to_pylist())
    version = versions.pop() if len(versions) == 1 else None
    day = str(days.pop()) if len(days) == 1 and None not in days else ""
    return version, total / rows if rows else None, day
