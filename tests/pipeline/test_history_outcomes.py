"""What a history tells of a scoring of the past: the labels that a training reads."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from unchurn.demo import write_history
from unchurn.errors import ConfigError, DataError
from unchurn.pipeline.history_outcomes import leaving_in_history
from unchurn.pipeline.observing import snapshot
from unchurn.progress import Silent
from unchurn.project import Project

pytestmark = pytest.mark.slow


def test_a_day_is_answered_as_training_was(tmp_path: Path) -> None:
    """The same customers and labels as the snapshot of that day; too young a day cannot be told."""
    write_history(tmp_path, customers=250)
    project = Project.load(tmp_path)
    made = snapshot(project)
    table = pq.read_table(made.table, columns=["customer", "snapshot_date", "churned"])
    days = sorted(set(table["snapshot_date"].to_pylist()))
    day = next(
        each
        for each in reversed(days)
        if pc.any(
            pc.equal(table.filter(pc.equal(table["snapshot_date"], each))["churned"], 1)
        ).as_py()
    )
    told = leaving_in_history(project, made.contract, made.plan, day, Silent())
    then = table.filter(pc.equal(table["snapshot_date"], day)).sort_by("customer")
    assert told.rows["customer"].to_pylist() == then["customer"].to_pylist()
    assert told.rows["churned"].to_pylist() == [each == 1 for each in then["churned"].to_pylist()]
    observed = date.fromisoformat(made.contract["observed_until"])
    with pytest.raises(DataError, match="Nobody can be looked at and labelled"):
        leaving_in_history(project, made.contract, made.plan, observed, Silent())
    other = {**made.contract["question"], "horizon_days": 77}
    with pytest.raises(ConfigError, match="asks another question"):
        leaving_in_history(project, {**made.contract, "question": other}, made.plan, day, Silent())
