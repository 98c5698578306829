#!/usr/bin/env bash
# xgboost-cpu 3.2.0 (3.4.1 does the same): monotone_constraints on a column of categories.
#
# Expected: a category has no order, so a constraint on it is refused.
# Seen: it is accepted. With +1 the column is never split on, so that the strongest column of
# the table vanishes from the model (every plan scores alike, whether its customers leave in 10% or 80%
# of cases); with -1 the constraint does nothing at all. No error and no warning, in "hist" and "approx".
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet xgboost-cpu==3.2.0 pandas==3.1.1
"$room/env/bin/python" -W error - <<'PY'
import numpy as np
import pandas as pd
import xgboost

random = np.random.default_rng(0)
plans = pd.Categorical(random.choice(list("abcd"), 5_000))
table = pd.DataFrame({"plan": plans, "noise": random.normal(size=5_000)})
share = np.array([0.1, 0.3, 0.8, 0.2])[plans.codes]
left = (random.random(5_000) < share).astype(int)
asked = pd.DataFrame({"plan": pd.Categorical(list("abcd")), "noise": 0.0})


def by_plan(method, constraint):
    settings = {"objective": "binary:logistic", "tree_method": method}
    settings["monotone_constraints"] = f"({constraint},0)"
    matrix = xgboost.DMatrix(table, left, enable_categorical=True)
    model = xgboost.train(settings, matrix, 20)
    answers = model.predict(xgboost.DMatrix(asked, enable_categorical=True))
    return answers.astype("f8").round(2).tolist()


print("xgboost", xgboost.__version__)
for method in ("hist", "approx"):
    free, up, down = (by_plan(method, sign) for sign in (0, 1, -1))
    print(f"{method}: none {free}, +1 {up}, -1 {down}")
    assert max(free) - min(free) > 0.5
    assert max(up) == min(up)
    assert max(down) - min(down) > 0.5
PY
