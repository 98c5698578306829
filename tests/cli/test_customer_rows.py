"""One customer out of a table, as the body of a request."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unchurn.artefacts import Column
from unchurn.cli.payloads import PARQUET, read_payload
from unchurn.errors import DataError
from unchurn.progress import Silent
from unchurn.project import Project
from unchurn.serve.parquet_payloads import read_parquet
from unchurn.tables.cells import missing_spellings
from unchurn.tables.typing import Tally, type_cells


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
    assert content_type == PARQUET
    sent = pq.read_table(pa.BufferReader(body)).to_pydict()
    assert sent == {"Customer ID": ['="007"', '="007"'], "calls": ["3", "5"]}


def test_a_number_is_sent_as_one_and_not_read_by_the_decimal_mark_of_training(
    project: Project,
) -> None:
    """Of a model trained on a CSV with decimal commas, 1.234 of a Parquet file would be 1234."""
    column = Column("fee", "number", decimal=",")
    for name, text in (("month.parquet", None), ("month.jsonl", '{"id": "a", "fee": 1.234}\n{}\n')):
        place = project.folder / name
        if text is None:
            pq.write_table(pa.table({"id": ["a", "b"], "fee": [1.234, 5.0]}), place)
        else:
            place.write_text(text)
        asked = replace(project, churn=replace(project.churn, id="id"))
        body, _ = read_payload(asked, str(place), "a", Silent())
        cells = read_parquet(body).columns["fee"]
        typed = type_cells(cells, column, missing_spellings(), Tally())
        assert typed.to_pylist() == [1.234]


def test_who_is_not_there_is_bad_data(project: Project) -> None:
    """Another id, and a table without such a column, are refused by name."""
    with pytest.raises(DataError, match="There is no customer_id '7' in"):
        read_payload(project, "", "7", Silent())
    (project.folder / "month.csv").write_text("calls\n3\n")
    with pytest.raises(DataError, match="lacks a column that is needed: 'customer_id'"):
        read_payload(project, "", "007", Silent())
