"""Reading a scored list back: its riskiest customers."""

from __future__ import annotations

import heapq
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq


def top_scores(scores: Path, most: int) -> list[dict[str, Any]]:
    """Return the `most` rows of highest probability as plain rows; ties in file order."""
    best: list[tuple[float, int, dict[str, Any]]] = []
    number = 0
    with pq.ParquetFile(scores, pre_buffer=False) as source:
        for batch in source.iter_batches():
            first = pc.select_k_unstable(
                batch, k=min(4 * most, batch.num_rows), sort_keys=[("probability", "descending")]
            )
            for row in sorted(first.to_pylist()):
                candidate = (batch["probability"][row].as_py(), -(number + row))
                if len(best) < most or candidate > best[0][:2]:
                    heapq.heappush(best, (*candidate, batch.slice(row, 1).to_pylist()[0]))
            while len(best) > most:
                heapq.heappop(best)
            number += batch.num_rows
    return [row for _, _, row in sorted(best, key=lambda item: item[:2], reverse=True)]
