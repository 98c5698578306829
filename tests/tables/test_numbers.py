from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from unchurn.tables.measures import read_numbers
from unchurn.tables.numbers import read_plain, with_comma

JUNK = "zzz"  # sends the whole column down the slow way


@pytest.mark.parametrize(
    ("cell", "point", "comma"),
    [
        ("12", 12, 12),
        ("+1.5", 1.5, None),
        ("-.5", -0.5, None),
        ("1,5", None, 1.5),
        ("1.234", 1.234, 1234),
        ("1,234", 1234, 1.234),
        ("1,234.50", 1234.5, None),
        ("1.234,50", None, 1234.5),
        ("1.234.567", None, 1234567),
        ("1 234 567", 1234567, 1234567),
        ("1\u202f234,5", None, 1234.5),
        ("1'234.5", 1234.5, None),
        ("1e3", 1000, 1000),
        ("€ 1,50", None, 1.5),
        ("$1,234", 1234, 1.234),
        ("-$5", -5, -5),
        ("12 %", 12, 12),
        ("5 EUR", 5, 5),
        ("(1,234)", -1234, -1.234),
        ("1_000", None, None),
        ("0x10", None, None),
        ("1,23,4", None, None),
        ("12-34", None, None),
        ("", None, None),
        ("-", None, None),
        ("e5", None, None),
    ],
)
def test_a_cell_means_one_number_under_each_decimal_sign(
    cell: str, point: float | None, comma: float | None
) -> None:
    """Thousands, currency, percent and brackets are read; what is no number is not."""
    for decimal, expected in ((".", point), (",", comma)):
        for beside in ([], [JUNK]):
            read = read_numbers(pa.array([cell, *beside]), decimal)  # type: ignore[arg-type]
            assert bool(read.readable[0]) is (expected is not None)
            assert math.isnan(read.values[0]) if expected is None else read.values[0] == expected


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "INF", "1e400", "-1e999", "9" * 400])
@pytest.mark.parametrize("beside", [[], [JUNK]])
def test_what_is_beyond_float64_is_infinite_and_has_no_value(cell: str, beside: list[str]) -> None:
    """Infinities are recognised on both ways through, and never come out."""
    read = read_numbers(pa.array([cell, *beside]), ".")
    assert read.infinite[0]
    assert read.readable[0]
    assert math.isnan(read.values[0])


def test_minus_zero_is_zero() -> None:
    """Zero has one spelling in bytes."""
    assert not np.signbit(read_numbers(pa.array(["-0.0"]), ".").values[0])


numbers = st.from_regex(r"[+-]?[0-9]{1,6}(\.[0-9]{0,4})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)


@settings(max_examples=60)
@given(st.lists(numbers, min_size=1, max_size=6))
@example(["2.E305"])
def test_the_quick_way_agrees_with_the_slow_one(cells: list[str]) -> None:
    """A cell's meaning never depends on the cells beside it."""
    quick = read_plain(pa.array(cells))
    assert quick is not None
    slow = read_numbers(pa.array([*cells, JUNK]), ".")
    np.testing.assert_array_equal(quick.values, slow.values[:-1])
    np.testing.assert_array_equal(quick.infinite, slow.infinite[:-1])
    comma = with_comma(pa.array(cells), quick)
    slow_comma = read_numbers(pa.array([*cells, JUNK]), ",")
    np.testing.assert_array_equal(comma.readable, slow_comma.readable[:-1])
    np.testing.assert_array_equal(comma.values, slow_comma.values[:-1])
