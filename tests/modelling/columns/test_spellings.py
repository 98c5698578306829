"""Two spellings of one label."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.modelling.columns.spellings import is_missing, is_never, normalise, standing
from unchurn.tables.cells import MISSING


@pytest.mark.parametrize(
    "spelling", ["True.", " YES", "t", "1.0", "1.", "'1'", "Ｙ", "+1", "yes\u200b"]
)
def test_every_yes_is_one_value(spelling: str) -> None:
    """However yes is written, it is the same value."""
    assert normalise(spelling) == "1"


@pytest.mark.parametrize(
    "pair",
    ["так ні", "Ya Tidak", "Có Không", "نعم لا", "हाँ नहीं", "כן לא", "ใช่ ไม่ใช่", "DOĞRU YANLIŞ", "WAAR ONWAAR",
     "SANT FALSKT", "SAND FALSK", "SANN USANN", "TOSI EPÄTOSI", "PRAVDA NEPRAVDA", "IGAZ HAMIS"],
)  # fmt: skip
def test_yes_and_no_of_more_languages(pair: str) -> None:
    """As people say it, and as their spreadsheets write true and false."""
    assert [normalise(word) for word in pair.split()] == ["1", "0"]


@pytest.mark.parametrize("spelling", ["none", "Unknown", "0", "no"])
def test_none_and_unknown_are_values(spelling: str) -> None:
    """Words stay values; only blanks and marks are missing."""
    assert not is_missing(spelling)


def test_what_is_missing_in_any_cell_is_no_label() -> None:
    """The usual spellings of a missing cell are missing in a target too."""
    assert all(map(is_missing, MISSING))


@pytest.mark.parametrize(
    ("value", "side"),
    [
        ("attrited customer", "left"),
        ("not churned", "stayed"),
        ("non churner", "stayed"),
        ("loyal", "stayed"),
        ("a", None),
    ],
)
def test_words_that_speak_for_themselves(value: str, side: str | None) -> None:
    """What is known are the field's words and their negation, nothing else."""
    assert standing(value) == side


@pytest.mark.parametrize("cell", ["9999-12-31", " 9999-12-31", "31.12.9999\t", "1970-01-01"])
def test_days_that_stand_for_never(cell: str) -> None:
    """They are told however they are padded; a real day is none of them."""
    assert is_never(cell)
    assert not is_never(" 2024-01-02")


@settings(max_examples=100)
@given(st.text(max_size=12))
def test_normalising_twice_changes_nothing(spelling: str) -> None:
    """Normalisation is idempotent, whatever the text."""
    once = normalise(spelling)
    assert normalise(once) == once
