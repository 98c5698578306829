"""The customers among whom the best choice is found, of all who pass by.

A choice of at most `most` customers needs no more than the `most` first by each offer: of others, one
who is first has none, and to change places costs nothing. A control group is drawn of them once, and
its places are filled once, so that twice as many do, and one more says what the next would add. All who
are worth as much as the last of them stay, for ties are broken later; and all rows of customers who have
several, for only together can it be told which of them counts.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import numpy as np

from unchurn.modelling.targeting.candidates import LIMITS, Candidates
from unchurn.modelling.targeting.limits import BOOL, F64, Limits
from unchurn.modelling.targeting.plan import Planned

ROOM = 1 << 16
"""Customers who are kept before it is looked who of them can be chosen."""
_SOMETHING = float(np.nextafter(0.0, 1.0))


class Contenders:
    """Takes in candidates part by part, and keeps those who can be chosen."""

    def __init__(self, limits: Limits, room: int = ROOM) -> None:
        self._most = 2 * limits.most(sys.maxsize) + 1
        self._least = self._room = room
        self._parts: list[tuple[Candidates, BOOL]] = []
        self._why: Counter[str] = Counter()
        self.customers = 0
        """How many have passed by."""

    def add(self, found: Candidates, several: BOOL) -> None:
        """Take in the next; `several` tells whose id may stand on other rows too, (rows,)."""
        self.customers += len(found.why)
        self._count(found)
        some = found.contenders
        self._parts.append((found.take(some), several[some]))
        if sum(len(each) for _, each in self._parts) > self._room:
            self._thin_out()
            self._room = max(self._least, 2 * len(self._parts[0][1]))

    def settled(self) -> Candidates:
        """Return who can be chosen, one row a customer, in the order in which they came."""
        self._thin_out()
        ((found, several),) = self._parts
        found = found.once(several)
        self._count(found)
        return found.take(found.contenders)

    def left_out(self, planned: Planned) -> list[dict[str, Any]]:
        """Count by reason who is not contacted, those left alone to measure the effect not among them."""
        beyond = self._why[LIMITS] + int((planned.offers < 0).sum())
        counts = {**self._why, LIMITS: beyond}
        counts[LIMITS] = counts.pop(LIMITS)  # it is said last
        return [{"reason": reason, "customers": count} for reason, count in counts.items() if count]

    def _count(self, found: Candidates) -> None:
        counts = np.bincount(found.why, minlength=len(found.reasons) + 1)[1:].tolist()
        for reason, count in zip(found.reasons, counts, strict=True):
            self._why[reason] += count

    def _joined(self) -> tuple[Candidates, BOOL]:
        found = Candidates.joined([each for each, _ in self._parts])
        return found, np.concatenate([several for _, several in self._parts])

    def _thin_out(self) -> None:
        """Let go of whoever cannot be chosen any more."""
        found, several = self._joined()
        kept = several.copy()
        for worth in found.values.T:  # rows of one customer take nobody's place among the first
            kept |= worth >= _least_of_first(worth[~several], self._most)
        self._why[LIMITS] += int((~kept).sum())
        rows = np.flatnonzero(kept)
        self._parts = [(found.take(rows), several[rows])]


def _least_of_first(worth: F64, most: int) -> float:
    """Return what the last of the `most` first is worth, above 0."""
    if len(worth) <= most:
        return _SOMETHING
    return max(float(np.partition(worth, -most)[-most]), _SOMETHING)
