"""Running the machines: what is refused before anything is asked of AWS."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from unchurn.aws import run
from unchurn.aws.execution import Execution, Machine
from unchurn.errors import ConfigError
from unchurn.progress import Silent
from unchurn.project import Project

NOTHING: Any = None
HISTORY = Project.from_plain({"churn": {"event": "inactivity"}}, Path())
TABLE = Project.from_plain({"churn": {"target": "churn"}}, Path())


@pytest.mark.parametrize("verb", [run.train, run.score])
def test_a_table_beside_a_history_is_refused(verb: Any) -> None:
    """What may be said instead is named."""
    with pytest.raises(ConfigError, match=r"'customers\.csv' was given") as refused:
        verb(NOTHING, NOTHING, HISTORY, "customers.csv", Silent())
    assert "--data ''" in refused.value.hint


@pytest.mark.parametrize(
    ("project", "day", "words"),
    [
        (TABLE, "2027-03-01", "--as-of is 2027-03-01, a day of a history"),
        (HISTORY, "tomorrow", "--as-of is 'tomorrow', which is no day"),
    ],
)
def test_a_day_that_cannot_be_observed_is_refused(project: Project, day: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        run.score(NOTHING, NOTHING, project, "", Silent(), day)


@pytest.mark.parametrize(("machine", "key"), [("training", "train"), ("inference", "score")])
def test_a_query_is_refused_where_no_machine_was_deployed_that_asks(
    machine: Machine, key: str
) -> None:
    """One of an older stack would take the table that was uploaded last."""
    data = {key: "athena://lake/customers"}
    project = Project.from_plain({"data": data}, Path())
    with pytest.raises(ConfigError, match=f"{key} has Athena asked") as refused:
        run._run(NOTHING, NOTHING, project, machine, {"Bucket": "b"}, "", Silent(), {})
    assert "unchurn aws deploy" in refused.value.hint


def test_that_a_query_had_no_rows_is_said() -> None:
    """SageMaker says that its input is empty, and not why."""
    place = "s3://b/data/intermediate/r/queried/"
    why = f'{{"Error": "X", "Cause": "No S3 objects found under S3 URL {place}"}}'
    ended = Execution("arn", "r", "FAILED", datetime.now(UTC), None, (), "ScoringFailed", why)
    assert run.plain_cause(ended).startswith("Athena had no rows")
