"""One cell read quickly, and as a table's column: the same number, or no quick answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.artefacts import Column
from unchurn.serve.single_customer_cells import Unusual, text_number
from unchurn.tables.cells import missing_spellings
from unchurn.tables.typing import type_batch

MISSING = missing_spellings()
TEXT = st.one_of(
    st.sampled_from(["", "-", "n.a.", "None", "NA", "1.", ".5", "1,", ",5", "0,061", "1.234", "1,234",
                     "(5)", "3 GB", "512 MB", "2.5K", "$ -", "-0", "+5", "1 234", "-999", "1:30"]),
    st.from_regex(r"[+-]?[0-9]{1,18}([.,][0-9]{0,18})?", fullmatch=True),
)  # fmt: skip


@settings(max_examples=400)
@given(cell=TEXT, decimal=st.sampled_from([".", ","]), unit=st.sampled_from(["", "GB", "s"]))
def test_a_quick_number_is_the_long_ones(cell: str, decimal: Any, unit: str) -> None:
    """Both marks, every unit: bit for bit."""
    column = Column("x", "number", decimal=decimal, unit=unit, sentinels=("-999",))
    try:
        quick = text_number(column, MISSING)(cell)
    except Unusual:
        return
    typed = type_batch(pa.record_batch({"x": pa.array([cell])}), [column]).column(0)
    long = typed.to_numpy(zero_copy_only=False)[0]
    np.testing.assert_equal(quick, float(long))


@pytest.mark.parametrize("cell", ["-", "n.a.", "3 GB", "(5)", "1.234", "€5"])
def test_what_is_not_plain_goes_the_long_way(cell: str) -> None:
    """Spellings that depend on the column's kind, and groups of thousands, are left to it."""
    with pytest.raises(Unusual):
        text_number(Column("x", "number", decimal=","), MISSING)(cell)
    assert text_number(Column("x", "number", decimal=","), MISSING)("12,5") == 12.5
