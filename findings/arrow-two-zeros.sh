#!/usr/bin/env bash
# pyarrow 26.0.1: unique, dictionary_encode, value_counts and index_in on float64.
#
# Expected: 0.0 and -0.0 are one value, as compute.equal says and as NaN is one value there.
# Seen: equal(0.0, -0.0) is true, every NaN is the same value, and yet the two zeros are two values in
# unique, dictionary_encode and value_counts, and index_in does not find -0.0 among [0.0]. A count
# of distinct balances, a vocabulary or a join by hash comes out one too large or misses customers
# whose number was rounded from below.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet pyarrow==26.0.1
"$room/env/bin/python" - <<'PY'
import pyarrow as pa
import pyarrow.compute as pc

cells = pa.array([0.0, -0.0, float("nan"), float("nan")])
print("pyarrow", pa.__version__)
print("equal:", pc.equal(pa.scalar(0.0), pa.scalar(-0.0)))
print("unique:", pc.unique(cells).to_pylist())
print("value_counts:", pc.value_counts(cells).field("counts").to_pylist())
print("index_in:", pc.index_in(pa.array([-0.0]), value_set=pa.array([0.0])).to_pylist())
assert pc.equal(pa.scalar(0.0), pa.scalar(-0.0)).as_py()
assert len(pc.unique(cells)) == 3
assert len(cells.dictionary_encode().dictionary) == 3
assert pc.value_counts(cells).field("counts").to_pylist() == [1, 1, 2]
assert pc.index_in(pa.array([-0.0]), value_set=pa.array([0.0])).to_pylist() == [None]
PY
