"""A month of customers, in every format that the server takes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from command_line import run_unchurn
from live_server import CSV, LINES, PARQUET
from unchurn.artefacts import ScoringRun
from unchurn.serve.scoring import Scoring
from unchurn.tables.cells import MISSING

RUN = ScoringRun("", 1, "trained")


def scored_month(project: Path, path: Path, scoring: Scoring) -> Month:
    """Score a table with reasons by the command line, and read both."""
    flags = ("--out", path.parent / "scores.csv", "--json", "--reasons", "all")
    ran = run_unchurn("score", "--project", project, "--data", path, *flags)
    assert ran.code == 0, ran.err
    scores = project / ".unchurn" / "runs" / ran.document["run_id"] / "scores/scores.parquet"
    with path.open(newline="") as stream:
        names, *cells = list(csv.reader(stream))
    kinds = {each.name: each.kind for each in scoring.typing.schema.columns if each.role != "id"}
    table = pq.read_table(scores).drop_columns(["run_id", "model_version"])
    return Month(path, names, cells, kinds, table.to_pylist())


@dataclass(frozen=True, repr=False)
class Month:
    """Customers as CSV cells; `kinds` of the model's columns; `scores` by `unchurn score`."""

    path: Path
    names: list[str]
    cells: list[list[str]]
    kinds: dict[str, str]
    scores: list[dict[str, Any]]

    def with_extras(self, label: str) -> Month:
        """The same customers with the label, and with what no model knows, among their columns."""
        names = [label, *self.names, "favourite colour"]
        cells = [["True.", *row, "blue"] for row in self.cells]
        return replace(self, names=names, cells=cells)

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
