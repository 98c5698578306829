"""One customer out of a table, as the body of a request."""

from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.cli.payloads import CSV, read_payload
from unchurn.errors import DataError
from unchurn.progress import Silent
from unchurn.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project whose table writes its ids as a spreadsheet is told to keep them."""
    rows = 'Customer ID,calls\n"=""007""",3\n"=""008""",\n"=""007""",5\n'
    (tmp_path / "month.csv").write_text(rows)
    plain = {"data": {"score": "month.csv"}, "churn": {"target": "left", "id": "customer_id"}}
    return Project.from_plain(plain, tmp_path)


def test_a_customer_is_found_by_the_id_that_lists_say(project: Project) -> None:
    """007 is the customer of a cell ="007", under a header spelled otherwise, as in explain."""
    body, content_type = read_payload(project, "", "007", Silent())
    assert content_type == CSV
    assert body.decode().split() == ["Customer", "ID,calls", '"=""007""",3', '"=""007""",5']
    assert read_payload(project, "", "008", Silent())[0].endswith(b",\r\n")


def test_who_is_not_there_is_bad_data(project: Project) -> None:
    """Another id, and a table without such a column, are refused by name."""
    with pytest.raises(DataError, match="There is no customer_id '7' in"):
        read_payload(project, "", "7", Silent())
    (project.folder / "month.csv").write_text("calls\n3\n")
    with pytest.raises(DataError, match="lacks a column that is needed: 'customer_id'"):
        read_payload(project, "", "007", Silent())
