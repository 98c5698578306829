"""A time zone's clock: moments → local days, local times → moments, and what it cannot tell.

A local time that comes twice, when clocks go back, is the earlier of the two; one that never came,
when they go forward, is the moment as far after the change as it claims to be. Both are counted.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Micros = npt.NDArray[np.int64]
SECOND = 1_000_000
DAY = 86_400 * SECOND
_YEARS = (1900, 2200)


@dataclass(frozen=True)
class Clock:
    """When a zone's clocks changed. All times are microseconds since 1970.

    `changes`: moments (UTC) of changes (n,). `offsets`: what is added to UTC before the first
    change, and from each on (n + 1,).
    """

    changes: Micros
    offsets: Micros

    @classmethod
    def of(cls, zone: str) -> Clock:
        """Find the changes of a zone by its IANA name."""
        return _clock(zone)

    def days(self, moments: Micros) -> Micros:
        """Number the local day of each moment (UTC): days since 1970."""
        found: Micros = (moments + self._offset(self.changes, moments)) // DAY
        return found

    def moments(self, local: Micros) -> Micros:
        """Turn local times into moments (UTC)."""
        return local - self._offset(self._settled, local)

    def doubtful(self, local: Micros) -> tuple[int, int]:
        """Count local times that come twice, and those that never come."""
        place = np.searchsorted(self._settled, local, "right")
        # behind the last change, nothing is in doubt
        began = np.append(self._begun, np.iinfo(np.int64).max)
        inside = local >= began[place]
        back = np.append(self.offsets[1:] < self.offsets[:-1], False)[place]
        return int((inside & back).sum()), int((inside & ~back).sum())

    def midnight(self, day: int) -> dt.datetime:
        """Return the first moment (UTC) of a local day, given as days since 1970."""
        micros = int(self.moments(np.array([day * DAY], np.int64))[0])
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=micros)

    @property
    def _settled(self) -> Micros:
        """Local times from which on each change has surely happened."""
        return self.changes + np.maximum(self.offsets[:-1], self.offsets[1:])

    @property
    def _begun(self) -> Micros:
        """Local times from which on each change leaves doubt."""
        return self.changes + np.minimum(self.offsets[:-1], self.offsets[1:])

    def _offset(self, changes: Micros, times: Micros) -> Micros:
        found: Micros = self.offsets[np.searchsorted(changes, times, "right")]
        return found


@cache
def _clock(name: str) -> Clock:
    zone = ZoneInfo(name)
    first, end = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in _YEARS)
    before, offset = first, _ahead(zone, first)
    changes: list[int] = []
    offsets = [offset]
    while before < end:
        after = before + dt.timedelta(days=1)
        if (later := _ahead(zone, after)) != offsets[-1]:
            changes.append(_change(zone, before, after, later))
            offsets.append(later)
        before = after
    return Clock(np.array(changes, np.int64), np.array(offsets, np.int64) * SECOND)


def _change(zone: ZoneInfo, before: dt.datetime, after: dt.datetime, later: int) -> int:
    """Find the second from which on a zone is ahead by `later`."""
    start, end = int(before.timestamp()), int(after.timestamp())
    while end - start > 1:
        middle = (start + end) // 2
        moment = dt.datetime.fromtimestamp(middle, dt.UTC)
        start, end = (start, middle) if _ahead(zone, moment) == later else (middle, end)
    return end * SECOND


def _ahead(zone: ZoneInfo, moment: dt.datetime) -> int:
    offset = moment.astimezone(zone).utcoffset() or dt.timedelta()
    return int(offset.total_seconds())
