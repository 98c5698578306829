"""What is said of a model of the effect."""

from __future__ import annotations

from typing import Any

from unchurn.report.uplift import ranked_words, uplift_words


def found(accepted: bool, low: float, upto: float | None = None) -> dict[str, Any]:
    estimate = {"value": 0.02, "low": low, "high": 0.03}
    return {
        "accepted": accepted,
        "learner": "X",
        "judged_on": 8000,
        "qini": estimate,
        "over_risk": {"value": 0.001, "low": -0.01, "high": 0.012},
        "effect": {"value": 0.03, "low": 0.01, "high": 0.05},
        "metrics": {"uplift_at": [{}, {"value": 0.15, "low": 0.1, "high": 0.2}]},
        "not_to_disturb": upto,
        "fifths": [
            {"upto": -0.1, "customers": 1600, "value": -0.1, "low": -0.2, "high": -0.05},
            {"upto": 0.5, "customers": 6400, "value": 0.1, "low": 0.0, "high": 0.2},
        ],
    }


def test_accepted() -> None:
    """Figures, what follows, and who is not to be disturbed where there is somebody."""
    said = uplift_words(found(True, 0.01, -0.1))
    assert (
        "the X-learner tells whom: Qini area +2.00 (95%: +1.00 to +3.00) of 100 customers" in said
    )
    assert "Of its first fifth 15.0 points (10.0 to 20.0) fewer leave when contacted" in said
    assert "The 20% whom it moves least leave more often when contacted" in said
    assert "disturbed" not in uplift_words(found(True, 0.01))


def test_refused() -> None:
    """By chance, or for being no better than the risk: each says that the rule stays."""
    assert uplift_words(found(False, -0.01)).startswith("Cannot tell whom contact moves")
    said = uplift_words(found(False, 0.01))
    assert "cannot be told whether the model ranks them better than their risk does: +0.10" in said
    assert said.endswith("The rule stays risk × value.")


def test_a_campaign_says_by_what_it_ranked() -> None:
    """Nothing where the risk did, so that older campaigns read as before."""
    assert ranked_words(None) == ""
    found = {"learned_from": 12000, "judged_on": 8000}
    assert "learned from 20,000 outcomes" in ranked_words(found), "what ranks is of everybody"
