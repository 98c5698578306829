#!/usr/bin/env bash
# pyarrow 26.0.1, compute.strptime with error_is_null=True.
#
# Expected: a day that does not exist is an error, and so null: 2024-02-30 like 2023-13-01.
# Seen: a month of 13 is null, but 30 and 31 February silently become 1 and 2 March, and 31 April
# becomes 1 May. A cast of the same text to date32 refuses them. Who parses sign-up or cancellation
# dates this way moves customers into another month without a word.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet pyarrow==26.0.1
"$room/env/bin/python" - <<'PY'
import pyarrow as pa
import pyarrow.compute as pc

days = ["2024-02-29", "2024-02-30", "2023-02-31", "2024-04-31", "2023-13-01"]
read = pc.strptime(pa.array(days), format="%Y-%m-%d", unit="s", error_is_null=True)
told = [None if day is None else f"{day:%Y-%m-%d}" for day in read.to_pylist()]
print("pyarrow", pa.__version__, dict(zip(days, told)))
assert told == ["2024-02-29", "2024-03-01", "2023-03-03", "2024-05-01", None], told
try:
    pc.cast(pa.array(["2024-02-30"]), pa.date32())
except pa.ArrowInvalid as error:
    print("cast to date32:", error)
else:
    raise AssertionError("the cast took a day that does not exist")
PY
