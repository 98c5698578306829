#!/usr/bin/env bash
# pyarrow 26.0.1: ParquetFile.iter_batches(batch_size) of a column in read_dictionary.
#
# Expected: batches of batch_size rows, the last one shorter, whatever the columns are read as.
# Seen: text read as a dictionary is cut at every row group besides, and the count of rows goes on over
# the cut: row groups of 30 and a batch_size of 40 give 30, 10, 20, 20, 10, 10 rows instead of 40, 40, 20.
# Two files with the same rows in the same order then give batches that do not match, though both are
# asked for the same size: a loop over zip() of the two pairs the wrong rows, without a word.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet pyarrow==26.0.1
ROOM=$room "$room/env/bin/python" - <<'PY'
import os

import pyarrow as pa
import pyarrow.parquet as pq

path = os.path.join(os.environ["ROOM"], "plans.parquet")
pq.write_table(pa.table({"plan": [f"plan {n % 7}" for n in range(100)]}), path, row_group_size=30)


def sizes(**how):
    with pq.ParquetFile(path, **how) as file:
        batches = list(file.iter_batches(40))
    read = pa.Table.from_batches(batches)["plan"].cast(pa.string()).to_pylist()
    assert read == [f"plan {n % 7}" for n in range(100)]
    return [batch.num_rows for batch in batches]


text, coded = sizes(), sizes(read_dictionary=["plan"])
print("pyarrow", pa.__version__, "text", text, "dictionary", coded)
assert text == [40, 40, 20]
assert coded == [30, 10, 20, 20, 10, 10]
PY
