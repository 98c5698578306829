from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from unchurn.artefacts import Column
from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.decimal_mark import Marks
from unchurn.tables.stated import Stated
from unchurn.tables.summary import Survey, survey

UNMARKED = Marks()
GROUPS = ["1.556", "999", "2.004", "87", "12.345"]


def seen(
    folder: Path, delimiter: str = ";", marks: Marks = UNMARKED, **columns: Sequence[str]
) -> Survey:
    """Write columns as a CSV file and survey it."""
    with (folder / "t.csv").open("w", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["k", *columns])
        writer.writerows(["k", *row] for row in zip(*columns.values(), strict=True))
    return survey(open_table("t.csv", Data(), folder), Data(), Stated(marks=marks), Silent())


ASKS = ("decimal-mark", "warning")


def columns_of(found: Survey) -> dict[str, Column]:
    """Columns by name."""
    return {each.column.name: each.column for each in found.columns}


def most(found: Survey, name: str) -> str:
    """A column's largest number."""
    return next(each.maximum for each in found.columns if each.column.name == name)


def asked(found: Survey) -> list[str | None]:
    """Columns whose decimal mark is a question."""
    return [each.column for each in found.findings if (each.code, each.severity) == ASKS]


def test_an_undecided_column_follows_the_others(tmp_path: Path) -> None:
    """1.556 beside 68,55 is 1556, and 1,234 beside 12.50 is 1234."""
    found = seen(tmp_path, points=GROUPS, fee=["68,55", "1,5", "0,10", "7,00", "3,99"])
    assert columns_of(found)["points"].decimal == ","
    assert most(found, "points") == "12345"
    assert not asked(found)
    grouped = [each.replace(".", ",") for each in GROUPS]
    found = seen(tmp_path, ",", points=grouped, fee=["68.55", "1.5", "0.10", "7.00", "3.99"])
    assert most(found, "points") == "12345"
    assert not asked(found)


def test_the_delimiter_is_evidence_where_no_column_is(tmp_path: Path) -> None:
    """Semicolons part the cells of a file with decimal commas; both readings are said."""
    found = seen(tmp_path, points=GROUPS)
    assert most(found, "points") == "12345"
    assert not asked(found)
    (told,) = [each.words for each in found.findings if each.code == "decimal-mark"]
    assert "semicolons" in told
    assert "1.556 or 1556" in told
    found = seen(tmp_path, usage=["1,234", "5,678", "9,012"])
    assert [each.code for each in found.findings if each.column == "usage"] == ["decimal-mark"]


def test_a_column_with_its_own_evidence_decides_for_itself(tmp_path: Path) -> None:
    """12.5 in a file of decimal commas is 12.5; 0,061 is no 61 in a file of points."""
    fee = ["68,55", "1,5", "0,10", "7,00", "3,99"]
    points = ["12.5", "1.556", "3.25", "7", "8"]
    found = seen(tmp_path, a=fee, b=fee, x=points)
    assert columns_of(found)["x"].decimal == "."
    assert most(found, "x") == "12.5"
    rates = ["0,061", "0,736", "0,500", "0,999", "0,001"]
    found = seen(tmp_path, ",", rate=rates, a=["1.5"] * 5, b=["2.25"] * 5)
    assert most(found, "rate") == "0.999"


def test_one_slip_does_not_overrule_the_file(tmp_path: Path) -> None:
    """A single 1,5 among 1,500 grouped thousands is a slip: unreadable, counted."""
    found = seen(tmp_path, ",", x=["1,234"] * 99 + ["1,5"], fee=["12.50"] * 100)
    x = next(each for each in found.columns if each.column.name == "x")
    assert (x.maximum, x.unreadable) == ("1234", 1)


def test_what_nothing_tells_is_a_question_with_both_readings(tmp_path: Path) -> None:
    """The finding names the column, an example both ways, and the key that settles it."""
    found = seen(tmp_path, ",", x=["1.556", "2.004", "3.250"])
    (finding,) = [each for each in found.findings if each.code == "decimal-mark"]
    assert finding.severity == "warning"
    for words in ("'1.556'", "'x'", "1.556 or 1556", "[columns] decimal", "--decimal"):
        assert words in finding.words
    assert asked(seen(tmp_path, "|", x=["1,556", "2,004"])) == ["x"]
    assert asked(seen(tmp_path, ",", x=["1", "200", "3000"])) == []


def test_a_file_that_contradicts_itself_asks(tmp_path: Path) -> None:
    """One column with points and one with commas do not speak for a third."""
    found = seen(tmp_path, ",", a=["1.5", "2.5"], b=["1,5", "2,5"], x=["1.556", "2.004"])
    assert asked(found) == ["x"]


@pytest.mark.parametrize(
    ("marks", "largest"),
    [
        (Marks(), "999"),
        (Marks(","), "12345"),
        (Marks(None, {"x": ","}), "12345"),
        (Marks(None, {"y": ","}), "999"),
        (Marks("."), "999"),
    ],
)
def test_what_is_stated_settles_it(tmp_path: Path, marks: Marks, largest: str) -> None:
    """[columns] decimal holds for every column, or for those that it names."""
    found = seen(tmp_path, ",", marks, x=GROUPS, y=["1.000"] * 5)
    assert most(found, "x") == largest


def test_a_stated_mark_that_the_column_contradicts_is_said(tmp_path: Path) -> None:
    """12.5 under a stated comma reads as nothing, and the finding says why."""
    found = seen(tmp_path, ",", Marks(","), x=["12.5", "3.25"])
    assert asked(found) == []
    assert columns_of(found)["x"].kind == "category"
    found = seen(tmp_path, ",", Marks(","), x=["12.5", "3", "4", "1.234"] * 25 + ["7"] * 4000)
    assert asked(found) == ["x"]


def test_whole_numbers_take_the_mark_of_the_file(tmp_path: Path) -> None:
    """Next month's 1.556 in a column that held 999 is read like its neighbours."""
    found = columns_of(seen(tmp_path, months=["1", "2"], fee=["1,5", "2,5"]))
    assert found["months"].decimal == ","
    found = columns_of(seen(tmp_path, ",", months=["1", "2"], fee=["1.5", "2.5"]))
    assert found["months"].decimal == "."
