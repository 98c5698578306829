"""What contacting customers would have earned on rows whose outcome is known.

Contacting a customer who left is worth `profit.gain_if_churning`, one who stayed costs
`profit.cost_if_staying`. What counts is ``by_expected_value``: the list's own rule
(`profit.pays`), which knows no outcome. Beside it stands the best threshold, which contacts
everybody at or above it. It is chosen and paid on the same rows, so that nobody could have known
it before: the most that any cut could have earned, not a promise. ``expected_maximum_profit`` is that of
each customer where the accept rate is uncertain (`maximum_profit`), customers worth their mean.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from unchurn.modelling.judging.maximum_profit import expected_maximum_profit
from unchurn.modelling.judging.profit_gains import earned_by, gains, listed
from unchurn.modelling.judging.ranking import Codes, Floats, Labels, rank
from unchurn.modelling.scoring import profit
from unchurn.project import Decision

FACTORS = (0.75, 1.25)
POINTS = 200
_ASSUMPTIONS = ("clv", "contact_cost", "incentive_cost", "accept_rate")
NOTHING: dict[str, Any] = {
    "given": False,
    "currency": "",
    "rule": "",
    "thresholds": [],
    "profit": [],
    "best_threshold": None,
    "best_profit": None,
    "expected_maximum_profit": None,
    "contact_nobody": 0.0,
    "contact_everybody": None,
    "gains": None,
    "contacted": None,
    "by_expected_value": None,
    "sensitivity": [],
    "customers": 0,
}


def appraise(
    labels: Labels,
    probabilities: Floats,
    clv: Floats | float,
    decision: Decision,
    groups: Codes | None = None,
) -> dict[str, Any]:
    """Return the ``profit`` part of evaluation.json.

    `labels` and `probabilities` are (n,), `clv` a number or (n,); customers of unknown value
    (not finite) are left out and `customers` counts the rows of the rest, each paid for as a customer of
    its own. `profit[i]` is the total earned
    at `thresholds[i]`, ascending, at most 200 of them. ``by_expected_value`` follows `rule`, the
    list's, ``gains`` are what it earned more than contacting nobody and everybody, with their intervals
    (`groups` numbers each row's customer), and `sensitivity` pays its contacts again. In hindsight, `contacted` customers are at or
    above `best_threshold`; where no threshold earns anything it is 1, the profit 0.
    """
    clv = np.broadcast_to(np.asarray(clv, dtype=np.float64), labels.shape)
    known = np.isfinite(clv)
    plans = {"nobody": np.zeros_like(known), "everybody": known}
    if not profit.is_given(decision) or not known.any():
        return dict(NOTHING)
    earned, ours = earned_by(labels, clv, decision), listed(probabilities, clv, decision)
    more = gains(earned, ours, plans, groups)
    order = np.argsort(-probabilities[known], kind="stable")
    labels, clv, p = labels[known][order], clv[known][order], probabilities[known][order]
    worth = _worth(labels, clv, decision)
    total = np.cumsum(worth)
    ends = np.append(np.flatnonzero(np.diff(p)), len(p) - 1)
    best = int(ends[np.argmax(total[ends])])
    contacted = best + 1 if total[best] > 0 else 0
    wanted = profit.pays(profit.expected_value(p, clv, decision))
    return {
        "given": True,
        "currency": decision.currency,
        "rule": profit.RULE,
        **_curve(p[ends], total[ends], int(np.argmax(total[ends]))),
        "best_threshold": float(p[best]) if contacted else 1.0,
        "best_profit": float(total[best]) if contacted else 0.0,
        "expected_maximum_profit": expected_maximum_profit(
            rank(labels, p), float(clv.mean()), decision
        ),
        "contact_nobody": 0.0,
        "gains": more,
        "contact_everybody": float(total[-1]),
        "contacted": contacted,
        "by_expected_value": {
            "contacted": int(wanted.sum()),
            "profit": float(worth[wanted].sum()),
        },
        "sensitivity": _sensitivity(labels[wanted], clv[wanted], decision),
        "customers": len(p),
    }


def _worth(labels: Labels, clv: Floats, decision: Decision) -> Floats:
    churned = profit.gain_if_churning(clv, decision)
    return np.where(labels == 1, churned, -profit.cost_if_staying(decision))


def _curve(thresholds: Floats, totals: Floats, best: int) -> dict[str, list[float]]:
    places = np.linspace(0, len(thresholds) - 1, min(POINTS - 1, len(thresholds)))
    kept = np.unique(np.append(places.round().astype(np.int64), best))[::-1]
    return {"thresholds": thresholds[kept].tolist(), "profit": totals[kept].tolist()}


def _sensitivity(labels: Labels, clv: Floats, decision: Decision) -> list[dict[str, Any]]:
    """Pay the same contacts again with one assumption a quarter off; accept_rate ends at 1."""
    cases = []
    for what in _ASSUMPTIONS:
        for factor in FACTORS:
            changed, value = decision, clv
            if what == "clv":
                value = clv * factor
            else:
                scaled = getattr(decision, what) * factor
                changed = replace(
                    decision, **{what: min(scaled, 1.0) if what == "accept_rate" else scaled}
                )
            earned = float(_worth(labels, value, changed).sum())
            cases.append({"what": what, "factor": factor, "profit": earned})
    return cases
