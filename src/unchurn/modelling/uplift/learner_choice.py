"""A model of the effect: chosen out of fold, judged on customers it never saw, or refused.

The learner of the highest out-of-fold Qini area, averaged over folds, is fitted on all but the
held-out customers. It is accepted where its Qini area on those is above 0 by its 95% interval, and
above that of the risk: where contact moves everybody alike, or nobody, or keeps customers in
proportion to their risk, the rule of risk × value is not replaced but for one time in forty.

What it predicts is then put to scale by the held-out customers: the line of their pseudo-effects on
the prediction. Parts of the prediction are measured one by one. From the lowest fifth on, those
whose effect lies below 0 by its interval are not to be disturbed, up to the first that does not (a
fixed sequence of tests, so that all of them together are wrong as rarely as one; tenths, which are
shown, hold too few customers to tell in a trial of 2,000).

A learner that was accepted is fitted once more on everybody, and that ranks. What the held-out
customers said of its predictions stays, as a calibrator stays that of rows out of fold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from unchurn.modelling.fitting.booster import Settings
from unchurn.modelling.uplift.experiment import FOLDS, Experiment
from unchurn.modelling.uplift.learners import (
    LEARNERS,
    CrossFitted,
    Fitter,
    cross_fit,
    expected,
    fit_everybody,
    predicted,
    refit,
)
from unchurn.modelling.uplift.metrics import measured
from unchurn.modelling.uplift.ranked_effect import Estimate, mean_effect, qini_area, qini_gain
from unchurn.modelling.uplift.trial import F64
from unchurn.modelling.uplift.usual_cells import UsualCells

TENTHS, FIFTHS = 10, 5


@dataclass(frozen=True)
class Learned:
    """A judged model of the effect: its boosters by name, and what was found of it (plain data)."""

    learner: str
    boosters: dict[str, Any]
    usual: UsualCells
    found: dict[str, Any]

    @property
    def accepted(self) -> bool:
        """Tell whether it may rank customers."""
        return bool(self.found["accepted"])


def learn(
    experiment: Experiment,
    feature_types: Sequence[str],
    settings: Settings,
    resamples: int = 200,
    advance: Callable[[], None] = lambda: None,
) -> Learned:
    """Choose, fit and judge a model; `found` is described in `artefacts.Uplift`."""
    held = experiment.held_out
    training, judging = experiment.rows(~held), experiment.rows(held)
    fitter = Fitter(training, settings, advance)
    cross = cross_fit(fitter)
    out_of_fold = {name: fold_qini(training, cross, name) for name in LEARNERS}
    learner = max(LEARNERS, key=lambda name: out_of_fold[name])
    stays, boosters = refit(fitter, learner, cross.expected)
    usual = UsualCells.of(training.matrix, feature_types)
    chance = float(training.contacted.mean())
    matrix = usual.put(judging.matrix)
    score = predicted(learner, boosters, matrix, chance)
    mean = expected(stays, matrix)
    effects = judging.pseudo_effects(mean.alone, mean.contacted)
    found = judged(judging, score, effects)
    found |= {
        "learner": learner,
        "chance": chance,
        "out_of_fold": out_of_fold,
        "metrics": measured(judging.trial(score), judging.customer.astype(str).tolist(), resamples),
        "learned_from": len(training.stayed),
    }
    if found["accepted"]:
        everybody = experiment.everybody()
        boosters = fit_everybody(replace(fitter, experiment=everybody), learner)
        usual = UsualCells.of(everybody.matrix, feature_types)
        found["chance"] = float(everybody.contacted.mean())
    return Learned(learner, boosters, usual, found)


def judged(judging: Experiment, score: F64, effects: F64) -> dict[str, Any]:
    """Return the verdict on scores (n,) of held-out customers, by their pseudo-effects (n,)."""
    qini = qini_area(score, effects, judging.customer)
    spread = float(score.var())
    slope = float(((score - score.mean()) * effects).mean()) / spread if spread > 0 else 0.0
    fifths = parts(judging, score, effects, FIFTHS)
    over_risk = qini_gain(score, judging.risk, effects, judging.customer)
    accepted = qini.low > 0 and over_risk.low > 0 and slope > 0
    return {
        "accepted": accepted,
        "judged_on": len(score),
        "qini": qini.to_plain(),
        "over_risk": over_risk.to_plain(),
        "effect": mean_effect(effects, judging.customer).to_plain(),
        "slope": slope,
        "middle": float(score.mean()),
        "tenths": parts(judging, score, effects, TENTHS),
        "fifths": fifths,
        "not_to_disturb": undisturbed(fifths) if accepted else None,
    }


def parts(judging: Experiment, score: F64, effects: F64, count: int) -> list[dict[str, Any]]:
    """Measure the effect in `count` parts of the score, the lowest first; equal scores are in one.

    `upto` is the highest score of each.
    """
    cuts = np.quantile(score, np.linspace(0, 1, count + 1)[1:], method="inverted_cdf")
    cuts = np.unique(cuts)
    place = np.searchsorted(cuts, score)
    made = []
    for group, upto in enumerate(cuts.tolist()):
        own = place == group
        each: Estimate = mean_effect(effects[own], judging.customer[own])
        made.append({"upto": upto, "customers": int(own.sum()), **each.to_plain()})
    return made


def undisturbed(groups: Sequence[dict[str, Any]]) -> float | None:
    """Return the score up to which customers are not to be contacted; None where there are none."""
    upto = None
    for group in groups:
        if not group["high"] < 0:
            break
        upto = float(group["upto"])
    return upto


def fold_qini(training: Experiment, cross: CrossFitted, learner: str) -> float:
    """Return the mean Qini area of out-of-fold effects, each fold ranked by itself."""
    effects = training.pseudo_effects(cross.expected.alone, cross.expected.contacted)
    areas = []
    for fold in range(FOLDS):
        own = training.fold == fold
        if own.any():
            area = qini_area(cross.effects[learner][own], effects[own], training.customer[own])
            areas.append(area.value)
    return float(np.mean(areas))
