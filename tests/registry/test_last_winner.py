"""Which version won outright last, as every registry finds it."""

from __future__ import annotations

from typing import Any

import pytest

from unchurn.registry.last_winner import last_winner


def before(version: int, gain: float) -> dict[str, Any]:
    """What a version remembers that was registered before there were anchors."""
    return {"champion": {"version": version, "comparable": True, "log_loss_gain": {"value": gain}}}


APART: dict[str, Any] = {"champion": {"version": 1, "comparable": False}}


@pytest.mark.parametrize(
    ("lineages", "found"),
    [
        ({3: {"anchor": 1}}, 1),
        ({3: {"anchor": None}}, 3),
        ({3: before(2, -0.001), 2: before(1, -0.001), 1: {"champion": None}}, 1),
        ({3: before(2, -0.001), 2: before(1, 0.001), 1: {"champion": None}}, 2),
        ({3: before(2, 0.0), 2: {"anchor": 1}}, 1),
        ({3: before(2, 0.0), 2: {"anchor": None}}, 2),
        ({3: APART}, 3),
        ({3: {}}, 3),
        ({3: before(2, -0.001)}, 3),
        ({3: before(3, -0.001)}, 3),
        ({}, 3),
    ],
)
def test_the_last_winner_is_remembered_or_found_on_the_way_back(
    lineages: dict[int, dict[str, Any]], found: int
) -> None:
    """Its own word first; without one, the champions it was compared with; else itself."""
    assert last_winner(3, lineages.get) == found
