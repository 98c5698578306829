"""Queries of [data] are the machines' to ask; what they cannot ask is refused while it is planned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from unchurn.aws.catalogue import upload_tables
from unchurn.aws.deployment import make_deployment
from unchurn.aws.queries import check_queries, queried
from unchurn.aws.uploads import Uploaded
from unchurn.cli.wiring import customers_to_upload
from unchurn.errors import ConfigError
from unchurn.progress import Silent
from unchurn.project import Project

NOTHING: Any = None
LAKE = "athena://lake/customers"
POLICY = "arn:aws:iam::123456789012:policy/read-lake"


def project(aws: dict[str, Any] | None = None, **data: str) -> Project:
    return Project.from_plain({"data": data, "aws": {"stack": "acme", **(aws or {})}}, Path())


def check(asked: Project) -> None:
    check_queries(asked, make_deployment(asked).values)


def test_tables_of_athena_are_queried_and_those_of_a_history_are_not() -> None:
    assert queried(project(train=LAKE, score="now.csv")) == {"train": LAKE}
    history = {"churn": {"event": "inactivity"}, "data": {"train": LAKE}}
    assert queried(Project.from_plain(history, Path())) == {}


@pytest.mark.parametrize("asked", [{}, {"train": LAKE}, {"score": LAKE}])
def test_the_stacks_are_told_whether_any_is(asked: dict[str, str]) -> None:
    made = make_deployment(project({"query_policy": POLICY}, **asked))
    assert made.values["Queries"] == ",".join(asked)
    assert made.values["QueryPolicy"] == POLICY


@pytest.mark.parametrize(
    ("aws", "data"),
    [
        ({}, {"train": "customers.csv", "score": "s3://theirs/now/"}),
        ({}, {"train": "athena://acme-db/train"}),
        ({}, {"train": "athena://ACME-DB/train"}),
        ({}, {"train": "athena://?query=SELECT * FROM lake.customers"}),
        ({"query_policy": POLICY}, {"train": LAKE, "score": LAKE}),
        ({"workflow_execution_role": "arn:aws:iam::123456789012:role/ours"}, {"train": LAKE}),
        ({"score_on_landing": True}, {"score": "athena://acme-db/now"}),
    ],
)
def test_what_the_machines_can_ask_is_planned(aws: dict[str, Any], data: dict[str, str]) -> None:
    """What a query reads that names its databases itself, and what a role of the user's may, shows when it runs."""
    check(project(aws, **data))


@pytest.mark.parametrize(
    ("aws", "data", "words"),
    [
        ({}, {"train": LAKE}, r"train is of the database 'lake', .* may read 'acme-db' alone"),
        ({}, {"score": "athena://lake?query=SELECT 1"}, r"score is of the database 'lake'"),
        ({}, {"train": "athena://lake"}, "is not an address of Athena"),
        ({}, {"train": "athena://acme-db?query=DROP TABLE x"}, "must begin with SELECT"),
    ],
)
def test_what_they_cannot_ask_is_refused_with_its_reason(
    aws: dict[str, Any], data: dict[str, str], words: str
) -> None:
    with pytest.raises(ConfigError, match=words) as refused:
        check(project(aws, **data))
    assert refused.value.hint


def test_what_is_no_arn_of_a_policy_is_refused() -> None:
    with pytest.raises(ConfigError, match="query_policy"):
        make_deployment(project({"query_policy": "read-lake"}))


def test_nothing_is_uploaded_for_a_query_unless_a_table_is_given(tmp_path: Path) -> None:
    """Neither by a run nor by a deployment that loads; a table at the command line wins."""
    asked = project(train=LAKE, score=LAKE)
    assert customers_to_upload(None, LAKE, asked, Silent()) == (asked, "")
    given = str(tmp_path / "customers.csv")
    assert customers_to_upload(given, LAKE, asked, Silent()) == (asked, given)
    assert upload_tables(NOTHING, "bucket", asked, Silent()) == Uploaded(0, 0)
    with pytest.raises(ConfigError, match="is not an address of Athena"):
        customers_to_upload(None, "athena://lake", project(train="athena://lake"), Silent())
