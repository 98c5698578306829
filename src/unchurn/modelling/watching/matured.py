"""When outcomes of a scoring can be judged: its window is over, and what happened in it is known.

How late leaving becomes known is learned of those who left while files came in, and counted in files that
could have told of it and did not: a file a month tells of the month before, and no delay in days does. Who is not
known yet is not among them (right truncation), so the share known after x files too many is the product-limit estimate
in reversed time (Lagakos, Barraj & De Gruttola 1988, "Nonparametric analysis of truncated survival
data, with application to AIDS"): the product over u > x of 1 − d(u) / n(u), where d(u) became known u files late, and n(u) up to
u files late, of those whom at least u files more could have told of. It is the share of all who become known within the
longest delay that could be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
COMPLETE = 0.95
"""Share of who left that has to be known before a cohort is judged."""
ENOUGH = 30
"""Fewer who left than this say nothing about how late it becomes known."""


@dataclass(frozen=True)
class Window:
    """Days in which leaving counts, ``[begins, ends)``; from `settled` on it can be known."""

    begins: date
    ends: date
    settled: date

    @classmethod
    def of(cls, day: date, lead: int, horizon: int, grace: int = 0) -> Window:
        """Return the window of a scoring of a day; lengths in days."""
        begins = day + timedelta(days=lead)
        ends = begins + timedelta(days=horizon)
        return cls(begins, ends, ends + timedelta(days=grace))


@dataclass(frozen=True)
class DelayCurve:
    """Files that leaving was told late by, ascending, and the share known within so many."""

    late: I64
    shares: F64

    def within(self, late: I64) -> F64:
        """Return the share known so many files late, of the shape of `late`; 0 below the first."""
        place = np.searchsorted(self.late, late, side="right")
        return np.concatenate([[0.0], self.shares])[place]


def delay_curve(left: I64, known: I64, files: I64) -> DelayCurve | None:
    """Learn how late leaving becomes known; None of too few who left.

    `left` and `known` (n,) are days since 1970 on which customers left and on which that was first
    told, `files` (k,) those of all files, ascending. Only those count who left after the first: of
    earlier ones it is not known when it could have been told.
    """
    watched = (left > files[0]) & (known <= files[-1]) & (left <= files[-1])
    first = np.searchsorted(files, left[watched])
    late = np.maximum(np.searchsorted(files, known[watched]) - first, 0)
    if len(late) < ENOUGH:
        return None
    more = len(files) - 1 - first
    found = np.unique(late)
    chances = []
    for each in found:
        could = (late <= each) & (more >= each)
        chances.append(1 - float((late == each).sum() / could.sum()))
    later = np.cumprod(np.asarray(chances)[::-1])[::-1]
    return DelayCurve(found, np.append(later[1:], 1.0))


def completeness(window: Window, files: I64, curve: DelayCurve) -> float:
    """Return the share of who left in a window that is known by the last of `files` (k,), days since 1970.

    As if leaving were even over the window's days; what is after the last file is not known.
    """
    begins, ends = ((each - date(1970, 1, 1)).days for each in (window.begins, window.ends))
    more = len(files) - 1 - np.searchsorted(files, np.arange(begins, ends))
    return float(np.where(more >= 0, curve.within(more), 0.0).mean())
