"""Which slices are watched, and in which of them a customer is."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from unchurn.artefacts import dump_json
from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.watching.watched_slices import (
    Slicing,
    slice_baseline,
    sliced_columns,
    slicings,
)

DRAW = np.random.default_rng(3)
LABELS = (DRAW.random(400) < 0.2).astype(np.int8)
RISK = DRAW.random(400)
COLUMNS = {
    "Age": pa.array(DRAW.integers(18, 80, 400).astype(float)),
    "Fee": pa.array(DRAW.random(400)),
    "Tenure": pa.array(DRAW.integers(0, 60, 400).astype(float)),
    "plan": pa.array(DRAW.choice(["a", "b", "c"], 400, p=[0.5, 0.3, 0.2])),
    "same": pa.array(["x"] * 400),
    "since": pa.array(DRAW.integers(10**15, 2 * 10**15, 400), pa.timestamp("us")),
}
PARTS = [
    EncodedColumn("Age", "number"),
    EncodedColumn("Fee", "number"),
    EncodedColumn("Tenure", "number"),
    EncodedColumn("plan", "category", ("a", "b", "c")),
    EncodedColumn("same", "category", ("x",)),
    EncodedColumn("since", "date"),
]


def test_protected_traits_tenure_and_categories_are_cut() -> None:
    """Other numbers, days and what has one value are not; what was cut is read back from plain data."""
    weights = {"Tenure": 0.5, "plan": 0.3}
    chosen = sliced_columns(PARTS, weights, {"Age"})
    made = [
        one for each in chosen for one in slice_baseline(each, COLUMNS[each.name], LABELS, RISK)
    ]
    assert [each["column"] for each in made] == ["Age", "Tenure", "plan"]
    for each in made:
        assert sum(each["rows"]) == 400
        assert sum(each["left"]) == LABELS.sum()
        assert abs(sum(each["reached"]) - 80) < 1e-6
        assert abs(sum(each["reached_stayed"]) - 0.2 * (400 - LABELS.sum())) < 1e-6
    assert made[2]["names"] == ["a", "b", "c"]
    assert len(dump_json(made)) < 4_000
    again = slicings(made, {part.name: part for part in PARTS})
    assert again[2] == Slicing.of(PARTS[3], COLUMNS["plan"])


def test_whoever_is_in_no_slice_is_in_none() -> None:
    """Blanks, values that nobody knew, and numbers beyond the ends, which count at the ends."""
    plan = Slicing.of(PARTS[3], COLUMNS["plan"])
    assert plan.places(pa.array(["b", None, "new"])).tolist() == [1, 3, 3]
    age = Slicing.of(PARTS[0], COLUMNS["Age"])
    assert len(age.names) == 4
    found = age.places(pa.array([1.0, None, float("inf"), 200.0, 18.0]))
    assert found.tolist() == [0, 4, 4, 3, 0]
    flag = Slicing.of(PARTS[0], pa.array([0.0, 1.0, 1.0]))
    assert (flag.names, flag.places(pa.array([1.0, 0.0])).tolist()) == (("0", "1"), [1, 0])
    nothing = Slicing.of(PARTS[0], pa.array([None, None], pa.float64()))
    assert nothing.names == ()
