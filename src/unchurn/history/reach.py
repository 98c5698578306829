"""From when to when the tables of a history tell anything, beside the days that are looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from unchurn.artefacts import Finding
from unchurn.history.calendar import day, number

if TYPE_CHECKING:
    from unchurn.history.looking import Counts
    from unchurn.history.reading import Reading
    from unchurn.history.staging import Staged

ENDS_EARLY = "history-ends-early"
_FRESH = 7
"""Days that the newest row may be older than the day that is looked at."""
_STALE = 31
"""Days that the newest row may be older than `observed_until`, and that of a table than that of all:
tables come once a month at least."""
_LARGE = 0.2
"""Share of the customer-days before the first row of a table from which on that is worth saying."""


def reach_findings(
    staged: Mapping[str, Staged],
    counts: Counts,
    windows: Sequence[int],
    observed: int,
    as_of: str,
) -> Iterator[Finding]:
    """Say until when the history counts as complete, and where tables begin too late or end too early.

    `observed` is the day, numbered, before which it is complete.
    """
    from unchurn.history.reading import newest_day  # intake wants a code alone, and no history

    newest = newest_day([each.reading for each in staged.values()])
    yield _complete(observed, newest, as_of)
    until = min(newest, number(dt.date.fromisoformat(as_of)) if as_of else observed)
    for each in staged.values():
        reading = each.reading
        if not reading.source.name.startswith("events."):
            continue
        yield from _ends_early(reading, until)
        if not as_of:
            yield from _begins_late(reading, counts, windows)


def _complete(observed: int, newest: int, as_of: str) -> Finding:
    if as_of:
        behind = number(dt.date.fromisoformat(as_of)) - newest
        if behind > _FRESH:
            words = (
                f"The history ends on {day(newest)}, {behind:,} days before {as_of}: whatever happened "
                "since is not in the features."
            )
            return Finding(ENDS_EARLY, "warning", words, count=behind)
        return Finding("newest-row", "note", f"The newest row of the history is of {day(newest)}.")
    if observed - newest > _STALE:
        words = (
            f"The history counts as complete until {day(observed)}, {observed - newest:,} days after its "
            f"newest row, of {day(newest)}: whatever happened between is in no label and no feature. Bring "
            "the tables up to date, or set [history] observed_until to the day of the export."
        )
        return Finding("observed-until-late", "warning", words, count=observed - newest)
    words = f"The history counts as complete until {day(observed)}."
    return Finding("observed-until", "note", words)


def _ends_early(reading: Reading, until: int) -> Iterator[Finding]:
    ends = reading.counted.ends()
    if ends and until - ends[1] > _STALE:
        words = (
            f"[history.{reading.source.name}] ends on {day(ends[1])}, {until - ends[1]:,} days before "
            f"{day(until)}: its features say of the days since that nothing happened."
        )
        yield Finding("table-ends-early", "warning", words, count=until - ends[1])


def _begins_late(reading: Reading, counts: Counts, windows: Sequence[int]) -> Iterator[Finding]:
    ends, every = reading.counted.ends(), counts.eligible.total()
    before = sum(rows for each, rows in counts.eligible.items() if ends and each <= ends[0])
    if ends and before > _LARGE * every:
        longest = max(windows)
        words = (
            f"[history.{reading.source.name}] begins on {day(ends[0])}, and {before:,} of {every:,} "
            "customer-days lie before: its features say of them that nothing happened, for want of data. "
            f'Set [churn] since = "{day(ends[0] + 1)}" or later (its last {longest:,} days are whole from '
            f"{day(ends[0] + longest)} on)."
        )
        yield Finding("table-begins-late", "warning", words, count=before)
