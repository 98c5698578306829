"""Protected traits that drive scores are said, with what a model without them loses."""

from __future__ import annotations

from typing import Any

import pytest

from unchurn.modelling.judging.fairness import cost, drivers, reliance

IMPORTANCE = [
    {"column": "minutes", "share": 0.7},
    {"column": "age", "share": 0.2},
    {"column": "gender", "share": 0.0},
]


def protected(value: float, low: float, high: float) -> dict[str, Any]:
    return {
        "columns": [{"column": "age", "trait": "age", "share": 0.2}],
        "with": {"roc_auc": 0.91, "log_loss": 0.2},
        "without": {"roc_auc": 0.9, "log_loss": 0.2 + value},
        "cost": {"value": value, "low": low, "high": high},
    }


def test_only_what_moves_the_score_drives_it() -> None:
    """A trait that the model could have used, and did not, is not said to drive anything."""
    found = drivers({"age": "age", "gender": "sex"}, IMPORTANCE)
    assert found == [{"column": "age", "trait": "age", "share": 0.2}]


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        (
            (0.01, -0.002, 0.02),
            "+0.0100 (95% interval -0.0020 to +0.0200, which chance alone could make)",
        ),
        ((0.01, 0.005, 0.02), "by +0.0100 (95% interval +0.0050 to +0.0200);"),
        ((-0.01, -0.02, -0.005), "by -0.0100 (95% interval -0.0200 to -0.0050);"),
    ],
)
def test_the_cost_is_told_with_its_chance(figures: tuple[float, float, float], words: str) -> None:
    """An interval that holds 0 is said to be what chance alone could make."""
    assert words in cost(protected(*figures))


def test_the_whole_sentence_names_columns_traits_and_shares() -> None:
    """And nothing is said where no trait drives scores."""
    words = reliance({"protected": protected(0.01, 0.005, 0.02)})
    assert words.startswith("Protected: 'age' (age) makes 20.0% of the score's movement. Leaving")
    assert "ROC-AUC 0.9100 with and 0.9000 without" in words
    several = protected(0.01, 0.005, 0.02)
    several["columns"] *= 2
    assert "Leaving them out" in cost(several)
    assert reliance({}) == reliance({"protected": {}}) == ""
