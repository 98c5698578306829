"""A delivery beside earlier ones: a table that came before, and far fewer customers than usual."""

from __future__ import annotations

import pytest

from unchurn.artefacts import Watched
from unchurn.modelling.watching.delivery import delivery_reasons

EARLIER = [Watched(f"2027-0{month}-01", 1_000 + month, f"table {month}") for month in (3, 1, 2)]


def test_a_table_that_came_before_asks_to_act() -> None:
    """The last day on which it came is named."""
    (reason,) = delivery_reasons(EARLIER, 1_002, "table 2")
    assert reason["level"] == "act"
    assert "The table is that of 2027-02-01 again: the same 1,002 customers" in reason["words"]


@pytest.mark.parametrize(("customers", "levels"), [(1_000, []), (400, ["look"]), (2_000, ["look"])])
def test_far_fewer_or_more_customers_ask_to_look(customers: int, levels: list[str]) -> None:
    """Beside the median of the last watches."""
    assert [each["level"] for each in delivery_reasons(EARLIER, customers, "new")] == levels


def test_two_watches_are_no_habit() -> None:
    """Fewer than three earlier days say nothing of what is usual; none say nothing at all."""
    assert delivery_reasons(EARLIER[:2], 10, "new") == []
    assert delivery_reasons([], 10, "new") == []
