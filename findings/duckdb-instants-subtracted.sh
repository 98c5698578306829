#!/usr/bin/env bash
# duckdb 2.0.0: TIMESTAMPTZ minus TIMESTAMPTZ, and date_diff in days, on the day the clocks change.
#
# Expected: two instants are as far apart as they are, wherever the session sits (PostgreSQL answers
# 23:00:00 in any zone).
# Seen: the difference depends on the session's TimeZone. The 23 hours of 31 March 2024 in Berlin are "1 day"
# there and 23:00:00 in UTC, and compare as different; fetched into Python one is timedelta(days=1).
# epoch(b) - epoch(a) is 82,800 seconds in both. Gaps between a customer's log-ins and grace periods
# in days must be taken from epochs, or from dates that were made local on purpose.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet duckdb==2.0.0 pytz==2025.2
"$room/env/bin/python" - <<'PY'
import duckdb

FROM, TO = "TIMESTAMPTZ '2024-03-31 00:00:00+01'", "TIMESTAMPTZ '2024-04-01 00:00:00+02'"
ASKED = f"""select ({TO} - {FROM})::text, {TO} - {FROM} < interval 24 hour,
    date_sub('day', {FROM}, {TO}), epoch({TO}) - epoch({FROM})"""

print("duckdb", duckdb.__version__)
seen = {}
for zone in ("UTC", "Europe/Berlin"):
    connection = duckdb.connect()
    connection.execute(f"set TimeZone = '{zone}'")
    (seen[zone],) = connection.execute(ASKED).fetchall()
    print(zone, *seen[zone], sep=" | ")
assert seen["UTC"] == ("23:00:00", True, 0, 82_800.0)
assert seen["Europe/Berlin"] == ("1 day", False, 1, 82_800.0)
PY
