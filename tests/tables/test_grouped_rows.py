"""Columns with a value in the first row of each group alone are said to be such."""

from __future__ import annotations

from pathlib import Path

import pytest

from arrived_cells import codes, surveyed

GROUPS = ["north", *[""] * 11, "south", *[""] * 7, "east", *[""] * 9]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (GROUPS, 3),
        (["", *GROUPS[1:], "west"], 0),
        ([*GROUPS, "north"], 0),
        (["called, will call again soon", *GROUPS[1:12], "asked for the price again today"], 0),
        (["1", *GROUPS[1:12], "2", *GROUPS[1:12]], 0),
        (GROUPS[:4] + GROUPS[12:16], 0),
        (["north"] * 30, 0),
    ],
)
def test_a_value_that_heads_a_group_is_said(tmp_path: Path, cells: list[str], said: int) -> None:
    """Neither remarks, nor figures, nor what begins below the first row, recurs or is common."""
    found = dict(codes(surveyed(tmp_path, region=cells).findings))
    assert found.get("grouped-rows", 0) == said
