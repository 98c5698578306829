"""Who was champion before, and who won outright: the one reading that registries share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

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


def last_winner(version: int, lineage: Callable[[int], Mapping[str, Any] | None]) -> int:
    """Return the last version that won outright, seen from `version`; `lineage` gives a version's.

    A version of before remembers none: the way back leads over the champions that it was compared
    with, to one that beat its own, had none, or was not comparable. `version` where it breaks off.
    """
    at = version
    while (told := lineage(at)) is not None:
        if "anchor" in told:
            return int(told["anchor"] or at)
        beaten = told.get("champion") or {}
        gain = (beaten.get("log_loss_gain") or {}).get("value")
        if not beaten.get("comparable") or gain is None or gain > 0:
            return at
        if not 0 < beaten["version"] < at:
            break
        at = beaten["version"]
    return version
