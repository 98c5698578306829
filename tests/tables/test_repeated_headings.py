"""A header once more among the rows is no customer, however it is spelled."""

from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables import Table, open_table

NAMES = ("id", "plan", "Monthly Fee", "churn")
ROWS = [f"C{n},plan,{n}.5,No" for n in range(30)]


def read(folder: Path, *between: str, header: str = ",".join(NAMES)) -> tuple[Table, list[str]]:
    """Write customers around lines, read them, and return their ids."""
    (folder / "t.csv").write_text("\n".join([header, *ROWS[:9], *between, *ROWS[9:]]) + "\n")
    table = open_table("t.csv", Data(), folder)
    return table, [row["id"] for batch in table.batches(pytest.fail) for row in batch.to_pylist()]


@pytest.mark.parametrize(
    "line",
    [
        "ID,PLAN,MONTHLY FEE,CHURN",
        '"id","plan","Monthly Fee","churn"',
        "id, plan, Monthly Fee, churn",
        "Id,Plan,monthly_fee,Churn",
        '"ID","PLAN","MONTHLY FEE","CHURN"',
    ],
)
@pytest.mark.parametrize("times", [1, 2])
def test_a_header_spelled_otherwise_is_left_out(tmp_path: Path, line: str, times: int) -> None:
    """It is counted as a repeated header, and every customer is read."""
    table, ids = read(tmp_path, *[line] * times)
    assert ids == [f"C{n}" for n in range(30)]
    assert (table.lines["repeated_header"], table.lines["records"]) == (times, 30)
    assert [each.code for each in table.told] == ["repeated-header"]


def test_beside_a_cell_of_several_lines(tmp_path: Path) -> None:
    """The lines of records and of headers are not confused."""
    table, ids = read(
        tmp_path, 'C90,"a\nb",1,No', "ID,PLAN,MONTHLY FEE,CHURN", 'C91,"x ""y""",1,No'
    )
    assert ids == [*(f"C{n}" for n in range(9)), "C90", "C91", *(f"C{n}" for n in range(9, 30))]
    assert (table.lines["repeated_header"], table.lines["continuation"]) == (1, 1)


@pytest.mark.parametrize("line", ["plan,id,Monthly Fee,churn", "CHURN,MONTHLY FEE,PLAN,ID"])
def test_a_header_in_another_order_is_refused(tmp_path: Path, line: str) -> None:
    """What follows may be in that order; in files of their own both parts are read."""
    with pytest.raises(DataError, match="names the columns in another order") as caught:
        read(tmp_path, line)
    assert "a file of its own" in caught.value.hint


def test_customers_called_as_columns_stay(tmp_path: Path) -> None:
    """A row in which some cells are columns' names is a customer."""
    table, ids = read(tmp_path, "id,plan,Monthly Fee,No", "plan,plan,plan,churn", "churn,id,7,No")
    assert ids[9:12] == ["id", "plan", "churn"]
    assert "repeated_header" not in {each.code for each in table.told}
    assert table.lines["repeated_header"] == 0


def test_a_header_with_a_blank_name_repeats_too(tmp_path: Path) -> None:
    """Its column has a name of its own."""
    rows = [f"C{n},plan,,No" for n in range(9)]
    text = "\n".join(["id,plan,,churn", *rows, "ID,PLAN,,CHURN", *rows])
    (tmp_path / "t.csv").write_text(text)
    table = open_table("t.csv", Data(), tmp_path)
    assert sum(batch.num_rows for batch in table.batches(pytest.fail)) == 18
    assert table.lines["repeated_header"] == 1
