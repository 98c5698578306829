"""Names as words."""

from __future__ import annotations

import pytest

from unchurn.modelling.columns.names import folded, squashed, without_accents, words_of


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


@pytest.mark.parametrize(
    ("text", "bare", "small"),
    [
        ("Código", "Codigo", "codigo"),
        ("Łódź", "Łodz", "lodz"),
        ("İptal", "Iptal", "iptal"),
        ("アクティブ", "アクティブ", "アクティブ"),
        ("이탈", "이탈", "이탈"),
    ],
)
def test_accents(text: str, bare: str, small: str) -> None:
    """They come off letters; kana keep their marks and Hangul its syllables."""
    assert without_accents(text) == bare
    assert folded(text) == small
