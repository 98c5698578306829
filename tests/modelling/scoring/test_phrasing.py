"""What reasons call a column, and when they say that the company can change it."""

from __future__ import annotations

import pytest

from unchurn.modelling.scoring.phrasing import Phrasing
from unchurn.modelling.scoring.reasons import Reason
from unchurn.modelling.scoring.sentences import sentence

WORDS = Phrasing({"Int'l Plan": "Plan for abroad", "Day Mins": "Minutes by day"}, {"Int'l Plan"})


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason("Int'l Plan", (), 1), "Plan for abroad: 5, typical is 1 — raises the risk; the company can change this"),
        (Reason("Int'l Plan", (), -1), "Plan for abroad: 5, typical is 1 — lowers the risk"),
        (Reason("Day Mins", ("Int'l Plan",), 1), "Minutes by day (with Plan for abroad): 5, typical is 1 — raises the risk; the company can change Plan for abroad"),
        (Reason("Day Mins", ("Eve", "Night"), 1), "Minutes by day (with Eve and 1 more): 5, typical is 1 — raises the risk"),
        (Reason("Eve", (), 1), "Eve: 5, typical is 1 — raises the risk"),
    ],
)  # fmt: skip
def test_names_are_peoples_and_only_what_raises_the_risk_is_to_be_changed(
    reason: Reason, text: str
) -> None:
    """Nothing that cannot be changed, and nothing that lowers the risk, is phrased as advice."""
    assert sentence(reason, 5.0, 1.0, phrasing=WORDS) == text


def test_a_name_is_one_short_line() -> None:
    """A name of several lines or of 200 letters does not break a list."""
    assert Phrasing({"a": "one\n two"}).called("a") == "one two"
    assert len(Phrasing({"a": "x" * 200}).called("a")) == 60
    assert Phrasing({"a": " "}).called("a") == "a"
