#!/usr/bin/env bash
# duckdb 2.0.0: TRY_CAST of a column that read_csv was told is VARCHAR.
#
# Expected: TRY_CAST gives NULL where a text is no number, as it does of the same texts in a table.
# Seen: the cast is handed down to the reader of the CSV, which then takes the column for an INTEGER and ends the whole query
# with a ConversionException at the first text that is none. In a table, or with nullif(column, '') around the column, TRY_CAST
# is NULL there. Whoever types a raw export by TRY_CAST loses the query, not the cell.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet duckdb==2.0.0
cd "$room"
printf 'ada,1\nbob,x\n' > customers.csv
"$room/env/bin/python" - <<'PY'
import duckdb

FILE = "read_csv('customers.csv', header = false, auto_detect = false, columns = {'name': 'VARCHAR', 'calls': 'VARCHAR'})"


def answer(query):
    try:
        return duckdb.sql(query).fetchall()
    except duckdb.ConversionException as error:
        return type(error).__name__


of_the_file = answer(f"SELECT TRY_CAST(calls AS INTEGER) FROM {FILE}")
guarded = answer(f"SELECT TRY_CAST(nullif(calls, '') AS INTEGER) FROM {FILE}")
duckdb.sql(f"CREATE TABLE customers AS FROM {FILE}")
of_the_table = answer("SELECT TRY_CAST(calls AS INTEGER) FROM customers")
print("duckdb", duckdb.__version__)
print("of the file:          ", of_the_file)
print("of the file, guarded: ", guarded)
print("of the same in a table:", of_the_table)
assert of_the_file == "ConversionException", of_the_file
assert guarded == of_the_table == [(1,), (None,)], (guarded, of_the_table)
PY
