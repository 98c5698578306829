#!/usr/bin/env bash
# pyspark 3.5.9 and DuckDB 2.0.0: one literal of SQL, whose quote is doubled as the standard says.
#
# Expected: O'Brien from both; whoever sends the same statement to two engines writes 'O''Brien'.
# Seen: Spark takes 'O''Brien' for two literals side by side and joins them: OBrien, one character
# fewer, with no error. A customer or a kind of event with a quote in its name is then compared with
# a name that nobody has, and no row is found. Spark wants a backslash, which DuckDB keeps.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet pyspark==3.5.9 setuptools==80.9.0 duckdb==2.0.0
cd "$room"
"$room/env/bin/python" - 2>spark.log <<'PY' || { cat spark.log; exit 1; }
import duckdb
from pyspark.sql import SparkSession

spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
print("Spark", spark.version, "DuckDB", duckdb.__version__)
seen = {}
for written in (r"'O''Brien'", r"'O\'Brien'"):
    seen[written, "Spark"] = spark.sql(f"select {written}").first()[0]
seen["'O''Brien'", "DuckDB"] = duckdb.sql("select 'O''Brien'").fetchall()[0][0]
seen[r"'O\Brien'", "DuckDB"] = duckdb.sql(r"select 'O\Brien'").fetchall()[0][0]
for (written, engine), value in seen.items():
    print(engine, written, "is", value)
assert seen == {
    ("'O''Brien'", "Spark"): "OBrien",
    (r"'O\'Brien'", "Spark"): "O'Brien",
    ("'O''Brien'", "DuckDB"): "O'Brien",
    (r"'O\Brien'", "DuckDB"): "O\\Brien",
}
PY
