#!/usr/bin/env bash
# duckdb 2.0.0 and pyarrow 26.0.1: a relation given to Arrow after fetchone() on the same connection.
#
# Expected: after execute("select 1").fetchone() the one row there is has been fetched, and the connection
# is free; count(*) and other questions of one row are asked this way everywhere (DB-API).
# Seen: the result counts as unfinished until a fetch returns nothing. A relation of that connection that is
# given to pyarrow.table() raises ResourceInUseException; after fetchall(), fetchmany(5) or a second
# fetchone() it does not. The connection of the module-level functions is shared by the whole
# process, so one library's fetchone() there fails another's relation: use connections of one's own.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet duckdb==2.0.0 pyarrow==26.0.1
"$room/env/bin/python" - <<'PY'
import duckdb
import pyarrow as pa

WAYS = {
    "nothing": lambda made: None,
    "fetchone": lambda made: made.fetchone(),
    "fetchone twice": lambda made: (made.fetchone(), made.fetchone()),
    "fetchmany(5)": lambda made: made.fetchmany(5),
    "fetchall": lambda made: made.fetchall(),
}


def rows_after(fetch) -> object:
    connection = duckdb.connect()
    relation = connection.sql("from range(3)")
    if fetch is not WAYS["nothing"]:
        fetch(connection.execute("select 1"))
    try:
        return pa.table(relation).num_rows
    except duckdb.Error as error:
        return type(error).__name__


print("duckdb", duckdb.__version__, "pyarrow", pa.__version__)
seen = {way: rows_after(fetch) for way, fetch in WAYS.items()}
print(*seen.items(), sep="\n")
assert seen.pop("fetchone") == "ResourceInUseException"
assert set(seen.values()) == {3}
PY
