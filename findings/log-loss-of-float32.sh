#!/usr/bin/env bash
# scikit-learn 1.9.1 with xgboost-cpu 3.2.0 (3.4.1 does the same): log_loss of probabilities that are float32.
#
# Expected: the same numbers give the same log loss; float32 against float64 differs in the eighth digit.
# Seen: certain probabilities are moved off 0 and 1 by the smallest step of their *type*: one certain
# mistake costs 36.0 in float64, 15.9 in float32. XGBoost's probabilities are float32, so an
# overconfident booster looks far better than the same probabilities read back from a CSV (0.37 against
# 0.64 here), and a comparison with a library that answers in float64 is not fair.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet scikit-learn==1.9.1 xgboost-cpu==3.2.0
"$room/env/bin/python" - <<'PY'
import numpy as np
import sklearn
import xgboost
from sklearn.metrics import log_loss

print("scikit-learn", sklearn.__version__, "xgboost", xgboost.__version__)
for kind, expected in (("f8", 36.04), ("f4", 15.94)):
    mistake = log_loss([1], np.array([0.0], kind), labels=[0, 1])
    print(f"one certain mistake in {kind}: {mistake:.2f}")
    assert abs(mistake - expected) < 0.01

random = np.random.default_rng(0)
rows = random.normal(size=(2_000, 5))
left = (rows[:, 0] > 0).astype(int)
settings = {"max_depth": 6, "learning_rate": 0.9, "min_child_weight": 0, "reg_lambda": 0}
model = xgboost.XGBClassifier(n_estimators=200, **settings).fit(rows[:1_000], left[:1_000])
surprised = random.random(1_000) < 0.02
labels = np.where(surprised, 1 - left[1_000:], left[1_000:])
answers = model.predict_proba(rows[1_000:])
single, double = log_loss(labels, answers), log_loss(labels, answers.astype("f8"))
print(f"{answers.dtype}: {single:.3f}, the same as float64: {double:.3f}")
assert answers.dtype == np.float32
assert double > 1.3 * single
PY
