"""Two spellings of one label."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.modelling.columns.spellings import is_missing, normalise, polarity


@pytest.mark.parametrize("spelling", ["True.", " YES", "t", "1.0", "1.", "'1'", "Ｙ", "+1"])
def test_every_yes_is_one_value(spelling: str) -> None:
    """However yes is written, it is the same value."""
    assert normalise(spelling) == "1"


@pytest.mark.parametrize("spelling", ["none", "Unknown", "0", "no"])
def test_none_and_unknown_are_values(spelling: str) -> None:
    """Words stay values; only blanks and marks are missing."""
    assert not is_missing(spelling)


@pytest.mark.parametrize(
    ("value", "code"),
    [("attrited customer", 1), ("not churned", 0), ("non churner", 0), ("loyal", 0), ("a", None)],
)
def test_words_that_speak_for_themselves(value: str, code: int | None) -> None:
    """Polarity is known for the field's words and their negation, for nothing else."""
    assert polarity(value) == code


@settings(max_examples=100)
@given(st.text(max_size=12))
def test_normalising_twice_changes_nothing(spelling: str) -> None:
    """Normalisation is idempotent, whatever the text."""
    once = normalise(spelling)
    assert normalise(once) == once
