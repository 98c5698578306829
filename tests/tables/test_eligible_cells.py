"""To whom an offer is open: read as training read it, whatever today's table calls and spells it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unchurn.artefacts import Column, Schema
from unchurn.errors import DataError
from unchurn.project import Data, Offer
from unchurn.tables import open_table
from unchurn.tables.eligible_cells import EligibleCells
from unchurn.tables.headerless import line_up

ROWS = np.array([1, 2, 3])


def offer(**eligible: tuple[str, ...]) -> Offer:
    return Offer("call", 2.0, eligible=eligible)


def schema(*columns: Column) -> Schema:
    return Schema((Column("Phone", "category", "id"), *columns))


@pytest.mark.parametrize("cells", [["Yes", "No", None], ["1", "0", ""], ["y", "n", " "]])
def test_yes_is_yes_however_today_and_the_offer_spell_it(
    tmp_path: Path, cells: list[str | None]
) -> None:
    """Training's spelling is that of both; what is neither stays."""
    pq.write_table(pa.table({"Phone": ["a", "b", "c"], "Plan": cells}), tmp_path / "t.parquet")
    trained = schema(Column("Plan", "category", truth=("No", "Yes")))
    table = open_table("t.parquet", Data(), tmp_path)
    offers = [offer(Plan=("true", "other")), offer(plan=("YES",)), offer()]
    found = EligibleCells.of(table, line_up(table.columns, trained, True), offers)
    assert [each.eligible for each in found.offers] == [
        {"Plan": ("Yes", "other")},
        {"plan": ("Yes",)},
        {},
    ]
    read = found.at(ROWS)
    assert read["Plan"].to_pylist()[:2] == read["plan"].to_pylist()[:2] == ["Yes", "No"]


def test_booleans_are_yes_and_no(tmp_path: Path) -> None:
    """Where training was a CSV and today's table keeps them as such."""
    made = pa.table({"Phone": ["a", "b", "c"], "Plan": [True, False, None]})
    pq.write_table(made, tmp_path / "t.parquet")
    table = open_table("t.parquet", Data(), tmp_path)
    trained = schema(Column("Plan", "category", truth=("No", "Yes")))
    found = EligibleCells.of(table, line_up(table.columns, trained, True), [offer(Plan=("yes",))])
    assert found.at(ROWS)["Plan"].to_pylist() == ["Yes", "No", None]


def test_other_columns_are_read_as_they_stand(tmp_path: Path) -> None:
    """Of a column that the model does not know, too; a spreadsheet's ="…" is taken off."""
    (tmp_path / "t.csv").write_text('Phone,Plan,Own\na,Basic,1\nb," plus",yes\nc,"=""Basic""",\n')
    table = open_table("t.csv", Data(), tmp_path)
    lined = line_up(table.columns, schema(Column("Plan", "category")), True)
    found = EligibleCells.of(table, lined, [offer(Plan=("basic",), Own=("yes",))])
    assert found.offers[0].eligible == {"Plan": ("basic",), "Own": ("yes",)}
    read = found.at(ROWS)
    assert read["Plan"].to_pylist() == ["Basic", "plus", "Basic"]
    assert read["Own"].to_pylist()[:2] == ["1", "yes"]


def test_without_a_header_and_a_label_columns_are_those_of_training(tmp_path: Path) -> None:
    """Places count, as for the scores; the label itself is not there."""
    (tmp_path / "t.csv").write_text("a,x,basic\nb,y,plus\nc,z,basic\n")
    table = open_table("t.csv", Data(header=False), tmp_path)
    roles = ["target", "id", "feature", "feature"]
    trained = Schema(tuple(Column(f"c{n}", "category", r) for n, r in enumerate(roles, 1)))  # type: ignore[arg-type]
    lined = line_up(table.columns, trained, False)
    found = EligibleCells.of(table, lined, [offer(c4=("basic",))])
    assert found.at(ROWS)["c4"].to_pylist() == ["basic", "plus", "basic"]
    with pytest.raises(DataError, match="lacks a column that is needed: 'c1'"):
        EligibleCells.of(table, lined, [offer(c1=("yes",))])
