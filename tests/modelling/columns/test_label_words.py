"""Words that labels, and the names of their columns, are made of."""

from __future__ import annotations

import pytest

from unchurn.modelling.columns.label_words import speaks_of_churn


@pytest.mark.parametrize(
    "name", ["Has churned", "Résilié", "İptal", "解約フラグ", "이탈여부", "해지"]
)
def test_names_that_speak_of_leaving(name: str) -> None:
    """In many languages, Korean among them, with accents or without."""
    assert speaks_of_churn(name)
    assert not speaks_of_churn("요금제")
