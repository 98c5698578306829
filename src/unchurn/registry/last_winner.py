"""The last version that won outright: the one reading of lineages, here and in the Lambdas.

Standard library only, and no import of its neighbours: this file is zipped with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


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
