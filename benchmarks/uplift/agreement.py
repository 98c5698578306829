"""What scikit-uplift, causalml and empulse say of 50 random inputs, for the tests to agree with.

    python -m venv other && other/bin/pip install scikit-uplift==0.5.1 causalml==0.18.0 empulse==0.13.1
    PYTHONPATH=src:tests other/bin/python benchmarks/uplift/agreement.py

It writes tests/random_trials.json. causalml and what it asks for are 60 packages, which
is why the tests keep figures instead of calling it.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from causalml.metrics import get_cumgain, get_qini
from empulse.metrics import empc_score, mpc_score
from sklift.metrics import qini_auc_score, uplift_at_k, uplift_auc_score

from random_trials import INPUTS, Input, offer_of

KEPT = Path(__file__).parents[2] / "tests" / "random_trials.json"
LIBRARIES = ("scikit-uplift", "causalml", "empulse")


def figures(given: Input) -> dict[str, object]:
    """Ask every library about one input."""
    score, arm, stayed = (np.array(each) for each in (given.score, given.contacted, given.stayed))
    frame = pd.DataFrame({"y": stayed, "w": arm, "score": score})
    columns = {"outcome_col": "y", "treatment_col": "w"}
    offer = offer_of(given)
    costs = {"clv": offer.clv, "incentive_cost": offer.incentive, "contact_cost": offer.contact}
    weight = {"alpha": 20 * offer.accept_rate, "beta": 20 * (1 - offer.accept_rate)}
    risk = (score - score.min()) / (score.max() - score.min())
    return {
        "qini": float(qini_auc_score(stayed, score, arm)),
        "auuc": float(uplift_auc_score(stayed, score, arm)),
        "at_a_quarter": float(uplift_at_k(stayed, score, arm, strategy="overall", k=0.25)),
        "causalml_qini": [float(e) for e in get_qini(frame, **columns)["score"]][1::7],
        "causalml_gain": [float(e) for e in get_cumgain(frame, **columns)["score"]][1::7],
        "mpc": float(mpc_score(1 - stayed, risk, accept_rate=offer.accept_rate, **costs)),
        "empc": float(empc_score(1 - stayed, risk, **weight, **costs)),
    }


if __name__ == "__main__":
    found = {"versions": {name: version(name) for name in LIBRARIES}}
    found["figures"] = [figures(each) for each in INPUTS]
    KEPT.write_text(json.dumps(found) + "\n")
    print(f"{len(INPUTS)} inputs: {KEPT}")
