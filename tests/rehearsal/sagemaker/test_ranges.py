"""What the tuner tries."""

from __future__ import annotations

import statistics
from typing import Any

import pytest

from rehearsal.sagemaker.jobs import JobFailedError
from rehearsal.sagemaker.ranges import draw


def _continuous(low: str, high: str, scaling: str) -> dict[str, Any]:
    item = {"Name": "x", "MinValue": low, "MaxValue": high, "ScalingType": scaling}
    return {"ContinuousParameterRanges": [item]}


def _values(ranges: dict[str, Any], count: int = 400) -> list[float]:
    return [float(draw(ranges, 7, number)["x"]) for number in range(count)]


def test_the_same_seed_and_number_draw_the_same() -> None:
    ranges = _continuous("0", "1", "Linear")
    assert draw(ranges, 7, 3) == draw(ranges, 7, 3)
    assert draw(ranges, 7, 3) != draw(ranges, 7, 4)
    assert draw(ranges, 7, 3) != draw(ranges, 8, 3)


@pytest.mark.parametrize(
    ("low", "high", "scaling", "middle"),
    [
        ("0", "100", "Linear", 50.0),
        ("0.01", "100", "Logarithmic", 1.0),
        ("0", "0.9999", "ReverseLogarithmic", 0.99),
        ("10", "30", "Auto", 20.0),
    ],
)
def test_half_the_values_lie_below_the_middle_of_the_scale(
    low: str, high: str, scaling: str, middle: float
) -> None:
    values = _values(_continuous(low, high, scaling))
    assert all(float(low) <= value <= float(high) for value in values)
    below = statistics.mean(value < middle for value in values)
    assert 0.4 < below < 0.6


def test_whole_numbers_reach_both_ends() -> None:
    item = {"Name": "x", "MinValue": "3", "MaxValue": "10", "ScalingType": "Linear"}
    values = _values({"IntegerParameterRanges": [item]})
    assert set(values) == set(range(3, 11))


def test_categories_are_drawn_as_they_are_written() -> None:
    ranges = {"CategoricalParameterRanges": [{"Name": "x", "Values": ["4", "255"]}]}
    assert {draw(ranges, 7, number)["x"] for number in range(50)} == {"4", "255"}


@pytest.mark.parametrize(
    ("low", "high", "scaling"), [("0", "1", "Logarithmic"), ("0", "1", "ReverseLogarithmic")]
)
def test_a_range_that_the_scale_cannot_hold_is_refused(low: str, high: str, scaling: str) -> None:
    with pytest.raises(JobFailedError, match=scaling):
        draw(_continuous(low, high, scaling), 7, 1)
