from __future__ import annotations

from fractions import Fraction

import pytest

from unchurn.tables.units import SPELLINGS, UNITS, dimensions, known, ratio


@pytest.mark.parametrize(
    ("spelling", "unit", "factor"),
    [
        ("MB", "GB", Fraction(1, 1000)),
        ("GiB", "MiB", Fraction(1024)),
        ("years", "month", Fraction(12)),
        ("Tage", "h", Fraction(24)),
        ("K", "", Fraction(1000)),
        ("M", "", Fraction(1_000_000)),
        ("M", "month", Fraction(1)),
        ("CR", "DR", Fraction(-1)),
        ("days", "month", None),
        ("GB", "", None),
        ("K", "GB", Fraction(1, 1_000_000)),
        ("tickets", "ticket", Fraction(1)),
        ("tickets", "call", None),
        ("tickets", "GB", None),
    ],
)
def test_only_exact_ratios_bring_a_unit_to_another(
    spelling: str, unit: str, factor: Fraction | None
) -> None:
    """Megabytes become gigabytes; days never become months."""
    assert ratio(known(spelling), unit) == factor


def test_every_unit_is_a_spelling_of_itself() -> None:
    """What a schema stores is what a cell may carry."""
    for unit, (dimension, _) in UNITS.items():
        assert ratio(unit, unit) == 1
        assert dimension in dimensions(unit)
    assert all(SPELLINGS.values())
