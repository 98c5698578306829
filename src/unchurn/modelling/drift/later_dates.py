"""Dates of a list that lie after training's last: the model reads the day itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Finding
from unchurn.errors import cells_of
from unchurn.modelling.drift.difference import LEAST_ROWS

_MANY = 0.5
"""Share of a column's dates from which on the model hardly knows where it is."""


@dataclass
class LaterDates:
    """Counts by column. `last`: training's last moment, in microseconds since 1970."""

    last: Mapping[str, float]
    later: Counter[str] = field(default_factory=Counter)
    dates: Counter[str] = field(default_factory=Counter)

    def look(self, name: str, moments: pa.Array) -> None:
        """Take in moments (rows,), in microseconds since 1970, of a column of dates."""
        self.dates[name] += len(moments) - moments.null_count
        self.later[name] += pc.sum(pc.greater(moments, self.last[name])).as_py() or 0

    def findings(self) -> Iterator[Finding]:
        """Yield a note of each column of which at least half lies after all that training saw."""
        for name in sorted(self.later):
            cells, dates = self.later[name], self.dates[name]
            if dates < LEAST_ROWS or cells < _MANY * dates:
                continue
            day = np.datetime64(int(self.last[name]), "us").astype("datetime64[D]")
            words = (
                f"{cells_of(cells, name, 'lies', 'lie')} after {day}, the last that training saw: the "
                "model reads the day itself and learned nothing of later ones. Train it anew, with the "
                "days since then in the date's place."
            )
            yield Finding("later-dates", "warning", words, name, cells)
