"""Numbers are counted by size, whatever their order, and what stands apart is found."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unchurn.tables.sizes import Apart, Sizes

POSITIVE = st.floats(1e-6, 1e9, allow_nan=False)


def sized(values: list[float], batches: int = 1) -> Sizes:
    sizes = Sizes()
    for part in np.array_split(np.array(values), batches):
        sizes.add(part, np.ones(len(part), np.int64))
    return sizes


@given(
    values=st.lists(POSITIVE, min_size=2, max_size=200),
    batches=st.integers(1, 7),
    seed=st.integers(0, 99),
)
def test_the_order_of_rows_says_nothing(values: list[float], batches: int, seed: int) -> None:
    """Nor does how they come in batches."""
    mixed = np.random.default_rng(seed).permutation(values).tolist()
    assert sized(values).apart({}, False, False) == sized(mixed, batches).apart({}, False, False)


@given(values=st.lists(st.floats(10, 100), min_size=60, max_size=200), power=st.integers(-30, 30))
def test_numbers_far_from_all_others_are_found_at_any_scale(
    values: list[float], power: int
) -> None:
    """One a thousand times too large; a power of two changes no figure but by itself."""
    far = [each * 2.0**power for each in [*values, 1e6]]
    found = sized(far).apart({}, False, False)
    assert found is not None
    assert (found.sort, found.rows, found.others) == ("far", 1, len(values))
    assert max(far[:-1]) <= found.end < found.edge < far[-1]


def test_codes_are_left_out() -> None:
    """What is said to stand for missing is no slip as well."""
    values = [*np.linspace(1, 10, 100).tolist(), 9999.0]
    assert sized(values).apart({9999.0: 1}, False, False) is None
    assert sized(values).apart({}, False, False) == Apart("far", 1, 8192.0, 100, 10.0)


def test_units_are_joined_by_their_factor() -> None:
    """Numbers in GB and in MB are of one size once they are brought to one unit."""
    joined = Sizes()
    joined.join(sized(np.linspace(1, 60, 100).tolist()), 1.0)
    joined.join(sized(np.linspace(1000, 60_000, 100).tolist()), 0.001)
    assert joined.apart({}, False, False) is None
    joined.join(sized([50_000.0]), 1.0)
    found = joined.apart({}, False, False)
    assert found is not None
    assert (found.sort, found.rows) == ("far", 1)
