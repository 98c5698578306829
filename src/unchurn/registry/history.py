"""Who was champion before: the one reading of moves that registries share."""

from __future__ import annotations

from collections.abc import Iterable

from unchurn.registry.protocol import Move


def champions(moves: Iterable[Move]) -> list[int]:
    """Replay champion moves as a stack: earliest first, the champion of today last.

    A rollback takes the top off, so that rolling back twice goes two champions back, and a
    promotion after a rollback starts from the champion that was put back.
    """
    stack: list[int] = []
    for move in moves:
        if move.alias != "champion" or move.version is None:
            continue
        if move.action == "rollback":
            stack.pop()
        else:
            stack.append(move.version)
    return stack
