"""The baseline for later drift."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.artefacts import Column
from unchurn.modelling.drift.profile import SHARES, profile_column

finite = st.floats(allow_nan=False, allow_infinity=False, width=32)


@settings(max_examples=60)
@given(st.lists(st.none() | finite, min_size=1, max_size=60))
def test_bins_hold_every_present_row_and_quantiles_are_values(cells: list[float | None]) -> None:
    """Counts add up; every quantile occurs in the column; quantiles ascend."""
    made = profile_column(pa.chunked_array([pa.array(cells, pa.float64())]), Column("x", "number"))
    present = [cell for cell in cells if cell is not None]
    assert made["missing"] + sum(made["bins"]) == made["rows"] == len(cells)
    if present:
        assert set(made["quantiles"]) <= set(present)
        assert made["quantiles"] == sorted(made["quantiles"])
        assert (made["quantiles"][0], made["quantiles"][-1]) == (min(present), max(present))
        assert len(made["quantiles"]) == len(SHARES)
        assert len(made["bins"]) == len(made["edges"]) + 1
    json.dumps(made, allow_nan=False)


def test_row_order_does_not_matter() -> None:
    """The same rows in any order have the same profile."""
    values = np.random.default_rng(0).normal(size=400)
    words = [f"v{int(v * 3)}" for v in values]
    order = np.random.default_rng(1).permutation(400)
    for cells, kind in ((pa.array(values), "number"), (pa.array(words), "category")):
        column = Column("x", kind)  # type: ignore[arg-type]
        one = profile_column(pa.chunked_array([cells]), column)
        two = profile_column(pa.chunked_array([cells.take(pa.array(order))]), column)
        assert one == two


def test_categories_are_counted_and_the_rest_summed() -> None:
    """The commonest values are named, all others counted together."""
    words = ["a"] * 30 + ["b"] * 20 + [f"rare{i}" for i in range(100)] + [None] * 5
    made = profile_column(pa.chunked_array([pa.array(words)]), Column("x", "category"))
    assert made["top"][:2] == [["a", 30], ["b", 20]]
    assert made["distinct"] == 102
    assert sum(rows for _, rows in made["top"]) + made["others"] + made["missing"] == 155


def test_dates_are_iso_text() -> None:
    """Quantiles of dates are readable, and exact."""
    cells = pa.chunked_array([pa.array([0, 86_400_000_000, None], pa.timestamp("us"))])
    made = profile_column(cells, Column("x", "date"))
    assert made["quantiles"][0].startswith("1970-01-01")
    assert made["quantiles"][-1].startswith("1970-01-02")
