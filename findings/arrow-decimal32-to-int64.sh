#!/usr/bin/env bash
# pyarrow 26.0.1: casting decimal32 to int64.
#
# Expected: 1 and 2 fit into 64 bits, as they do from every wider decimal.
# Seen: ArrowInvalid "Integer value out of bounds" for any value, 1 included, while int32 (the narrower)
# and float64 work, and so does int64 from decimal64, decimal128 and decimal256. Parquet files with small
# decimals, read with their smallest type, stop a pipeline that makes whole numbers of them: cast to
# decimal128 first.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet pyarrow==26.0.1
"$room/env/bin/python" - <<'PY'
from decimal import Decimal

import pyarrow as pa

print("pyarrow", pa.__version__)
cells = [Decimal(1), Decimal(2)]
small = pa.array(cells, pa.decimal32(9, 0))
try:
    small.cast(pa.int64())
except pa.ArrowInvalid as error:
    print("decimal32 to int64:", error)
else:
    raise SystemExit("decimal32 to int64 works now")
for kind in (pa.int32(), pa.float64()):
    print(f"decimal32 to {kind}:", small.cast(kind).to_pylist())
    assert small.cast(kind).to_pylist() == [1, 2]
for wider in (pa.decimal64(18, 0), pa.decimal128(9, 0), pa.decimal256(9, 0)):
    assert pa.array(cells, wider).cast(pa.int64()).to_pylist() == [1, 2]
assert small.cast(pa.decimal128(9, 0)).cast(pa.int64()).to_pylist() == [1, 2]
PY
