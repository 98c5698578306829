"""Dates read years away from all that training saw: said, never changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column, Finding
from unchurn.errors import cells_of
from unchurn.tables.cells import date_text, shown
from unchurn.tables.far_numbers import Range

_YEAR = 365.25 * 86_400e6
_AHEAD = 3 * _YEAR
"""Lists go on where training ended; a model that old is none."""
_CALENDARS = ((1, -543), (1, 621), (1, 622), (0.970224, 621.6), (1, -57), (1, 1911))
"""Years of ours from those of the Buddhist, the Iranian (solar), the Islamic (lunar), the Nepali and the
Chinese Republic's calendar: times, plus."""


def plausible(seen: Range) -> Range:
    """Widen the ends of training's moments, microseconds since 1970, by what may follow them.

    Some years after the last, and as long before the first as training reached, if not longer.
    """
    low, high = seen
    return low - max(high - low, _AHEAD), high + _AHEAD


class FarDates:
    """Counts of implausible dates by column. `ranges`: least and greatest moment of training."""

    def __init__(self, columns: Sequence[Column], ranges: Mapping[str, Range]) -> None:
        dates = (each for each in columns if each.kind == "date" and each.role != "id")
        self._watched = {
            each.name: (each, ranges[each.name]) for each in dates if each.name in ranges
        }
        self._cells: Counter[str] = Counter()
        self._example: dict[str, tuple[str, np.datetime64]] = {}

    def look(self, written: pa.RecordBatch, typed: pa.RecordBatch) -> None:
        """Take in a batch as it was written and as it was typed."""
        for name, (_, seen) in self._watched.items():
            cells = typed.column(name).cast(pa.int64())
            low, high = plausible(seen)
            least, most = pc.min_max(cells).as_py().values()
            if least is None or (low <= least and most <= high):
                continue
            values = cells.drop_null().to_numpy(zero_copy_only=False)
            far = np.flatnonzero((values < low) | (values > high))
            self._cells[name] += len(far)
            texts = written.column(name).filter(cells.is_valid())
            text = shown(texts[int(far[0])])
            self._example.setdefault(name, (text, values[far[0]].astype("datetime64[us]")))

    def findings(self, name: str) -> Iterator[Finding]:
        """Yield what a person should know of one column."""
        if not (cells := self._cells[name]):
            return
        column, (low, high) = self._watched[name]
        text, moment = self._example[name]
        first, last = (np.datetime64(int(end), "us").astype("datetime64[D]") for end in (low, high))
        words = (
            f"{cells_of(cells, name, 'lies', 'lie')} years outside training's {first} to {last}, "
            f"such as {text!r}, read as {date_text(moment)}: {_reason(column, moment, (low, high))}."
        )
        yield Finding("misread-date", "warning", words, name, cells)


def _reason(column: Column, moment: np.datetime64, seen: Range) -> str:
    if column.epoch:
        return "if it counts another unit than training's numbers, write it in theirs"
    year = int(moment.astype("datetime64[Y]").astype(int)) + 1970
    first, last = (1970 + end / _YEAR for end in plausible(seen))
    meant = next((y for t, p in _CALENDARS if first <= (y := round(t * year + p)) <= last), 0)
    if year < 100:
        return "write its year in four digits"
    if meant:
        return f"if its year is of another calendar, write it as of ours, perhaps {meant}"
    return "check its year"
