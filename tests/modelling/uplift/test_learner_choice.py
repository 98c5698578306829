"""Learners, the choice among them, the verdict, and who is not to be disturbed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from experiments import SETTINGS, TYPES, experiment

from unchurn.modelling.uplift import learners
from unchurn.modelling.uplift.experiment import HELD_OUT, Experiment
from unchurn.modelling.uplift.learner_choice import judged, learn, undisturbed


@pytest.fixture(scope="module")
def moved() -> tuple[Experiment, np.ndarray]:
    return experiment(6000, 1)


@pytest.mark.slow
def test_effects_that_differ_are_learned(moved: tuple[Experiment, np.ndarray]) -> None:
    """Accepted; what is predicted goes with the true effects; whoever is made to leave is named.

    What ranks is of everybody: it tells more of customers who come later than what was judged.
    """
    made, _ = moved
    advanced: list[int] = []
    learned = learn(made, TYPES, SETTINGS, 10, lambda: advanced.append(1))
    found = learned.found
    assert learned.accepted
    assert found["qini"]["low"] > 0
    assert found["learner"] == max(found["out_of_fold"], key=found["out_of_fold"].get)
    assert 0 < len(advanced) <= learners.FITS
    later, effects = experiment(6000, 8)
    score = learners.predicted(
        found["learner"], learned.boosters, learned.usual.put(later.matrix), found["chance"]
    )
    held = made.held_out
    fitter = learners.Fitter(made.rows(~held), SETTINGS)
    mean = learners.cross_fit(fitter).expected
    _, boosters = learners.refit(fitter, found["learner"], mean)
    judged_by = learners.predicted(found["learner"], boosters, later.matrix, found["chance"])
    of_all, of_judged = (np.corrcoef(each, effects)[0, 1] for each in (score, judged_by))
    assert of_all > max(0.6, of_judged)
    assert found["not_to_disturb"] is not None
    disturbed = score <= found["not_to_disturb"]
    assert effects[disturbed].mean() < -0.1
    assert sum(each["customers"] for each in found["tenths"]) == found["judged_on"] == held.sum()
    assert learn(made, TYPES, SETTINGS, 10).found == found


def test_each_learner_goes_with_the_truth() -> None:
    """Out of fold, and fitted again on everybody."""
    made, effects = experiment(3000, 2)
    fitter = learners.Fitter(made, SETTINGS)
    cross = learners.cross_fit(fitter)
    for learner, names in learners.LEARNERS.items():
        assert np.corrcoef(cross.effects[learner], effects)[0, 1] > 0.4
        _, boosters = learners.refit(fitter, learner, cross.expected)
        assert set(boosters) == set(names)
        said = learners.predicted(learner, boosters, made.matrix, 0.5)
        assert np.corrcoef(said, effects)[0, 1] > 0.4


@pytest.mark.parametrize("kind", ["nil", "alike"])
def test_where_all_are_moved_alike_it_is_refused(kind: str) -> None:
    """No model, nobody who is not to be disturbed."""
    learned = learn(experiment(1500, 3, kind)[0], TYPES, SETTINGS, 10)
    assert not learned.accepted
    assert learned.found["not_to_disturb"] is None


@pytest.mark.parametrize("kind", ["nil", "alike"])
def test_scores_that_know_nothing_are_accepted_one_time_in_forty(kind: str) -> None:
    """Of 400 experiments judged by scores that cannot know; benchmarks/uplift fits models, too."""
    accepted = 0
    for seed in range(400):
        made, _ = experiment(600, seed, kind, 0.7)
        half = np.full(600, 0.5)
        score = made.matrix[:, 0] * 0.1 + made.matrix[:, 2] * 0.1
        accepted += judged(made, score.astype(float), made.pseudo_effects(half, half))["accepted"]
    assert accepted <= 20  # of a share of 2.5% more would be one time in a thousand


def test_where_effects_go_with_the_risk_the_risk_stays_the_rule() -> None:
    """A perfect ranking by it is none that the risk does not give: accepted only where it is better."""
    made, effects = experiment(4000, 5, "with-risk")
    leaves = made.risk
    pseudo = made.pseudo_effects(1 - leaves, 1 - leaves + effects)
    found = judged(made, leaves * 0.5, pseudo)
    assert found["qini"]["low"] > 0
    assert found["over_risk"]["value"] == pytest.approx(0, abs=1e-12)
    assert not found["accepted"]
    assert found["not_to_disturb"] is None


@pytest.mark.slow
def test_a_learner_never_sees_the_held_out(moved: tuple[Experiment, np.ndarray]) -> None:
    """Their outcomes turned round change the verdict, not the model."""
    made, _ = moved
    held = made.held_out
    assert held.mean() == pytest.approx(HELD_OUT, abs=0.02)
    turned = replace(made, stayed=np.where(held, ~made.stayed, made.stayed))
    one, other = (learn(each, TYPES, SETTINGS, 2) for each in (made, turned))
    assert one.found["out_of_fold"] == other.found["out_of_fold"]
    assert one.found["qini"]["value"] > 0 > other.found["qini"]["value"]
    assert not other.accepted


def test_who_is_not_to_be_disturbed_ends_at_the_first_doubt() -> None:
    """From the lowest part on; a later one below 0 does not count."""
    highs = (-0.02, -0.01, 0.01, -0.05)
    groups = [{"upto": float(at), "high": high} for at, high in enumerate(highs)]
    assert undisturbed(groups) == 1.0
    assert undisturbed(groups[2:]) is None
    assert undisturbed([]) is None
