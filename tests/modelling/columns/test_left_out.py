"""Why a column is left out, in words with counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from unchurn.artefacts import Column, ColumnSummary
from unchurn.modelling.columns.identity import Identity
from unchurn.modelling.columns.left_out import misread_as, mixed_findings, useless

N = 1500
TEXT = ColumnSummary(
    Column("signup", "text"), N, distinct=900, examples=("2024-01-05",), as_dates=1088,
    unread=(("TBD", 150), ("see file", 9)),
)  # fmt: skip


def test_spoilt_dates_are_counted() -> None:
    """The commonest cell that is none is named, and both ways to use the others."""
    found = useless(TEXT, None)
    assert found is not None
    assert found.told == (
        "412 of 1,500 cells are not dates, most often 'TBD' (150); the others read as dates (to "
        "use these: init --keep 'signup', or [columns] types = { 'signup' = 'date' })"
    )


def test_numbers_of_two_marks_are_called_so() -> None:
    """Months of two countries in one column: the cells are numbers, and what parts them is said."""
    fee = replace(TEXT, as_dates=0, as_numbers=1450, unread=(), other_mark=50)
    found = useless(fee, None)
    assert found is not None
    assert found.words.startswith("50 of 1,500 cells are written with another decimal mark")


@pytest.mark.parametrize(
    ("cells", "distinct", "words"),
    [
        (("I was not happy", "the price is too high"), 1400, "free text of about 4 words a cell"),
        (("K17", "L44"), 1500, "a value of its own: 1,500 different values in 1,500 rows"),
        (("Area 1", "Area 2"), 800, "too many categories: 800"),
        (("M1", "M2"), 800, "too many categories: 800 different values in 1,500 rows"),
    ],
)
def test_text_is_told_from_categories(cells: tuple[str, ...], distinct: int, words: str) -> None:
    """Words, values and rows are counted, and --keep is named."""
    found = useless(replace(TEXT, as_dates=0, examples=cells, distinct=distinct, unread=()), None)
    assert found is not None
    assert words in found.told
    assert "--keep 'signup'" in found.told


def test_what_says_nothing_has_no_remedy() -> None:
    """No flag makes a constant or an empty column useful."""
    for summary in (replace(TEXT, distinct=1), replace(TEXT, missing=N, distinct=0)):
        found = useless(summary, None)
        assert found is not None
        assert found.remedy == ""


def test_a_row_number_is_called_one() -> None:
    """It says nothing about who a customer is."""
    found = useless(TEXT, Identity("row-number", "it counts the rows", 0))
    assert found is not None
    assert found.words == "it is a row number: it counts the rows"


def test_mixed_categories_are_said() -> None:
    """Numbers among which words stand are said where they are used as categories."""
    mixed = replace(
        TEXT, column=Column("paid", "category"), distinct=300, as_dates=0, as_numbers=1400
    )
    few = replace(mixed, column=Column("marks", "category"), distinct=12)
    found = mixed_findings([mixed, few, TEXT])
    assert [(each.code, each.column, each.count) for each in found] == [
        ("mixed-cells", "paid", 100),
        ("mixed-cells", "marks", 100),
    ]
    assert misread_as(replace(mixed, leading_zeros=3)) == ""
