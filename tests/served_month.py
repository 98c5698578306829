"""A month of customers, in every format that the server takes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from live_server import CSV, LINES, PARQUET
from unchurn.artefacts import ScoringRun
from unchurn.tables.cells import MISSING

RUN = ScoringRun("", 1, "trained")


@dataclass(frozen=True, repr=False)
class Month:
    """Customers as CSV cells; `kinds` of the model's columns; `scores` by `unchurn score`."""

    path: Path
    names: list[str]
    cells: list[list[str]]
    kinds: dict[str, str]
    scores: list[dict[str, Any]]

    def body(self, form: str, order: Sequence[str], rows: slice = slice(None)) -> bytes:
        """The customers in a format, their columns in an order."""
        at = [self.names.index(name) for name in order]
        chosen = [[row[place] for place in at] for row in self.cells[rows]]
        if form in (CSV, "bare"):
            text = io.StringIO(newline="")
            csv.writer(text).writerows(chosen if form == "bare" else [order, *chosen])
            return text.getvalue().encode()
        typed = [
            [_typed(cell, self.kinds.get(name)) for name, cell in zip(order, row, strict=True)]
            for row in chosen
        ]
        records = [dict(zip(order, row, strict=True)) for row in typed]
        if form == PARQUET:
            sink = io.BytesIO()
            pq.write_table(pa.Table.from_pylist(records), sink)
            return sink.getvalue()
        if form == LINES:
            return "\n".join(map(json.dumps, records)).encode()
        return json.dumps(
            {"columns": order, "data": typed} if form == "split" else records
        ).encode()


def _typed(cell: str, kind: str | None) -> str | float | None:
    if kind != "number":
        return cell
    return None if cell.strip().lower() in MISSING else float(cell)
