"""Swarm plots without chance: the dots of a row, spread sideways where they are dense."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from unchurn.report import reading

CALM = 10
"""Dots in one bin that fill the whole width; fewer stay nearer the middle."""

Dot = tuple[float, float | None]
"""A contribution in log-odds and the customer's own value from 0 to 1, None where missing."""


def dots(row: Mapping[str, Any]) -> list[Dot]:
    """Return the dots of one column of a SHAP summary, sorted, those not finite left out."""
    moves = reading.series(row.get("contributions"))
    values = reading.series(row.get("values"))
    values += [None] * (len(moves) - len(values))
    found = [(move, value) for move, value in zip(moves, values, strict=False) if move is not None]
    return sorted(found, key=lambda dot: (dot[0], dot[1] is None, dot[1] or 0.0))


def span(moves: Sequence[float]) -> tuple[float, float]:
    """Return bounds that hold all moves and 0, with a little room at both ends."""
    low, high = min([*moves, 0.0]), max([*moves, 0.0])
    room = 0.04 * (high - low) or 1.0
    return low - room, high + room


def offsets(values: Sequence[float], low: float, high: float, bins: int) -> list[float]:
    """Return an offset in [-1, 1] for every value, in order; a lone value sits at 0.

    Values in one of `bins` equal bins of [low, high] are stacked alternately to both sides, so
    that the outline is the histogram. The densest bin reaches the edge when it holds at least
    `CALM` dots.
    """
    width = (high - low) / bins or 1.0
    members: dict[int, list[int]] = {}
    for index, value in enumerate(values):
        members.setdefault(int((value - low) / width), []).append(index)
    reach = max([CALM, *map(len, members.values())]) / 2
    placed = [0.0] * len(values)
    for found in members.values():
        for rank, index in enumerate(_shuffled(found)):
            placed[index] = (rank + 1) // 2 * (1 if rank % 2 else -1) / reach
    return placed


def _shuffled(found: list[int]) -> list[int]:
    """Reorder by steps of the golden ratio: seated by value, a bin would look like an arrow."""
    return [found[k] for k in sorted(range(len(found)), key=lambda k: k * 0.6180339887 % 1)]
