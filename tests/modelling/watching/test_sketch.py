"""Sketches: one pass, mergeable in any order, and the same whatever the batches."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.watching.baseline import (
    baseline,
    column_weights,
    knots_for,
    number_baseline,
)
from unchurn.modelling.watching.sketch import CategorySketch, NumberSketch

NUMBERS = st.lists(
    st.one_of(st.floats(-1e6, 1e6), st.just(float("nan")), st.just(float("inf"))), max_size=60
)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_parts_merge_to_the_whole(then: list[float], one: list[float], other: list[float]) -> None:
    """Two parts merged are what one pass over both has counted."""
    base = number_baseline(np.array(then, np.float64), 21)
    whole, first, second = (NumberSketch.of(base) for _ in range(3))
    whole.add_numbers(np.array([*one, *other], np.float64))
    first.add_numbers(np.array(one, np.float64))
    second.add_numbers(np.array(other, np.float64))
    first.merge(second)
    assert first.counts.tolist() == whole.counts.tolist()
    assert (first.rows, first.present, first.whole) == (whole.rows, whole.present, whole.whole)
    assert (first.below, first.above) == (whole.below, whole.above)
    assert first.moments.mean == pytest.approx(whole.moments.mean, rel=1e-9, abs=1e-6)
    assert first.moments.squares == pytest.approx(whole.moments.squares, rel=1e-6, abs=1e-3)


def test_categories_merge_and_keep_what_is_new_by_name() -> None:
    """Blanks are counted apart, values that the model does not know by name."""
    part = EncodedColumn("plan", "category", ("a", "b"))
    whole, first, second = (CategorySketch(part) for _ in range(3))
    cells = pa.array(["a", None, "b", "z", "z", "y"])
    whole.add(cells)
    first.add(cells.slice(0, 4))
    second.add(cells.slice(4))
    first.merge(second)
    assert first.counts.tolist() == whole.counts.tolist() == [3, 1, 1]
    assert first.new == whole.new == {"z": 2, "y": 1}
    assert (first.rows, first.present) == (6, 5)


def test_a_baseline_stays_below_a_megabyte() -> None:
    """However many columns there are; the ones that weigh most are kept."""
    from unchurn.artefacts import dump_json

    draw = np.random.default_rng(0)
    cells = pa.array(draw.lognormal(size=2_000))
    for columns in (30, 900):
        parts = [EncodedColumn(f"column {number:05}", "number") for number in range(columns)]
        weights = {part.name: float(place) for place, part in enumerate(parts)}
        made, _ = baseline(2_000, lambda _: cells, parts, draw.random(2_000), weights)
        assert len(dump_json(made)) < 1_000_000
        assert (columns > 800) == ("column 00000" not in made["columns"])
        assert f"column {columns - 1:05}" in made["columns"]
    assert knots_for(5) > knots_for(500) >= 11


def test_weights_are_shares_of_the_contributions() -> None:
    """A column that moves the score twice as far weighs twice as much; none where nothing does."""
    found = column_weights(np.array([[2.0, -1.0], [-2.0, 1.0]]), ["a", "b"])
    assert found == {"a": pytest.approx(2 / 3), "b": pytest.approx(1 / 3)}
    assert column_weights(np.zeros((2, 2)), ["a", "b"]) == {}
