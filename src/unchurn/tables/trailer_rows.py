"""A last row that counts or sums the others without a word: ``99999,240,0,0``.

It is looked at when the one pass is over, and only said: figures alone make no customer none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ROW, ColumnSummary, Finding
from unchurn.tables.cells import as_text
from unchurn.tables.evidence import Evidence
from unchurn.tables.measures import read_numbers

_FEWEST = 20
"""Rows above, from which on a figure beyond all of theirs means something."""
_FAR = 2
"""Times the greatest figure above that a sum or a count is, at least."""
_CLOSE = 1e-6
_NINES = r"^9{4,}$"
_SHOWN = 80
_KINDS = ("sum", "count", "plain")


def trailer_findings(
    last: pa.RecordBatch, columns: Sequence[ColumnSummary], found: Mapping[str, Evidence]
) -> Iterator[Finding]:
    """Yield that a table's last row, `last`, is evidently no customer.

    A figure of it is the sum of all others of its column; or one is the number of rows above, and
    its first cell is no id as the others, or no other figure of it is any but 0.
    """
    above = columns[0].rows - 1
    if above < _FEWEST:
        return
    told = {each.column.name: _told(last, each, found, above) for each in columns[1:]}
    sums, counts, plain = ([n for n, what in told.items() if what == kind] for kind in _KINDS)
    if not sums and not (counts and (not plain or _is_odd(last, columns[0], found))):
        return
    row, name = last.column(ROW)[0].as_py(), (sums or counts)[0]
    what = "the sum of all others" if sums else "the number of rows above"
    cells = [as_text(cells)[0].as_py() or "" for cells in last.columns[1:]]
    words = (
        f"The last row ({row:,}) may be a total and no customer: its {name!r} is "
        f"{as_text(last.column(name))[0].as_py()!r}, {what}: {','.join(cells)[:_SHOWN]!r}. It is read as a "
        "customer; take it out of the table if it is none."
    )
    yield Finding("trailer-row", "warning", words, count=1)


def _told(
    last: pa.RecordBatch, each: ColumnSummary, found: Mapping[str, Evidence], above: int
) -> str:
    """Say which of `_KINDS` the last row's figure of a column is; "" for 0, and where it is none."""
    if each.column.kind != "number":
        return ""
    value = float(_figures(last.column(each.column.name), each)[0])
    if np.isnan(value) or value == 0:
        return ""
    values, rows = _others(found[each.column.name], each, value)
    if not len(values) or abs(value) / _FAR <= np.max(np.abs(values)):
        return "plain"
    if np.isclose(value, float(values @ rows), rtol=_CLOSE, atol=0):
        return "sum"
    return "count" if value in (above, above + 1) else "plain"


def _figures(cells: pa.Array, each: ColumnSummary) -> npt.NDArray[np.float64]:
    if pa.types.is_string(cells.type):
        trimmed = pc.utf8_trim_whitespace(cells)
        return read_numbers(trimmed, each.column.decimal, each.column.unit).values
    values: npt.NDArray[np.float64] = cells.cast(pa.float64(), safe=False).to_numpy(
        zero_copy_only=False
    )
    return values


def _others(
    evidence: Evidence, each: ColumnSummary, value: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return a column's different figures but for one cell of `value`, with their rows.

    Empty where there are too many different ones to know them all.
    """
    if evidence.distinct.beyond:
        return np.array([]), np.array([], np.int64)
    cells, rows = evidence.distinct.items()
    values = _figures(cells, each)
    rows = rows - (values == value)
    known = np.isfinite(values) & (rows > 0)
    return values[known], rows[known]


def _is_odd(last: pa.RecordBatch, first: ColumnSummary, found: Mapping[str, Evidence]) -> bool:
    """Tell whether the first cell is no id as those above: nines only, or digits beside letters."""
    cell = as_text(last.column(first.column.name))
    text = (cell[0].as_py() or "").strip()
    if not text:
        return True
    if pc.match_substring_regex(pa.array([text]), _NINES)[0].as_py():
        return True
    cells, _ = found[first.column.name].distinct.items()
    digits = pc.sum(pc.match_substring_regex(as_text(cells), "^[0-9]+$")).as_py() or 0
    return text.isdecimal() and digits <= 1 < len(cells)
