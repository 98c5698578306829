from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from arrived_cells import arrived
from unchurn.tables.cells import missing_spellings
from unchurn.tables.decimal_mark import Marks, decide_marks
from unchurn.tables.evidence import Evidence
from unchurn.tables.kinds import decide
from unchurn.tables.sentinels import Meaning
from unchurn.tables.typing import type_batch

MISSING = missing_spellings()
CELLS = [
    "1",
    "12.5",
    "1,5",
    "1.234",
    "1,234",
    "1.234,50",
    "1,234.50",
    "-",
    "n.a.",
    "$5",
    "€7",
    "5 GB",
    "512 MB",
    "3 h",
    "2.5K",
    "1.2M",
    "5 CR",
    "7 DR",
    "10+",
    ">3",
    "(5)",
    "5-",
    "5%",
    "x",
    "3 tickets",
    "1:30",
    "5d 3h",
    "",
    "0",
    "-999",
    "1e400",
    "1e5",
    "1500.5",
    "1500,5",
    "0001",
    "1,234,567",
    "61-",
    "inf",
    "٣٫٥",
    "１２",
    "5²",
]


def judged(batches: list[list[str]]) -> tuple[Any, ...]:
    """What a column's batches come to."""
    evidence = Evidence(MISSING)
    for cells in batches:
        evidence.add(pa.array(cells, pa.string()))
    mark = decide_marks({"x": evidence}, ";", Marks())["x"]
    column = decide("x", evidence, None, mark.decimal)
    figures = evidence.numbers[mark.decimal]
    said = (
        figures.settled().suspected_codes(Meaning()),
        figures.about,
        dict(evidence.absent),
        dict(+figures.beside),
        evidence.marks,
    )
    return column, mark, figures.settled(), *said


@settings(max_examples=80)
@given(st.data())
def test_neither_order_nor_batches_change_what_a_column_is(data: st.DataObject) -> None:
    """Shuffled and cut anywhere, a column has the same mark, unit, kind and figures."""
    pool = data.draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=5))
    cells = data.draw(st.lists(st.sampled_from(pool), min_size=1, max_size=20))
    mixed = data.draw(st.permutations(cells))
    cut = data.draw(st.integers(0, len(cells)))
    whole = judged([cells])
    assert judged([mixed[:cut], mixed[cut:]]) == whole
    column, _, figures = whole[:3]
    if column.kind == "number":
        typed = type_batch(pa.record_batch({"x": pa.array(cells, pa.string())}), [column])
        known = [value for value in typed.column(0).to_pylist() if value not in (None, -999)]
        assert not known or (min(known), max(known)) == (figures.minimum, figures.maximum)
        found = arrived([column], x=mixed)
        new = [*found.doubts(), *found.findings()]
        assert [e for e in new if e.code in ("misread-thousands", "misread-decimals")] == []
        assert [e for e in new if e.code.startswith("written")] == []
