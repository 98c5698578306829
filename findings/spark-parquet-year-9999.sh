#!/usr/bin/env bash
# pyspark 3.5.9 writing, pyarrow 26.0.1, polars 2.1.0, pandas 3.1.1 and DuckDB 2.0.0 reading: Parquet
# time stamps with the year 9999, as histories mark a row that is valid until further notice.
#
# Expected: 9999-12-31, or a refusal.
# Seen: Spark's default is INT96. pyarrow, and pandas through it, wrap it in nanoseconds to 1816-03-29,
# so that open subscriptions end two centuries ago; polars stops it at 2262-04-11; DuckDB reads it
# rightly. Nobody raises or warns. pyarrow is right with coerce_int96_timestamp_unit="us".
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet pyspark==3.5.9 setuptools==80.9.0 \
  pyarrow==26.0.1 polars==2.1.0 pandas==3.1.1 duckdb==2.0.0
cd "$room"
"$room/env/bin/python" - 2>spark.log <<'PY' || { cat spark.log; exit 1; }
from pyspark.sql import SparkSession

spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
print("Spark", spark.version, spark.conf.get("spark.sql.parquet.outputTimestampType"))
spark.conf.set("spark.sql.session.timeZone", "UTC")
day = "timestamp'9999-12-31 00:00:00'"
spark.sql(f"select 1 as customer, {day} as valid_until").coalesce(1).write.parquet("table")
PY
"$room/env/bin/python" -W error - <<'PY'
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

(path,) = (str(each) for each in Path("table").glob("*.parquet"))
print("pyarrow", pa.__version__, "polars", pl.__version__, "duckdb", duckdb.__version__)
seen = {
    "pyarrow": pq.read_table(path)["valid_until"][0],
    "pandas": pd.read_parquet(path)["valid_until"][0],
    "polars": pl.read_parquet(path)["valid_until"].cast(pl.String)[0],
    "duckdb": duckdb.sql(f"select valid_until from '{path}'").fetchall()[0][0],
    "pyarrow, in microseconds": pq.read_table(path, coerce_int96_timestamp_unit="us")["valid_until"][0],
}
years = {name: str(value)[:10] for name, value in seen.items()}
print(years)
assert years == {
    "pyarrow": "1816-03-29",
    "pandas": "1816-03-29",
    "polars": "2262-04-11",
    "duckdb": "9999-12-31",
    "pyarrow, in microseconds": "9999-12-31",
}
PY
