"""The least and the largest numbers with their rows, whatever the order and the batches."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unchurn.tables.extremes import KEPT, Extremes


@given(
    values=st.lists(st.integers(-20, 60).map(float), min_size=1, max_size=200),
    batches=st.integers(1, 9),
)
def test_what_is_kept_is_exact(values: list[float], batches: int) -> None:
    """Numbers that come again after others were left out are counted as well."""
    found = Extremes()
    for part in np.array_split(np.array(values), batches):
        found.add(part, np.ones(len(part), np.int64))
    counted = Counter(values)
    ranked = sorted(counted)
    kept = ranked if len(ranked) <= 2 * KEPT else ranked[:KEPT] + ranked[-KEPT:]
    assert found.rows == {each: counted[each] for each in kept}
