"""Day first or month first, for a whole table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pytest

from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.stated import Stated
from unchurn.tables.summary import Survey, survey
from unchurn.tables.typing import type_batch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def look(folder: Path, given: str | Mapping[str, str] = "", **columns: list[str]) -> Survey:
    """Write columns as a CSV file and survey it."""
    lines = [",".join(columns), *(",".join(row) for row in zip(*columns.values(), strict=True))]
    (folder / "t.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    table = open_table("t.csv", Data(), folder)
    return survey(table, Data(), Stated(date_order=given), Silent())


def orders(seen: Survey) -> list[str]:
    """Return each column's order."""
    return [each.column.date_order for each in seen.columns]


EITHER = ["01/02/2023", "03/04/2023", "11/12/2023"]
DAY_FIRST = ["31/01/2023", "02/02/2023", "03/02/2023"]
MONTH_FIRST = ["01/31/2023", "02/02/2023", "02/03/2023"]


def test_a_column_that_can_tell_decides_for_those_that_cannot(folder: Path) -> None:
    """One column's 01/31 says how another's 01/02 is meant, and a note says so."""
    seen = look(folder, a=EITHER, b=MONTH_FIRST)
    assert orders(seen) == ["mdy", "mdy"]
    assert [each.code for each in seen.findings] == ["date-order-shared"]
    assert "as 'b'" in seen.findings[0].words


def test_what_nothing_tells_is_asked(folder: Path) -> None:
    """The question has both readings, the key and the flag; meanwhile it is day first."""
    seen = look(folder, a=EITHER)
    assert orders(seen) == ["dmy"]
    (asked,) = seen.findings
    assert (asked.code, asked.severity, asked.count) == ("date-order", "warning", 3)
    for part in ("1 February 2023", "2 January 2023", "[columns] date_order", "--date-order"):
        assert part in asked.words


def test_columns_that_contradict_each_other_decide_for_no_third(folder: Path) -> None:
    """Each keeps its own order, and the third is asked."""
    seen = look(folder, a=DAY_FIRST, b=MONTH_FIRST, c=EITHER)
    assert orders(seen) == ["dmy", "mdy", "dmy"]
    assert [each.code for each in seen.findings] == ["date-order"]


@pytest.mark.parametrize(
    ("given", "order"), [("mdy", "mdy"), ({"a": "mdy"}, "mdy"), ("dmy", "dmy")]
)
def test_the_users_word_settles_it(folder: Path, given: str | dict[str, str], order: str) -> None:
    """[columns] date_order leaves no question."""
    seen = look(folder, given, a=EITHER)
    assert orders(seen) == [order]
    assert not seen.findings


def test_one_word_for_all_leaves_columns_that_can_only_be_one_way(folder: Path) -> None:
    """date_order = "dmy" is for the undecided; a table by column overrides even these."""
    assert orders(look(folder, "dmy", a=EITHER, b=MONTH_FIRST)) == ["dmy", "mdy"]


def test_dots_are_day_first(folder: Path) -> None:
    """1.2.2023 is written where days come first; there is nothing to ask."""
    seen = look(folder, a=["1.2.2023", "03. 04. 2023"])
    assert orders(seen) == ["dmy"]
    assert not seen.findings


def test_a_column_of_both_orders_is_said_with_counts(folder: Path) -> None:
    """Cells above 12 on either side: the larger part decides, the rest is missing and said."""
    seen = look(folder, a=[*DAY_FIRST, "31/03/2023", "03/31/2023"])
    (column,) = seen.columns
    assert (column.column.kind, column.column.date_order, column.unreadable) == ("date", "dmy", 1)
    mixed = next(each for each in seen.findings if each.code == "date-order-mixed")
    assert "2 cells can only be day first, 1 only month first" in mixed.words
    assert "[columns] date_order" in mixed.words


def test_year_day_month_is_found_where_the_cells_force_it(folder: Path) -> None:
    """2023-31-01 cannot be ISO; a table of ISO dates stays one."""
    assert orders(look(folder, a=["2023-31-01", "2023-02-03"])) == ["ydm"]
    assert orders(look(folder, a=["2023-01-31", "2023-02-03"])) == ["ymd"]


def test_two_digits_of_a_year_first_are_found_where_the_cells_force_it(folder: Path) -> None:
    """19-05-31 among days from 1 to 31 begins with its year; 15/05/19 once a month does not."""
    cells = [f"{18 + n % 6}-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(90)]
    seen = look(folder, a=cells)
    assert (orders(seen), seen.columns[0].minimum) == (["yymd"], "2018-01-01")
    assert orders(look(folder, a=["98-03-31", "97-02-28"])) == ["yymd"]
    assert orders(look(folder, a=[f"15/{n:02}/2{n % 4}" for n in range(1, 13)])) == ["dmy"]
    assert orders(look(folder, a=[f"{n:02}/{1 + n % 12:02}/2{n % 4}" for n in range(1, 29)])) == [
        "dmy"
    ]


def test_the_schema_reads_next_months_table_alike(folder: Path) -> None:
    """A later table of ambiguous cells alone is read in the order that training decided."""
    column = look(folder, a=MONTH_FIRST).columns[0].column
    typed = type_batch(pa.record_batch({"a": ["01/02/2024"]}), [column])
    assert str(typed["a"][0].as_py()) == "2024-01-02 00:00:00"
