"""Two lists customer by customer."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from unchurn.modelling.watching.moved import deciles, moved


def scores(*rows: tuple[str, float, int, str]) -> Any:
    ids, probability, decile, band = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pa.table(
        {
            "Phone": pa.array(ids, pa.string()),
            "probability": pa.array(probability, pa.float64()),
            "decile": pa.array(decile, pa.int8()),
            "band": pa.array(band, pa.string()),
        }
    )


def test_customers_are_followed_by_id() -> None:
    """Who came, who went, who moved; an id that stands twice in a list cannot be followed."""
    then = scores(
        ("a", 0.5, 1, "high"), ("b", 0.2, 3, "low"), ("c", 0.3, 2, "low"),
        ("d", 0.1, 9, "low"), ("d", 0.1, 9, "low"),
    )  # fmt: skip
    now = scores(
        ("a", 0.3, 2, "medium"), ("b", 0.2, 3, "low"), ("e", 0.9, 1, "high"), ("d", 0.1, 9, "low")
    )
    found = moved(then, now)
    assert (found["both"], found["only_then"], found["only_now"]) == (2, 1, 1)
    assert (found["repeated"], found["stayed_in_band"]) == (1, 1)
    assert found["bands"] == [{"then": "high", "now": "medium", "customers": 1}]
    assert found["mean_change"] == pytest.approx(-0.1)
    assert found["mean_absolute_change"] == pytest.approx(0.1)
    assert deciles(then) == [1, 1, 1, 0, 0, 0, 0, 0, 2, 0]


def test_lists_without_a_customer_in_common_have_no_change() -> None:
    """Nobody moved, and no mean of nobody."""
    found = moved(scores(), scores(("a", 0.3, 2, "medium")))
    assert (found["both"], found["only_now"], found["mean_change"]) == (0, 1, None)
