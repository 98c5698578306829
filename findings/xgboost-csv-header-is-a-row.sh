#!/usr/bin/env bash
# xgboost-cpu 3.2.0 (1.2.1 and 3.4.1 do the same): a CSV file read by its address, DMatrix("rows.csv?format=csv&label_column=0").
# SageMaker's XGBoost images read their channels so.
#
# Expected: a header is refused or passed over; a row without its label is refused, as a NaN among labels is; text
# where a number belongs is refused.
# Seen: all is taken, in silence. The header becomes a row of label 0 with every cell missing; a blank label is 0, so that a
# customer of whom nobody knows yet counts as one who stayed; text is missing, "7x" is 7, 1_0 is 1 and 0x10 is 0; a
# line that is too short is filled with missing cells. Given as arrays the same blank label is an error.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet xgboost-cpu==3.2.0 scipy==1.16.3
cd "$room"
"$room/env/bin/python" - 2>/dev/null <<'PY'
from pathlib import Path

import numpy as np
import xgboost

Path("rows.csv").write_text("churn,age,calls\n1,30,7x\n,0x10,1_0\n1,basic,2\n0,5\n")
read = xgboost.DMatrix("rows.csv?format=csv&label_column=0")
found = read.get_data()
cells = np.full(found.shape, np.nan)
for row in range(found.shape[0]):
    part = slice(found.indptr[row], found.indptr[row + 1])
    cells[row, found.indices[part]] = found.data[part]
print("xgboost", xgboost.__version__)
print("labels", read.get_label().tolist())
print(cells)
assert read.get_label().tolist() == [0, 1, 0, 1, 0]
wanted = [[np.nan, np.nan], [30, 7], [0, 1], [np.nan, 2], [5, np.nan]]
assert np.array_equal(cells, wanted, equal_nan=True)
xgboost.train({"objective": "binary:logistic"}, read, 1)
try:
    bare = xgboost.DMatrix(np.ones((2, 1)), label=[1, np.nan])
    xgboost.train({"objective": "binary:logistic"}, bare, 1)
except xgboost.core.XGBoostError as error:
    print("as arrays:", [line for line in str(error).splitlines() if "Label" in line][0][-60:])
else:
    raise AssertionError("a NaN among labels is taken")
PY
