#!/usr/bin/env bash
# scipy 1.17.1 (1.18.1 does the same): optimize.milp (HiGHS) with disp=False, which is the default.
#
# Expected: nothing is printed.
# Seen: on an ordinary choice of 40 customers within two budgets HiGHS writes a line
# "HighsMipSolverData::transformNewIntegerFeasibleSolution …" to the process's standard output, below
# Python (redirecting sys.stdout does not catch it), and so into the JSON of whoever prints JSON there.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet scipy==1.17.1
cd "$room"
"$room/env/bin/python" - >printed.txt 2>said.txt <<'PY'
import contextlib
import io
import sys

import numpy as np
import scipy
from scipy.optimize import Bounds, LinearConstraint, milp

random = np.random.default_rng(4)
costs = random.integers(100, 1_000, (40, 2))
worth = costs.sum(axis=1) + random.integers(0, 60, 40)
within = LinearConstraint(costs.T, ub=costs.sum(axis=0) // 3)
with contextlib.redirect_stdout(io.StringIO()) as caught:
    asked = {"constraints": within, "integrality": np.ones(40), "bounds": Bounds(0, 1)}
    result = milp(-worth, **asked, options={"disp": False})
print("scipy", scipy.__version__, "status", result.status, "caught", repr(caught.getvalue()), file=sys.stderr)
assert result.status == 0
assert caught.getvalue() == ""
PY
cat said.txt printed.txt
grep -q "transformNewIntegerFeasibleSolution" printed.txt
