"""Columns that are known by their places alone: said, and doubted where others' cells are in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from unchurn.artefacts import Column, Difference, Finding
from unchurn.errors import counted
from unchurn.tables.far_numbers import Range
from unchurn.tables.forms import WHOLE

BY_PLACE = Finding(
    "by-place", "note", "There is no header: columns are read by their places, in training's order."
)
FEWEST = 3
"""Fewer cells than this are no evidence: one customer may well be beyond all that training saw."""


@dataclass
class _Seen:
    present: int = 0
    outside: int = 0
    whole: int = 0
    low: float = np.inf
    high: float = -np.inf

    def within(self, ends: Range) -> bool:
        return ends[0] <= self.low and self.high <= ends[1]


class Placed:
    """Numbers by column, against training's; `ranges`: the least and the largest that it saw."""

    def __init__(self, columns: Sequence[Column], ranges: Mapping[str, Range]) -> None:
        numbers = (each for each in columns if each.kind == "number" and each.role != "id")
        self._columns = {each.name: each for each in numbers if each.name in ranges}
        self._ranges = ranges
        self._seen = {name: _Seen() for name in self._columns}

    def look(self, typed: pa.RecordBatch) -> None:
        """Take in a typed batch."""
        for name, seen in self._seen.items():
            values = typed.column(name).drop_null().to_numpy(zero_copy_only=False)
            if len(values):
                low, high = self._ranges[name]
                seen.present += len(values)
                seen.outside += int(((values < low) | (values > high)).sum())
                seen.whole += int((values == np.floor(values)).sum())
                seen.low = min(seen.low, float(values.min()))
                seen.high = max(seen.high, float(values.max()))

    def doubts(self) -> list[Difference]:
        """List the columns that hold none of their cells but, it seems, those of another."""
        found: list[Difference] = []
        exchanged: set[str] = set()
        for name in self._columns:
            if name not in exchanged and (why := self._foreign(name)):
                other = next(self._partners(name), "")
                exchanged |= {other}
                found.append(self._doubt(name, why, other))
        return found

    def _foreign(self, name: str) -> str:
        """Tell why none of a column's cells is like training's; empty where some are."""
        seen, (low, high) = self._seen[name], self._ranges[name]
        if seen.present < FEWEST:
            return ""
        cells = "none of its " + counted(seen.present, "cell")
        if seen.outside == seen.present:
            return f"{cells} lies in training's {low:.6g} to {high:.6g}"
        if not seen.whole and WHOLE in (self._columns[name].forms or ()):
            return f"{cells} is a whole number, and all of training's were"
        return ""

    def _partners(self, name: str) -> Iterator[str]:
        """Yield the columns that could hold this one's cells, while it holds theirs."""
        seen = self._seen[name]
        for other, each in self._seen.items():
            ours = WHOLE in (self._columns[name].forms or ())
            theirs = WHOLE in (self._columns[other].forms or ())
            kinds = (seen.whole == seen.present or not theirs) and (
                each.whole == each.present or not ours
            )
            fits = seen.within(self._ranges[other]) and each.within(self._ranges[name])
            if other != name and each.present >= FEWEST and kinds and fits:
                yield other

    def _doubt(self, name: str, why: str, other: str) -> Difference:
        brief = f"{name!r} does not hold what it did in training"
        words = f"{brief}: {why}"
        if other:
            brief = f"{name!r} and {other!r} look exchanged"
            words = f"{brief}: {why}; each would fit the other's place"
        words = f"{words}. Without a header columns are read by their places."
        return Difference("misplaced", brief, words, name, True, self._seen[name].present)
