"""Outcomes are added to a campaign, delivered twice safely, and never contradict."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from unchurn.campaigns import Asked, CampaignLedger, Entry, Member
from unchurn.campaigns.outcomes import deliver, known_outcomes, known_revenue
from unchurn.errors import DataError

MEMBERS = [
    Member("001", "contact", 1, "", 0.5, 12.5),
    Member("a", "control", 1, "", 0.4, 11.0),
]
IDS = {"001", "a"}


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    """A campaign of two."""
    ledger = CampaignLedger(tmp_path)
    asked = Asked(date(2027, 3, 1), 90, 30)
    made = ledger.write("spring", asked, "r", "c", {}, MEMBERS, (0, 0))
    assert made.entry is not None
    return made.entry


def test_facts_are_added(tmp_path: Path, entry: Entry) -> None:
    """Contacted first, churned later; again is nothing new; strangers are named."""
    first = deliver(tmp_path, entry, IDS, {("001", "contacted"): True}, "t")
    assert (first.new, first.known, first.strangers) == (1, 0, ())
    facts = {("001", "contacted"): True, ("001", "churned"): False, ("x", "churned"): True}
    second = deliver(tmp_path, entry, IDS, facts, "t")
    assert (second.new, second.known, second.strangers) == (1, 1, ("x",))
    assert known_outcomes(tmp_path, entry) == {
        ("001", "contacted"): True,
        ("001", "churned"): False,
    }


def test_a_contradiction_takes_in_nothing(tmp_path: Path, entry: Entry) -> None:
    """Who had stayed has not left: the whole file is refused."""
    deliver(tmp_path, entry, IDS, {("001", "churned"): False}, "t")
    with pytest.raises(DataError, match="contradict earlier ones: '001 \\(churned\\)'"):
        deliver(tmp_path, entry, IDS, {("001", "churned"): True, ("a", "churned"): True}, "t")
    assert len(known_outcomes(tmp_path, entry)) == 1


def test_another_campaigns_outcomes_are_refused(tmp_path: Path, entry: Entry) -> None:
    """A file of which nobody is in the campaign."""
    with pytest.raises(DataError, match="Nobody of these 1 customers is in the campaign"):
        deliver(tmp_path, entry, IDS, {("1", "churned"): True}, "t")


def test_amounts_are_added_with_facts_or_not_at_all(tmp_path: Path, entry: Entry) -> None:
    """Again is nothing new; another amount refuses the facts beside it, too."""
    first = deliver(tmp_path, entry, IDS, {}, "t", {"001": 12.5, "x": 1.0})
    assert (first.new, first.known, first.strangers) == (1, 0, ("x",))
    assert deliver(tmp_path, entry, IDS, {}, "t", {"001": 12.5, "a": 0.0}).known == 1
    with pytest.raises(DataError, match="contradict earlier ones: '001 \\(revenue\\)'"):
        deliver(tmp_path, entry, IDS, {("a", "churned"): True}, "t", {"001": 13.0})
    assert known_outcomes(tmp_path, entry) == {}
    assert known_revenue(tmp_path, entry) == {"001": 12.5, "a": 0.0}


def test_a_ledger_of_an_earlier_version_takes_amounts(tmp_path: Path, entry: Entry) -> None:
    """It is brought up to date when it is read; what it holds stays."""
    deliver(tmp_path, entry, IDS, {("a", "churned"): True}, "t")
    with closing(sqlite3.connect(tmp_path / "campaigns.db", isolation_level=None)) as db:
        db.execute("DROP TABLE revenues")
        db.execute("PRAGMA user_version = 2")
    assert known_revenue(tmp_path, entry) == {}
    assert deliver(tmp_path, entry, IDS, {}, "t", {"a": 3.0}).new == 1
    assert known_outcomes(tmp_path, entry) == {("a", "churned"): True}
