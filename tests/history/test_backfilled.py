"""What a column that was dated back would pretend, in figures."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.history.backfilled import alone, notice_alone


def _pairs(scores: list[float], labels: list[int]) -> float:
    """Count pairs one by one."""
    left = [s for s, label in zip(scores, labels, strict=True) if label]
    stayed = [s for s, label in zip(scores, labels, strict=True) if not label]
    won = sum((a > b) + (a == b) / 2 for a in left for b in stayed)
    return won / (len(left) * len(stayed)) if left and stayed else 0.5


@pytest.mark.slow
@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 1)), min_size=60, max_size=90))
def test_many_numbers_are_ordered_by_themselves(rows: list[tuple[int, int]]) -> None:
    """As pairs counted one by one say, either way."""
    values = [float(value) for value, _ in rows] + [1000.0 + n for n in range(60)]
    labels = [label for _, label in rows] + [0] * 60
    wanted = _pairs(values, labels)
    assert alone(pa.array(values), np.array(labels)) == pytest.approx(max(wanted, 1 - wanted))


def test_few_values_are_ordered_by_their_leavers() -> None:
    """A blank is a value as any other."""
    values = pa.array(["red", "red", "green", None, None])
    assert alone(values, np.array([1, 1, 0, 0, 1])) == pytest.approx(5.5 / 6)
    assert alone(values, np.array([0, 0, 0, 0, 0])) == 0.5


def test_a_notice_is_a_column_of_two_values() -> None:
    """The area under the two points that it makes."""
    scores, labels = [1.0] * 10 + [0.0] * 90, [1] * 8 + [0] * 2 + [1] * 4 + [0] * 86
    assert notice_alone(10, 8, 90, 4) == pytest.approx(_pairs(scores, labels))
    assert notice_alone(0, 0, 10, 0) == 0.5


def test_many_days_are_ordered_as_numbers_are() -> None:
    """A column of dates tells by itself whatever order it has."""
    days_of_another_calendar = pa.array([dt.datetime(1402, 5, 1 + n) for n in range(10)])
    assert alone(days_of_another_calendar, np.repeat([0, 1], 5)) == 1.0
    first = dt.datetime(2024, 1, 1)
    days = pa.array([first + dt.timedelta(each) for each in range(80)], pa.timestamp("us"))
    assert alone(days, np.repeat([0, 1], 40)) == 1.0
