#!/usr/bin/env bash
# scikit-survival 0.28.0 beside lifelines 0.30.3: concordance of risks that are small numbers.
#
# Expected: concordance compares ranks, so multiplying every risk by the same number changes nothing.
# Seen: risks closer than 1e-8 are ties for scikit-survival, an absolute distance. The same ranking as
# hazards per hour or per euro falls from 0.722 to 0.504 (times 1e-9) and 0.5 (times 1e-12): a good
# model looks useless, without a warning. lifelines gives 0.722 each time. Rank the risks first.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet scikit-survival==0.28.0 lifelines==0.30.3
"$room/env/bin/python" - <<'PY'
import numpy as np
import sksurv
from lifelines.utils import concordance_index
from sksurv.metrics import concordance_index_censored

random = np.random.default_rng(0)
trait = random.normal(size=500)
months = np.ceil(random.exponential(10 * np.exp(-trait))).clip(1, 24)
left = random.random(500) < 0.6
print("scikit-survival", sksurv.__version__)
seen = {}
for scale in (1, 1e-9, 1e-12):
    risk = np.exp(trait) * scale
    theirs = concordance_index_censored(left, months, risk)[0]
    other = concordance_index(months, -risk, left)
    seen[scale] = (round(float(theirs), 3), round(float(other), 3))
    print(f"risk x {scale}: scikit-survival {theirs:.3f}, lifelines {other:.3f}")
assert seen[1][0] == seen[1][1] > 0.7
assert seen[1e-9][0] < 0.51
assert seen[1e-12][0] == 0.5
assert all(other == seen[1][1] for _, other in seen.values())
PY
