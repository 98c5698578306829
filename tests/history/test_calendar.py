"""Which days snapshots are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from unchurn.errors import ConfigError
from unchurn.history import Question
from unchurn.history.calendar import day, snapshot_days
from unchurn.project import Churn


def _listed(first: str, end: str, **churn: Any) -> list[str]:
    question = Question.of(Churn(event="subscription-ends", **churn))
    days = snapshot_days(question, dt.date.fromisoformat(first), dt.date.fromisoformat(end))
    return [day(each).isoformat() for each in days]


def test_months_keep_their_ends() -> None:
    """From 31 January each snapshot is the month's last day: no drift to the 29th."""
    found = _listed("2023-05-05", "2024-06-01", since="2024-01-31")
    assert found == ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"]


def test_without_since_snapshots_begin_with_a_whole_month_or_week() -> None:
    """The first of the next month, the next Monday, or the first day."""
    assert _listed("2023-11-15", "2024-01-01") == ["2023-12-01", "2024-01-01"]
    assert _listed("2024-02-01", "2024-02-28") == ["2024-02-01"]
    assert _listed("2024-05-15", "2024-05-27", every="week") == ["2024-05-20", "2024-05-27"]
    assert _listed("2024-02-27", "2024-03-13", every=7.0) == [
        "2024-02-27", "2024-03-05", "2024-03-12",
    ]  # fmt: skip


def test_until_is_not_a_snapshot() -> None:
    """Intervals are closed–open."""
    found = _listed("2024-01-01", "2025-01-01", until="2024-03-01")
    assert found == ["2024-01-01", "2024-02-01"]


@pytest.mark.parametrize(
    ("churn", "words"),
    [({"since": "2030-01-01"}, "no snapshot"), ({"every": 1.0}, "more than 2,000 snapshots")],
)
def test_none_and_too_many_are_refused(churn: dict[str, Any], words: str) -> None:
    """With the days there are, and the keys that choose them."""
    with pytest.raises(ConfigError, match=words):
        _listed("2010-01-01", "2024-01-01", **churn)
