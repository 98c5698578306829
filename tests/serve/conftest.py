"""A trained project's champion, served; 1,000 customers, and what `unchurn score` says of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from command_line import Ran, run_unchurn
from live_server import Live, running
from served_month import RUN, Month
from unchurn.demo import write_demo
from unchurn.serve.scoring import Scoring


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
        "score",
        "--project",
        trained[0],
        "--data",
        path,
        "--out",
        folder / "scores.csv",
        "--json",
        "--reasons",
        "all",
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


@pytest.fixture
def live_alone(trained: tuple[Path, Ran]) -> Iterator[Live]:
    """A server for one test, which may end it."""
    with running(trained[0]) as server:
        yield server
