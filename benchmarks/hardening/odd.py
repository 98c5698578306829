"""Odd tables that exports make, each read beside what it means: is anything misread in silence?

    python benchmarks/hardening/odd.py [NAME …]

Each table has 150 invented customers, a plain column and an odd one, or an odd file around plain
ones. A cell is right where it reads as what was meant; a column that is read otherwise must be named by a finding, and a
customer who is not read by a reject, or the table is refused in words. Names choose tables.
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from odd_books import BOOKS
from odd_cells import CODES, DATES, IDS, NUMBERS, ROWS, WHOLE
from odd_files import FILES, Made

from unchurn.errors import UnchurnError
from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.stated import UNSTATED
from unchurn.tables.summary import survey
from unchurn.tables.typing import type_batch

_NEAR, _FEW = 1e-9, 30


def written(names: Sequence[str], columns: Sequence[Sequence[str]], mark: str) -> bytes:
    """Write CSV."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=mark, lineterminator="\n")
    writer.writerows([names, *zip(*columns, strict=True)])
    return stream.getvalue().encode()


def tables() -> dict[str, Made]:
    """Return every odd table by its name: bytes, the file's name, and what is meant by column."""
    if twice := FILES.keys() & BOOKS.keys():
        raise SystemExit(f"Two tables have one name: {sorted(twice)}")
    made = FILES | BOOKS
    ids = [f"C{n}" for n in range(ROWS)]
    plain = [str(n) for n in WHOLE]
    for kind, ways in (("number", NUMBERS), ("date", DATES)):
        for name, (column, meant, spell, mark) in ways.items():
            for what, values in (("", list(meant)), (", few", [*meant[:_FEW]] * (ROWS // _FEW))):
                cells = [ids, [spell(each) for each in values], plain]
                content = written(["customer_id", column, "calls"], cells, mark)
                known = cells[1] if what and name in CODES else values
                right = {"customer_id": ids, column: known, "calls": WHOLE}
                made[f"{kind}: {name}{what}"] = Made(content, right)
    for name, (column, given) in IDS.items():
        content = written([column, "calls"], [given, plain], ",")
        made[f"id: {name}"] = Made(content, {column: given, "calls": WHOLE}, id=column)
    return made


def look(made: Made, folder: Path) -> tuple[str, str]:
    """Return "right", "said", "refused" or a fault, and what there is to say."""
    (folder / made.file).write_bytes(made.content)
    try:
        table = open_table(made.file, Data(), folder)
        seen = survey(table, Data(), UNSTATED, Silent(), ids=(made.id,))
    except UnchurnError as error:
        return "refused", f"{error.message} {error.hint}"
    columns = [
        replace(each.column, role="id", kind="text") if each.column.name == made.id else each.column
        for each in seen.columns
    ]
    batches = [type_batch(batch, columns) for batch in table.batches(lambda *row: None)]
    cells = pa.Table.from_batches(batches)
    findings = [*table.notes, *seen.findings]
    told = {each.column for each in findings} - {None}
    codes = sorted({each.code for each in findings})
    if cells.num_rows + seen.rejected + made.left_out != made.rows:
        return "LOST", f"{cells.num_rows} of {made.rows} read, {seen.rejected} rejected; {codes}"
    wrong = []
    places = kept(cells, made)
    for name, meant in made.meant.items():
        if name not in cells.column_names:
            wrong.append((name, f"no column {name!r} among {cells.column_names[:6]}"))
        elif bad := differing(cells[name].to_pylist(), [meant[place] for place in places]):
            wrong.append((name, f"{name!r} read as {bad[0]!r} for {bad[1]!r} ({bad[2]} cells)"))
    # text is left out of every model, with its cells counted
    told |= {each.name for each in columns if each.kind == "text" and each.role != "id"}
    unsaid = [words for name, words in wrong if name not in told]
    if unsaid and not made.code & {*codes}:
        return "SILENT", f"{'; '.join(unsaid)}; {codes}"
    return ("said" if wrong else "right"), f"{'; '.join(words for _, words in wrong)} {codes}"


def kept(cells: pa.Table, made: Made) -> list[int]:
    """Return which of the rows meant are there: all, or where some were rejected those whose ids are."""
    rows = made.rows
    if cells.num_rows == rows or made.id not in cells.column_names or made.id not in made.meant:
        return list(range(rows))
    there = {*map(str, cells[made.id].to_pylist())}
    return [place for place, each in enumerate(made.meant[made.id]) if str(each) in there]


def differing(found: Sequence[Any], meant: Sequence[Any]) -> tuple[Any, Any, int] | None:
    """Return the first cell that is not what was meant, that, and how many there are."""
    if len(found) != len(meant):
        return len(found), len(meant), -1
    wrong = [(one, other) for one, other in zip(found, meant, strict=True) if not same(one, other)]
    return (*wrong[0], len(wrong)) if wrong else None


def same(found: Any, meant: Any) -> bool:
    """Tell whether a cell is what was meant."""
    if found is None or meant is None:
        return found is meant
    if isinstance(meant, (int, float)) and isinstance(found, float):
        return bool(np.isclose(found, meant, rtol=_NEAR, atol=0))
    return str(found).removesuffix(" 00:00:00") == str(meant)


def main() -> int:
    """Look at the tables named, or at all; exit 1 where anything is misread in silence."""
    made = tables()
    chosen = [name for name in made if not sys.argv[1:] or any(a in name for a in sys.argv[1:])]
    counts = Counter[str]()
    for name in chosen:
        with tempfile.TemporaryDirectory() as folder:
            try:
                verdict, words = look(made[name], Path(folder))
            except Exception as error:
                verdict, words = "UNEXPECTED", f"{type(error).__name__}: {error}"
        counts[verdict] += 1
        print(f"{verdict:10} {name}: {words[:400]}", flush=True)
    print(dict(counts))
    return int(any(verdict.isupper() for verdict in counts))


if __name__ == "__main__":
    raise SystemExit(main())
