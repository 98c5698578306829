from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.heading_checks import is_customer

BELOW = [["C1010", "36", "Pro", "No"], ["C1017", "2", "Basic", "Yes"], ["C1024", "60", "Pro", "No"]]


@pytest.mark.parametrize(
    "first",
    [
        ["C1003", "12", "Basic", "Yes"],
        ["C1003", "12", "Plus", "No"],
        ["C1003", "1.5", "", "No"],
    ],
)
def test_a_line_like_those_below_it_is_a_customer(first: list[str]) -> None:
    """Numbers, ids of one shape, yes and no: no header looks like that."""
    assert is_customer(first, BELOW)


@pytest.mark.parametrize(
    "first",
    [
        ["id", "tenure", "plan", "churn"],
        ["C1003", "tenure", "Pro", "No"],
        ["customer", "12", "Basic", "Yes"],
        ["", "", "", ""],
    ],
)
def test_one_word_above_a_column_of_one_kind_makes_a_header(first: list[str]) -> None:
    """A header is doubted only where every column of one kind says otherwise."""
    assert not is_customer(first, BELOW)


def test_headers_that_look_like_data_are_headers() -> None:
    """A column a year, words alone, numbered names, and a header with nothing below."""
    years = [["Ana", "10", "20", "30"], ["Bo", "11", "21", "31"], ["Cy", "12", "22", "32"]]
    assert not is_customer(["name", "2021", "2022", "2023"], years)
    words = [["Rome", "red"], ["Oslo", "blue"], ["Rome", "red"]]
    assert not is_customer(["city", "colour"], words)
    assert not is_customer(["x1", "x2"], [["1", "2"], ["3", "4"]])
    assert not is_customer(["C1003", "12"], [])


def test_a_file_without_a_header_is_refused_with_the_flag(tmp_path: Path) -> None:
    """No first customer is lost as a header; the same file is read once that is said."""
    (tmp_path / "t.csv").write_text("".join(",".join(row) + "\n" for row in BELOW))
    with pytest.raises(DataError, match="begins with a customer") as caught:
        open_table("t.csv", Data(), tmp_path)
    assert "--no-header" in str(caught.value.hint)
    assert open_table("t.csv", Data(header=False), tmp_path).columns == ("c1", "c2", "c3", "c4")
