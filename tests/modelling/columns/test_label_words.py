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


@pytest.mark.parametrize(
    "name", ["previous_bookings_not_canceled", "PriorCancellations", "no_churn", "department"]
)
def test_names_of_earlier_times_and_of_what_did_not_happen_do_not(name: str) -> None:
    """What was cancelled before is about another order; a department is none that left."""
    assert not speaks_of_churn(name)
