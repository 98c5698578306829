"""What came true beside what was promised: levels for what is large and beyond chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from unchurn.modelling.watching.realised import Judged, Promise, judge, promised_lift

PROMISE = Promise(
    20_000,
    {"value": 0.77, "low": 0.75, "high": 0.79},
    {"value": 0.35, "low": 0.33, "high": 0.37},
    {"value": 3.0, "low": 2.8, "high": 3.2},
)
DRAW = np.random.default_rng(2)
RISK = DRAW.beta(1, 6, 4_000)


def lived(risk: Any, weights: Any = None, money: bool = False) -> dict[str, Any]:
    labels = (np.random.default_rng(8).random(len(risk)) < risk).astype(np.int64)
    stands_for = np.ones(len(risk)) if weights is None else weights
    if not money:
        return judge(Judged(labels, RISK, stands_for), PROMISE, 0.1)
    chosen = RISK > 0.3
    earned = np.where(chosen, np.where(labels == 1, 200.0, -20.0), 0.0)
    hoped = np.where(chosen, RISK * 200 - (1 - RISK) * 20, 0.0)
    return judge(Judged(labels, RISK, stands_for, earned, hoped), PROMISE, 0.1)


def named(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in found["measures"]}


def test_a_month_that_came_true_is_steady() -> None:
    """Each measure with its interval, around the promise; log loss sets no level."""
    found = lived(RISK, money=True)
    assert found["level"] == "steady", found
    measures = named(found)
    assert set(measures) == {"calibration", "roc_auc", "log_loss", "lift", "profit"}
    for each in measures.values():
        assert each["low"] < each["value"] < each["high"]
    assert measures["log_loss"]["change"] is None
    assert measures["calibration"]["promised"]["value"] == pytest.approx(RISK.mean())


@pytest.mark.parametrize(("odds", "level"), [(2.2, "act"), (1.35, "look"), (0.4, "act")])
def test_more_or_fewer_who_leave_than_was_said_alarms(odds: float, level: str) -> None:
    """Either way, by how far it is; the order is as it was."""
    risk = RISK * odds / (1 - RISK + RISK * odds)
    measures = named(lived(risk))
    assert measures["calibration"]["level"] == level
    assert measures["roc_auc"]["level"] == "steady"


def test_scores_that_say_nothing_any_more_alarm() -> None:
    """The share that left is right, their order is none."""
    found = lived(np.full(len(RISK), RISK.mean()))
    measures = named(found)
    assert measures["calibration"]["level"] == "steady"
    assert (measures["roc_auc"]["level"], measures["lift"]["level"]) == ("act", "act")
    assert found["measures"][0]["level"] == found["level"] == "act"


def test_few_who_left_are_not_ranked_and_chance_does_not_alarm() -> None:
    """Of 60 customers twice as many may leave by chance; an order of three says nothing."""
    labels = np.zeros(60, np.int64)
    labels[:3] = 1
    found = judge(Judged(labels, np.full(60, 0.03), np.ones(60)), PROMISE, 0.1)
    assert list(named(found)) == ["calibration"]
    assert found["level"] == "steady"
    assert named(found)["calibration"]["change"] == pytest.approx(0.05 / 0.03 - 1)


def test_those_left_alone_stand_for_the_contacted() -> None:
    """A weight counts a customer as often: shares are those of everybody, less sure than of as many."""
    weights = np.where(RISK > 0.3, 5.0, 1.0)
    plain, weighed = (named(lived(RISK, each))["calibration"] for each in (None, weights))
    mean = np.average(RISK, weights=weights)
    assert weighed["promised"]["value"] == pytest.approx(mean)
    assert weighed["value"] == pytest.approx(mean, rel=0.1)
    widths = [each["high"] - each["low"] for each in (plain, weighed)]
    assert widths[1] > widths[0]


def test_without_a_promise_nothing_is_judged_beside_it() -> None:
    """A model whose evaluation is gone: figures without levels, but for the share that left."""
    labels = (DRAW.random(len(RISK)) < RISK).astype(np.int64)
    found = judge(Judged(labels, RISK, np.ones(len(RISK))), Promise(), 0.2)
    assert found["level"] == "steady"
    assert named(found)["roc_auc"]["promised"] is None


def test_a_promised_lift_is_read_off_the_gains() -> None:
    """At any share, with an interval of those who left; none without a curve."""
    gains = np.linspace(0, 1, 101) ** 0.5
    made = promised_lift(gains, 0.25, 100)
    assert made is not None
    assert made["value"] == pytest.approx(2.0)
    assert made["low"] < 2.0 < made["high"]  # type: ignore[operator]
    assert promised_lift(np.array([]), 0.25, 100) is None
