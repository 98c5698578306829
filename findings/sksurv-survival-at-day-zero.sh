#!/usr/bin/env bash
# scikit-survival 0.28.0: a predicted survival curve before the first time seen in training.
#
# Expected: the probability of still being there is 1 at time 0 and until anybody has left.
# Seen: the curve's domain says it begins at 0, and there it answers with its value *after* the first
# event: 0.94 at time 0 for a customer whose first observed month is 1. Lists for horizons shorter than
# the first event time come out too risky, and conditional probabilities S(t)/S(0) too safe.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet scikit-survival==0.28.0
"$room/env/bin/python" - <<'PY'
import numpy as np
import sksurv
from sksurv.ensemble import RandomSurvivalForest
from sksurv.linear_model import CoxPHSurvivalAnalysis
from sksurv.util import Surv

random = np.random.default_rng(0)
trait = random.normal(size=(500, 1))
months = np.ceil(random.exponential(10 * np.exp(-trait[:, 0]))).clip(1, 24)
left = random.random(500) < 0.6
known = Surv.from_arrays(left, months)
print("scikit-survival", sksurv.__version__)
for model in (CoxPHSurvivalAnalysis(), RandomSurvivalForest(n_estimators=20, random_state=0)):
    curve = model.fit(trait, known).predict_survival_function(trait[:1])[0]
    print(type(model).__name__, "domain", curve.domain, "first time", curve.x[0])
    print("  survival at 0:", round(float(curve(0)), 3), "at the first time:", round(float(curve(1)), 3))
    assert curve.domain[0] == 0 and curve.x[0] == 1
    assert curve(0) == curve(0.5) == curve(1) < 1
PY
