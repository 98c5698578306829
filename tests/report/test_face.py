"""Letters for pictures: Latin, Greek, Cyrillic; a box for the others; cut to a width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unchurn.report.face import Face


@pytest.mark.parametrize("text", ["Größe", "Έσοδα", "Количество", "Tiền cước", "5 € – №7 ≥ −1"])
def test_europes_letters_are_drawn(text: str) -> None:
    """No letter of theirs is the box; e with a combining accent is the letter é."""
    plain = Face.load("plain")
    box = plain.letters["□"]
    assert all(plain.letters.get(letter, box) is not box for letter in text)
    assert plain.width("e\u0301") == plain.width("é")


def test_other_letters_are_boxes() -> None:
    plain = Face.load("plain")
    assert plain.width("顧客") == 2 * plain.width("□")
    assert Face.load("title").width("顧") == Face.load("title").width("?")


@given(st.text(), st.integers(30, 400))
def test_a_line_that_is_cut_fits(text: str, room: int) -> None:
    """It is at most as wide as asked, and ends in an ellipsis only where it was cut."""
    plain = Face.load("plain")
    cut = plain.fit(text, room)
    assert plain.width(cut) <= room
    assert cut == text or cut.endswith("…")
