"""Words that messages are made of."""

from __future__ import annotations

from unchurn.errors import counted


def test_one_is_one() -> None:
    """One customer has, two customers have, 1,200 of them with a comma."""
    assert counted(1, "customer has", "customers have") == "1 customer has"
    assert counted(0, "customer") == "0 customers"
    assert counted(1200, "customer has", "customers have") == "1,200 customers have"
