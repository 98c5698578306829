"""Distances that one odd row neither blinds nor rings, and that empty cells do not break."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.watching import distances as far
from unchurn.modelling.watching.baseline import category_baseline, number_baseline
from unchurn.modelling.watching.sketch import CategorySketch, NumberSketch

DRAW = np.random.default_rng(3)
THEN = number_baseline(DRAW.normal(100, 10, 20_000), 201)


def sketched(values: np.ndarray, then: dict = THEN) -> NumberSketch:
    made = NumberSketch.of(then)
    made.add_numbers(values)
    return made


@pytest.mark.parametrize("shift", [0.0, 3.0, 30.0])
def test_a_shift_is_measured_in_the_columns_own_unit(shift: float) -> None:
    """Moved by 3, the distance is 3; far beyond the ends it stops growing."""
    found = far.wasserstein(THEN, sketched(DRAW.normal(100 + shift, 10, 20_000)))
    assert found == pytest.approx(shift, abs=0.4 if shift < 10 else 8)


def test_one_row_of_a_million_neither_rings_nor_blinds() -> None:
    """It moves nothing where nothing moved, and hides nothing where something did."""
    same, moved = DRAW.normal(100, 10, 2_000), DRAW.normal(130, 10, 2_000)
    for values in (same, moved):
        odd = np.append(values, 1e6)
        plain, with_odd = sketched(values), sketched(odd)
        assert far.wasserstein(THEN, with_odd) == pytest.approx(
            far.wasserstein(THEN, plain), abs=0.05
        )
        index = [far.stability_index(far.number_cells(THEN, each)) for each in (plain, with_odd)]
        assert index[1] == pytest.approx(index[0], rel=0.05, abs=0.01)


def test_tied_values_are_told_apart_exactly() -> None:
    """Counts of calls: the distance is that of the distribution functions, by hand."""
    then = number_baseline(np.repeat([0.0, 1.0, 2.0], [60, 30, 10]), 201)
    now = sketched(np.repeat([0.0, 1.0, 2.0], [30, 30, 40]), then)
    assert far.wasserstein(then, now) == pytest.approx(0.3 + 0.3)
    assert far.largest_gap(then, now) == pytest.approx(0.3)


def test_a_mix_is_compared_with_what_is_rare_pooled() -> None:
    """Empty cells add no infinity; the same mix is at 0, another at most at 1."""
    part = EncodedColumn("plan", "category", ("a", "b", "c"))
    then = category_baseline(pa.array(["a"] * 50 + ["b"] * 45 + ["c"] * 3 + ["z"] * 2), part)
    assert (then["codes"], then["counts"], then["unseen"]) == ([1, 2, 3], [50, 45, 3], 2)
    for words, low, high in (
        (["a"] * 100 + ["b"] * 90 + ["c"] * 6 + ["z"] * 4, 0.0, 0.01),
        (["z"] * 100, 0.8, 1.0),
        (["a"] * 100, 0.4, 0.8),
    ):
        now = CategorySketch(part)
        now.add(pa.array(words))
        cells = far.category_cells(then, now)
        assert low <= far.jensen_shannon(cells) <= high
        assert 0 <= far.stability_index(cells) < 20
        assert cells.then.sum() == 100
