"""The currency of [decision]: a code or a short sign, anything else refused in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unchurn.errors import ConfigError
from unchurn.project import Project
from unchurn.project.currency import unreadable


@pytest.mark.parametrize(
    "sign", ["", "EUR", "JPY", "£", "€", "R$", "US$", "kr", "kr.", "zł", "S/", "руб."]
)
def test_codes_and_signs_are_taken(sign: str) -> None:
    """As people write them, and nothing at all."""
    assert unreadable(sign) == ""


@pytest.mark.parametrize(
    ("sign", "words"),
    [
        ("eur", "Did you mean 'EUR'?"),
        ("EUS", "ISO 4217"),
        ("dollars", "5 characters at most"),
        ("5", "without digits or blanks"),
        ("E R", "without digits or blanks"),
        (" ", "without digits or blanks"),
        (".", "without digits or blanks"),
        ("<b>", "without digits or blanks"),
        ("€\n", "without digits or blanks"),
        ("\u202e", "without digits or blanks"),
    ],
)
def test_anything_else_is_refused_with_the_next_move(tmp_path, sign: str, words: str) -> None:
    """The key, the value and what would be valid."""
    with pytest.raises(ConfigError, match=r"\[decision\] currency is") as refusal:
        Project.from_plain({"decision": {"currency": sign}}, tmp_path)
    assert words in refusal.value.hint


@given(st.text(max_size=8))
def test_what_is_taken_can_stand_in_a_sentence(sign: str) -> None:
    """No blank, digit, control character or mark-up beside an amount."""
    if unreadable(sign) == "":
        assert len(sign) <= 5 and sign.isprintable()
        assert not any(c.isspace() or c.isdigit() or c in "<>&\"'=+-@,;" for c in sign)
