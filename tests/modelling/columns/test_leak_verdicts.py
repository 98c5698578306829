"""Strength and name together."""

from __future__ import annotations

import pytest

from unchurn.modelling.columns.leak_verdicts import best_ordinary, judged, leak_finding
from unchurn.modelling.columns.leakage import Strength
from unchurn.modelling.columns.purity import Purity

PRESENT = Purity("present", "", 200, 200, True, 0.75, 0.2)
VALUE = Purity("value", "closed", 80, 80, True, 0.3, 0.2)
END = Purity("value", "4", 40, 40, True, 0.1, 0.2, ordinary=True)


@pytest.mark.parametrize(
    ("name", "found", "code", "blocked"),
    [
        ("a", Strength(0.995, "its order"), "leak-strength", True),
        ("note", Strength(0.85, "its values", PRESENT), "leak-purity", True),
        ("channel", Strength(0.7, "its values", VALUE), "leak-purity", False),
        ("Churn Category", Strength(0.7, "its values", VALUE), "leak-purity", True),
        ("Churn Score", Strength(0.93, "its order"), "leak-name", True),
        ("Churn Score", Strength(0.83, "its order"), "leak-name", False),
        ("cancel_reason", Strength(0.55, "its values"), "leak-name", False),
    ],
)
def test_what_blocks_and_what_is_suspected(
    name: str, found: Strength, code: str, blocked: bool
) -> None:
    """A telling name alone never blocks; with strength far above the rest, or purity, it does."""
    verdict = judged(name, found, best=0.8)
    assert verdict is not None
    assert (verdict[0], verdict[2]) == (code, blocked)
    finding = leak_finding(name, verdict, allowed=False)
    assert finding.severity == ("blocked" if blocked else "warning")
    assert "[columns]" in finding.words
    allowed = leak_finding(name, verdict, allowed=True)
    assert allowed.severity == "warning"
    assert "allow says" in allowed.words


def test_honest_columns_are_left_alone() -> None:
    """A strong ordinary column, and the end of a scale where all left, say nothing."""
    assert judged("usage", Strength(0.95, "its order"), 0.95) is None
    assert judged("complaints", Strength(0.8, "its values", END), 0.8) is None


def test_a_score_no_better_than_the_rest_is_only_suspected() -> None:
    """Where honest columns are as strong, a telling name does not block."""
    verdict = judged("retention score", Strength(0.93, "its order"), best=0.91)
    assert verdict is not None
    assert not verdict[2]


def test_the_best_ordinary_column_is_neither_leak_nor_told_by_name() -> None:
    """Leaks do not raise the bar for one another."""
    strengths = {
        "leak": Strength(0.999, "its order"),
        "Churn Score": Strength(0.95, "its order"),
        "note": Strength(0.9, "its values", PRESENT),
        "usage": Strength(0.7, "its order"),
    }
    assert best_ordinary(strengths) == 0.7
    assert best_ordinary({}) == 0.5
