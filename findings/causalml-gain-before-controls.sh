#!/usr/bin/env bash
# causalml 0.18.0, get_cumgain: the cumulative gain among the best ranked, as long as they are of one arm.
#
# Expected: no number, for there is nobody to compare with, or the gain with the absent arm at 0.
# Seen: the difference between the arms is drawn as a straight line from 0, at nobody, to the first
# place where both arms are there, and multiplied by the customers so far: with the four best ranked
# all contacted, all of whom stayed, the curve begins 0.2, 0.8, 1.8, 3.2. Areas under it depend on that
# invention wherever one arm is rare, as a control group of a tenth is.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet causalml==0.18.0
"$room/env/bin/python" -W ignore - <<'PY'
from importlib import metadata

import numpy as np
import pandas as pd
from causalml.metrics import get_cumgain

# ranked: four who were contacted and stayed, four who were not and left, four who were and left
stayed = [1] * 4 + [0] * 8
contacted = [1] * 4 + [0] * 4 + [1] * 4
frame = pd.DataFrame({"y": stayed, "w": contacted, "model": np.arange(12, 0, -1.0)})
found = get_cumgain(frame, outcome_col="y", treatment_col="w")["model"].tolist()
plain = []
for most in range(1, 13):
    best = frame.head(most)
    arms = [best.loc[best["w"] == arm, "y"] for arm in (1, 0)]
    plain.append(None if min(map(len, arms)) == 0 else (arms[0].mean() - arms[1].mean()) * most)
print("causalml", metadata.version("causalml"))
print("get_cumgain:", np.round(found[1:], 3).tolist())
print("by its definition:", [each if each is None else round(float(each), 3) for each in plain])
assert plain[:4] == [None] * 4
assert np.allclose(found[1:5], [0.2, 0.8, 1.8, 3.2])
assert np.allclose(found[5:], plain[4:])
PY
