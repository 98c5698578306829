#!/usr/bin/env bash
# scipy 1.17.1 (1.18.1 does the same): optimize.milp (HiGHS) with its default options.
#
# Expected: status 0, "Optimal", means that no better choice exists.
# Seen: HiGHS stops at a relative gap of 1e-4 and says "Optimal" all the same. Choosing among 500
# customers within two budgets it ends at 194,604 and status 0, while mip_rel_gap=0 finds and proves
# 194,605. Whoever promises the best list must set mip_rel_gap=0 or report result.mip_gap.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet scipy==1.17.1
"$room/env/bin/python" - <<'PY'
import numpy as np
import scipy
from scipy.optimize import Bounds, LinearConstraint, milp

random = np.random.default_rng(6)
costs = random.integers(100, 1_000, (500, 2))
worth = costs.sum(axis=1) + random.integers(0, 60, 500)
within = LinearConstraint(costs.T, ub=costs.sum(axis=0) // 3)
asked = {"constraints": within, "integrality": np.ones(500), "bounds": Bounds(0, 1)}

print("scipy", scipy.__version__)
default = milp(-worth, **asked)
proved = milp(-worth, **asked, options={"mip_rel_gap": 0})
for name, result in (("default", default), ("mip_rel_gap=0", proved)):
    chosen = np.round(result.x) @ worth
    print(f"{name}: {chosen:.0f}, gap {result.mip_gap:.1e}, {result.message}")
assert default.status == proved.status == 0
assert "Optimal" in default.message
assert np.round(default.x) @ worth < np.round(proved.x) @ worth
PY
