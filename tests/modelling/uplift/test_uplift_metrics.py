"""Qini, AUUC and uplift among the first: definitions, ties, refusals, and what other libraries say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from random_trials import INPUTS, Input
from unchurn.errors import DataError
from unchurn.modelling.uplift import metrics
from unchurn.modelling.uplift.trial import Trial

OUTSIDE = json.loads((Path(__file__).parents[2] / "random_trials.json").read_text())
SAID = list(zip(INPUTS, OUTSIDE["figures"], strict=True))


def trial_of(each: Input) -> Trial:
    return Trial.of(each.score, each.contacted, each.stayed)


@pytest.mark.parametrize(("each", "said"), SAID)
def test_as_scikit_uplift_says(each: Input, said: dict[str, Any]) -> None:
    """Both coefficients, equal scores too, and the uplift among the first quarter (no equal scores)."""
    trial = trial_of(each)
    assert metrics.qini_coefficient(trial) == pytest.approx(said["qini"], abs=1e-12)
    assert metrics.auuc(trial) == pytest.approx(said["auuc"], abs=1e-12)
    if not each.tied:
        found = metrics.uplift_at(trial, 0.25)
        assert found == pytest.approx(said["at_a_quarter"], abs=1e-12)


@pytest.mark.parametrize(("each", "said"), SAID)
def test_curves_as_causalml_draws_them(each: Input, said: dict[str, Any]) -> None:
    """Without equal scores, from where both arms are there; before, causalml interpolates from 0."""
    if each.tied:
        return
    trial = trial_of(each)
    counts = np.cumsum(np.array(each.contacted)[np.argsort(-trial.score)])
    both = (counts > 0) & (counts < np.arange(1, len(counts) + 1))
    for curve, name in ((metrics.qini_curve, "causalml_qini"), (metrics.uplift_curve, "causalml_gain")):  # fmt: skip
        ours = curve(trial).kept[1::7]
        there = np.append(False, both)[1::7]
        theirs = np.array(said[name])
        np.testing.assert_allclose(ours[there], theirs[there], atol=1e-9)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=4, max_size=60))
def test_a_constant_score_is_0_in_any_order(rows: list[tuple[bool, bool]]) -> None:
    """causalml says 0.466 or -0.691 of one, by the order of rows."""
    arm, stayed = (np.array(each) for each in zip(*rows, strict=True))
    arm[:2] = [True, False]
    trial = Trial.of(np.full(len(arm), 0.3), arm, stayed)
    found = [metrics.qini_coefficient(trial), metrics.auuc(trial)]
    assert all(np.isnan(each) or abs(each) < 1e-12 for each in found)
    assert metrics.qini_curve(trial).area == pytest.approx(0, abs=1e-9)


def test_no_figure_depends_on_the_order_of_rows() -> None:
    """Rows shuffled, equal scores among them."""
    each = INPUTS[3]
    assert each.tied
    order = np.random.default_rng(1).permutation(len(each.score))
    one = trial_of(each)
    other = Trial.of(one.score[order], one.contacted[order], one.stayed[order])
    for of in (metrics.qini_coefficient, metrics.auuc, lambda t: metrics.uplift_at(t, 0.37)):
        assert of(one) == pytest.approx(of(other), abs=1e-12)


def test_intervals_hold_their_value_and_repeat() -> None:
    """One row a customer, or several: the same seed gives the same intervals."""
    trial = trial_of(INPUTS[1])
    found = metrics.measured(trial, resamples=50)
    assert found == metrics.measured(trial, resamples=50)
    named = metrics.measured(trial, [f"{row // 2}" for row in range(len(trial.score))], 50)
    for each in (found["qini_coefficient"], found["auuc"], *named["uplift_at"]):
        assert each["low"] <= each["value"] <= each["high"]
    assert found["auuc"]["value"] == named["auuc"]["value"] == metrics.auuc(trial)


def test_campaigns_of_several_shares_are_weighed_alike() -> None:
    """Two campaigns without any effect, of other rates and other shares, do not look like one."""
    rows, random = 40_000, np.random.default_rng(3)
    second = np.arange(rows) % 2 == 1
    chance = np.where(second, 0.9, 0.5)
    arm = random.random(rows) < chance
    stayed = random.random(rows) < np.where(second, 0.9, 0.5)
    score = random.random(rows)
    weighed = Trial.of_campaigns(score, arm, stayed, chance)
    assert abs(metrics.uplift_at(weighed, 1.0)) < 0.015
    assert metrics.uplift_at(Trial.of(score, arm, stayed), 1.0) > 0.1


@pytest.mark.parametrize(
    ("score", "arm", "stayed", "words"),
    [
        ([0.1, float("nan")], [0, 1], [1, 0], "1 of 2 scores are no numbers"),
        ([0.1, 0.2], [1, 1], [1, 0], "All 2 customers were contacted"),
        ([0.1, 0.2], [0, 0], [1, 0], "All 2 customers were left alone"),
        ([0.1, 0.2], [0, 1], [1, float("nan")], "'stayed' holds other values"),
        ([0.1, 0.2], [0, 2], [1, 0], "'contacted' holds other values"),
        ([0.1], [0, 1], [1, 0], "not of the same customers"),
        ([], [], [], "nobody to compare with"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    score: list[float], arm: list[float], stayed: list[float], words: str
) -> None:
    """NaN, one arm, other codes, other lengths: refused with what was seen."""
    with pytest.raises(DataError, match=words):
        Trial.of(score, arm, stayed)
