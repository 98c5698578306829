#!/usr/bin/env bash
# pyarrow 26.0.1: match_substring_regex, replace_substring_regex and extract_regex on chunked arrays.
#
# Expected: a pattern is compiled once a call, so that a column costs the same in one chunk or in many.
# Seen: it is compiled anew for every chunk (and for every call: nothing is kept). 1,000 cells against
# an alternation of 2,000 words take about 1 ms as one chunk and 0.7 to 1.5 s as 1,000 chunks, several
# hundred times as long, with equal results. Streams of small record batches pay it in full:
# join the chunks first, or match the distinct values.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet pyarrow==26.0.1
"$room/env/bin/python" - <<'PY'
import time

import pyarrow as pa
import pyarrow.compute as pc

pattern = "^(" + "|".join(f"word{number:04d}" for number in range(2000)) + ")$"
named = pattern.replace("(", "(?P<word>", 1)
whole = pa.array([f"word{number:04d}" for number in range(1000)])
chunks = pa.chunked_array([whole.slice(row, 1) for row in range(1000)])


def seconds(call, cells):
    start = time.process_time()
    call(cells)
    return time.process_time() - start


print("pyarrow", pa.__version__)
for name, call in {
    "match_substring_regex": lambda cells: pc.match_substring_regex(cells, pattern),
    "replace_substring_regex": lambda cells: pc.replace_substring_regex(cells, pattern, "x"),
    "extract_regex": lambda cells: pc.extract_regex(cells, named),
}.items():
    assert call(chunks).combine_chunks().equals(call(whole))
    one = min(seconds(call, whole) for _ in range(5))
    many = seconds(call, chunks)
    print(f"{name}: one chunk {one * 1e3:.1f} ms, 1,000 chunks {many * 1e3:.0f} ms")
    assert many > 30 * one
PY
