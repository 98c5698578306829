"""Swarms: dots side by side, without chance."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.report import beeswarm_offsets as swarm


@given(st.lists(st.floats(-5, 5), max_size=200), st.integers(1, 120))
@settings(max_examples=60)
def test_offsets_stay_in_their_row(values: list[float], bins: int) -> None:
    """Every value has an offset between -1 and 1, the same each time."""
    found = swarm.offsets(values, -5, 5, bins)
    assert len(found) == len(values)
    assert all(-1 <= offset <= 1 for offset in found)
    assert found == swarm.offsets(values, -5, 5, bins)


def test_dots_of_one_bin_part() -> None:
    """Equal values take different places on both sides; a lone one sits in the middle."""
    found = swarm.offsets([0.0] * 11 + [3.0], -5, 5, 10)
    assert len(set(found[:11])) == 11
    assert min(found) < 0 < max(found)
    assert found[11] == 0


def test_only_finite_contributions_are_drawn() -> None:
    """None, NaN and infinities are left out; a shorter list of values is filled up."""
    row = {"contributions": [0.2, None, float("nan"), -0.1, float("inf")], "values": [0.9]}
    assert swarm.dots(row) == [(-0.1, None), (0.2, 0.9)]
    assert swarm.dots({}) == []


def test_bounds_hold_every_move_and_zero() -> None:
    """Bounds reach beyond the moves; without any there is still a scale."""
    low, high = swarm.span([0.5, 2.0])
    assert low < 0 < 2.0 < high
    assert swarm.span([]) == (-1.0, 1.0)
