#!/usr/bin/env bash
# python-calamine 0.9.1, CalamineSheet.iter_rows and to_python, on an .xlsx written by openpyxl 3.1.5.
#
# Expected: a cell that holds an error (#N/A, #DIV/0!) is told from a blank one; pandas' other engine,
# openpyxl, gives its text.
# Seen: both are the empty text. A feed whose lookups all failed looks like a column that nobody
# filled in, and no count of "#N/A" can warn of it.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet python-calamine==0.9.1 openpyxl==3.1.5
"$room/env/bin/python" - "$room/t.xlsx" <<'PY'
import sys
from importlib.metadata import version

import openpyxl
import python_calamine

book = openpyxl.Workbook()
book.active.append(["customer", "balance"])
for number, value in enumerate(["#N/A", "#DIV/0!", None, 12.5]):
    book.active.append([f"C{number}", value])
book.save(sys.argv[1])
written = [row[1].value for row in openpyxl.load_workbook(sys.argv[1]).active.iter_rows(min_row=2)]
kinds = [row[1].data_type for row in openpyxl.load_workbook(sys.argv[1]).active.iter_rows(min_row=2)]
sheet = python_calamine.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0)
read = [row[1] for row in sheet.iter_rows()][1:]
print("python-calamine", version("python-calamine"), "openpyxl", written, kinds, "calamine", read)
assert written == ["#N/A", "#DIV/0!", None, 12.5] and kinds[:2] == ["e", "e"], (written, kinds)
assert read == ["", "", "", 12.5], read
PY
