"""A target of which any value at all means churned."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest

from unchurn.modelling.columns.any_value import brought_down
from unchurn.modelling.columns.label_meanings import Said
from unchurn.modelling.columns.labels import read_labels


def test_a_padded_day_that_stands_for_never_is_nobody_who_left() -> None:
    """A blank before the year 9999 makes no leaver of it, as none does in a count of spellings."""
    cells = pa.array([" 9999-12-31", "2024-01-02", ""])
    counts = Counter(brought_down(cells, Said(("*",))).to_pylist())
    assert counts == {" 9999-12-31": 1, "*": 1, "": 1}
    rule = read_labels(counts, "*")
    assert (rule.churned, rule.stayed) == (1, 2)


@pytest.mark.parametrize("nothing", ["-", "n/a", "#N/A", "?", " - "])
def test_a_spelling_of_nothing_is_nobody_who_left(nothing: str) -> None:
    """A dash instead of a day is no day, beside blank cells as well."""
    counts = Counter(brought_down(pa.array([nothing, "2024-01-02", ""]), Said(("*",))).to_pylist())
    rule = read_labels(counts, "*")
    assert (rule.churned, rule.stayed) == (1, 2)
