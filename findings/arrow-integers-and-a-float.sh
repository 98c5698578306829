#!/usr/bin/env bash
# pyarrow 26.0.1, compute.less, equal, greater and others of an int64 array and a float64 scalar.
#
# Expected: an answer for every row, as NumPy and SQL give one.
# Seen: as soon as one integer of the array lies beyond 2^53 the comparison of the whole column with
# any float raises ArrowInvalid, although the same column compares with an integer, and pyarrow
# casts it to float64 with safe=False. A rule such as "amount above 1.5" works on a year of
# customers and fails in the month that brings one long id or one microsecond time stamp of
# after 2255.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet pyarrow==26.0.1
"$room/env/bin/python" - <<'PY'
import pyarrow as pa
import pyarrow.compute as pc

few, beyond = pa.array([1, 2, 2**53]), pa.array([1, 2, 2**53 + 1])
print("pyarrow", pa.__version__)
assert pc.less(few, 1.5).to_pylist() == [True, False, False]
assert pc.less(beyond, 2).to_pylist() == [True, False, False]
for name in ("less", "equal", "greater"):
    try:
        found = getattr(pc, name)(beyond, 1.5)
    except pa.ArrowInvalid as error:
        print(f"{name}:", error)
    else:
        raise AssertionError(f"{name} answered {found}")
PY
