"""Whom outcomes can be told of: customers who have an id."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unchurn.pipeline.cohorts import key_of
from unchurn.pipeline.runs import SCORING, RunLine
from unchurn.project import Project


@pytest.mark.parametrize(("column", "key"), [("Phone", "Phone"), ("row_number", "")])
def test_a_scoring_without_ids_has_no_key(tmp_path: Path, column: str, key: str) -> None:
    """Rows that are only numbered name nobody."""
    (tmp_path / "churn.toml").write_text('[churn]\ntarget = "churn"\n')
    project = Project.load(tmp_path)
    folder = project.root / "runs" / "r" / "scores"
    folder.mkdir(parents=True)
    path = folder / "scores.parquet"
    pq.write_table(pa.table({column: [1], "probability": [0.5]}), path)
    line = RunLine("r", SCORING, "", 1, "", "", "", 1, 0, None, 0.5, "", (), "r")
    assert key_of(project, line) == key
