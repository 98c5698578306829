"""Words that labels, and the names of their columns, are made of."""

from __future__ import annotations

import pytest

from unchurn.modelling.columns.label_words import speaks_of_churn
from unchurn.modelling.columns.spellings import normalise


@pytest.mark.parametrize(
    "name", ["Has churned", "Résilié", "İptal", "解約フラグ", "이탈여부", "해지"]
)
def test_names_that_speak_of_leaving(name: str) -> None:
    """In many languages, Korean among them, with accents or without."""
    assert speaks_of_churn(name)
    assert not speaks_of_churn("요금제")


@pytest.mark.parametrize(
    "pair",
    ["так ні", "Ya Tidak", "Có Không", "نعم لا", "हाँ नहीं", "כן לא", "ใช่ ไม่ใช่", "DOĞRU YANLIŞ", "WAAR ONWAAR",
     "SANT FALSKT", "SAND FALSK", "SANN USANN", "TOSI EPÄTOSI", "PRAVDA NEPRAVDA", "IGAZ HAMIS"],
)  # fmt: skip
def test_yes_and_no_of_more_languages(pair: str) -> None:
    """As people say it, and as their spreadsheets write true and false."""
    assert [normalise(word) for word in pair.split()] == ["1", "0"]
