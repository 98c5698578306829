"""Files of one table in which a column is written on another scale: cents in some, euros in others.

Each file's numbers are told by three of their sizes. Files of other customers differ in all ways;
files on another scale differ in each of the three by one power of ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.errors import listing
from unchurn.tables.evidence import Evidence
from unchurn.tables.numbers import Decimal
from unchurn.tables.sizes import Sizes, quantiles

Floats = npt.NDArray[np.float64]
_LEAST = 20
"""Fewer numbers of a file tell no scale."""
_MOST = 100
"""Files that are compared: what is kept does not grow with their number."""
_PARTS = (0.25, 0.5, 0.75)
_TIMES, _ALIKE, _TOGETHER = (100.0, 1000.0), 0.5, 1.2
"""Times that one file's sizes are another's, within e to that power; and how far files of one scale
are apart."""
_SHOWN = 3
CODE = "mixed-scales"


@dataclass
class FileScales:
    """Sizes by file, from evidence that is `gathered` over all `files`, one after the other."""

    gathered: Mapping[str, Evidence]
    files: int
    _files: list[str] = field(default_factory=list)
    _before: dict[tuple[str, Decimal], Sizes] = field(default_factory=dict)
    _seen: dict[tuple[str, Decimal], dict[int, Floats]] = field(default_factory=dict)

    def end(self, path: Path) -> None:
        """Take in that a file has been read."""
        if self.files < 2 or len(self._files) == _MOST:
            return
        for column, evidence in self.gathered.items():
            for mark, numbers in evidence.numbers.items():
                whole = numbers.by_unit[""].sizes
                before = self._before.get((column, mark), Sizes())
                sizes = quantiles(whole.rows - before.rows, _PARTS, _LEAST)
                self._before[column, mark] = whole.copied()
                if sizes is not None:
                    self._seen.setdefault((column, mark), {})[len(self._files)] = np.log(sizes)
        self._files.append(path.name)

    def findings(
        self, columns: Sequence[ColumnSummary], others: Iterable[Finding]
    ) -> Iterator[Finding]:
        """Yield, by column, which files are on another scale; then `others`, no scales of these again."""
        told = [*self._by_file(columns)]
        yield from told
        names = {each.column for each in told}
        yield from (each for each in others if each.code != CODE or each.column not in names)

    def _by_file(self, columns: Sequence[ColumnSummary]) -> Iterator[Finding]:
        for column in (each.column for each in columns if each.column.kind == "number"):
            seen = self._seen.get((column.name, column.decimal), {})
            if len(seen) > 1 and (found := _parted(seen)):
                low, high, times = found
                words = (
                    f"{column.name!r} is about {times:,.0f} times as large in {self._named(high)} as in "
                    f"{self._named(low)} (median about {_median(seen, high)} against {_median(seen, low)}): cents "
                    "beside whole units, or two units? All are read as written; write all files alike."
                )
                yield Finding(CODE, "warning", words, column.name)

    def _named(self, places: list[int]) -> str:
        return listing((self._files[place] for place in sorted(places)), _SHOWN)


def _parted(seen: Mapping[int, Floats]) -> tuple[list[int], list[int], float] | None:
    """Part files into two groups of one scale each: (smaller ones, larger ones, times)."""
    ranked = sorted(seen, key=lambda place: float(seen[place][1]))
    middles = np.array([seen[place][1] for place in ranked])
    cut = int(np.argmax(np.diff(middles))) + 1
    low, high = ranked[:cut], ranked[cut:]
    if max(np.ptp(middles[:cut]), np.ptp(middles[cut:])) > _TOGETHER:
        return None
    apart = np.mean([seen[each] for each in high], 0) - np.mean([seen[each] for each in low], 0)
    for times in _TIMES:
        if np.all(np.abs(apart - np.log(times)) <= _ALIKE):
            return low, high, times
    return None


def _median(seen: Mapping[int, Floats], places: list[int]) -> str:
    middle = float(np.exp(np.median([seen[place][1] for place in places])))
    return f"{middle:,.0f}" if middle >= _TIMES[0] else f"{middle:.3g}"
