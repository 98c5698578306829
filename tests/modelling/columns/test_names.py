"""Names as words."""

from __future__ import annotations

import pytest

from unchurn.modelling.columns.names import squashed, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("CustomerId", ("customer", "id")),
        ("customer_id", ("customer", "id")),
        (" Customer-ID ", ("customer", "id")),
        ("CLIENTNUM", ("clientnum",)),
        ("Int'l Plan", ("int", "l", "plan")),
        ("HTTPStatus", ("http", "status")),
        ("Churn?", ("churn",)),
        ("", ()),
    ],
)
def test_words(name: str, words: tuple[str, ...]) -> None:
    """Case changes, punctuation and padding separate words."""
    assert words_of(name) == words
    assert squashed(name) == "".join(words)
