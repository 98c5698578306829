"""Dates later than their row's snapshot."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from unchurn.artefacts import Column, Schema
from unchurn.modelling.columns.time_findings import absolute_dates, after_snapshot

COLUMNS = (Column("seen", "date", "snapshot"), Column("ended", "date"), Column("joined", "date"))
STAMP = pa.timestamp("us")
ROWS = pa.table(
    {
        "seen": pa.array([100, 100, 100], STAMP),
        "ended": pa.array([None, 300, 400], STAMP),
        "joined": pa.array([5, 100, None], STAMP),
    }
)


def test_later_dates_are_reported_on_training_rows_only() -> None:
    """A date after the snapshot is counted; one on the same day, or missing, is not."""
    (found,) = after_snapshot(ROWS, Schema(COLUMNS), np.array([0, 1]))
    assert (found.code, found.column, found.count) == ("leak-time", "ended", 1)


def test_without_a_snapshot_nothing_is_later() -> None:
    """There is no day to compare with."""
    assert after_snapshot(ROWS, Schema(COLUMNS[1:]), np.array([0, 1])) == []


def test_dates_that_are_features_are_named_in_one_note() -> None:
    """The snapshot is none of them; without one nothing is said."""
    (found,) = absolute_dates(Schema(COLUMNS))
    assert (found.code, found.severity, found.count) == ("absolute-dates", "note", 2)
    assert found.words.startswith("'ended', 'joined': ")
    assert absolute_dates(Schema(COLUMNS[:1])) == []
