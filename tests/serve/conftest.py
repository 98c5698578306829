"""A trained project's champion, served; 1,000 customers, and what `unchurn score` says of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from command_line import Ran, run_unchurn
from live_server import CSV, LINES, PARQUET, Live, running
from unchurn.artefacts import ScoringRun
from unchurn.demo import write_demo
from unchurn.serve.scoring import Scoring
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


@pytest.fixture(scope="session")
def bundle(trained: tuple[Path, Ran]) -> Path:
    return Path(trained[1].document["artefacts"]["model"])


@pytest.fixture(scope="session")
def scoring(bundle: Path) -> Scoring:
    return Scoring.load(bundle, RUN)


@pytest.fixture(scope="session")
def month(
    tmp_path_factory: pytest.TempPathFactory, trained: tuple[Path, Ran], scoring: Scoring
) -> Month:
    folder = tmp_path_factory.mktemp("month")
    write_demo(folder, customers=50, fresh=1000)
    path = folder / "this_month.csv"
    ran = run_unchurn(
        "score", "--project", trained[0], "--data", path, "--json", "--reasons", "all"
    )
    assert ran.code == 0, ran.err
    scores = trained[0] / ".unchurn" / "runs" / ran.document["run_id"] / "scores/scores.parquet"
    with path.open(newline="") as stream:
        names, *cells = list(csv.reader(stream))
    kinds = {each.name: each.kind for each in scoring.typing.schema.columns if each.role != "id"}
    table = pq.read_table(scores).drop_columns(["run_id", "model_version"])
    return Month(path, names, cells, kinds, table.to_pylist())


@pytest.fixture(scope="session")
def live(trained: tuple[Path, Ran]) -> Iterator[Live]:
    with running(trained[0]) as server:
        yield server
