"""Outcomes are added to a campaign, delivered twice safely, and never contradict."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from unchurn.campaigns import Asked, CampaignLedger, Entry, Ledger, Member
from unchurn.errors import DataError

MEMBERS = [
    Member("001", "contact", 1, "", 0.5, 12.5),
    Member("a", "control", 1, "", 0.4, 11.0),
]
IDS = {"001", "a"}


@pytest.fixture
def entry(ledger: Ledger) -> Entry:
    """A campaign of two."""
    return a_campaign(ledger)


def a_campaign(ledger: Ledger) -> Entry:
    """Write a campaign of `MEMBERS`."""
    asked = Asked(date(2027, 3, 1), 90, 30)
    made = ledger.write("spring", asked, "r", "c", {}, MEMBERS, (0, 0))
    assert made.entry is not None
    return made.entry


def test_facts_are_added(ledger: Ledger, entry: Entry) -> None:
    """Contacted first, churned later; again is nothing new; strangers are named."""
    first = ledger.deliver(entry, IDS, {("001", "contacted"): True}, "t")
    assert (first.new, first.known, first.strangers) == (1, 0, ())
    facts = {("001", "contacted"): True, ("001", "churned"): False, ("x", "churned"): True}
    second = ledger.deliver(entry, IDS, facts, "t")
    assert (second.new, second.known, second.strangers) == (1, 1, ("x",))
    assert ledger.told(entry).facts == {
        ("001", "contacted"): True,
        ("001", "churned"): False,
    }


def test_a_contradiction_takes_in_nothing(ledger: Ledger, entry: Entry) -> None:
    """Who had stayed has not left: the whole file is refused."""
    ledger.deliver(entry, IDS, {("001", "churned"): False}, "t")
    with pytest.raises(DataError, match="contradict earlier ones: '001 \\(churned\\)'"):
        ledger.deliver(entry, IDS, {("001", "churned"): True, ("a", "churned"): True}, "t")
    assert len(ledger.told(entry).facts) == 1


def test_while_it_runs_a_no_is_not_yet(ledger: Ledger, entry: Entry) -> None:
    """Of a file that says yes or no of everybody each yes is taken in; the final one contradicts nothing."""
    facts = {("001", "churned"): False, ("a", "churned"): True, ("001", "accepted"): False}
    early = ledger.deliver(entry, IDS, facts, "t", {"001": 3.0, "x": 1.0}, over=False)
    assert (early.new, early.known, early.strangers, early.open) == (1, 0, ("x",), 3)
    assert ledger.told(entry).facts == {("a", "churned"): True}
    assert ledger.told(entry).revenue == {}
    nothing = ledger.deliver(entry, IDS, {("001", "churned"): False}, "t", over=False)
    assert (nothing.new, nothing.open) == (0, 1)
    with pytest.raises(DataError, match="Nobody of these 1 customers"):
        ledger.deliver(entry, IDS, {("1", "churned"): False}, "t", over=False)
    final = {**facts, ("001", "churned"): True}
    assert ledger.deliver(entry, IDS, final, "t", {"001": 9.0}).new == 3


def test_another_campaigns_outcomes_are_refused(ledger: Ledger, entry: Entry) -> None:
    """A file of which nobody is in the campaign."""
    with pytest.raises(DataError, match="Nobody of these 1 customers is in the campaign"):
        ledger.deliver(entry, IDS, {("1", "churned"): True}, "t")


def test_amounts_are_added_with_facts_or_not_at_all(ledger: Ledger, entry: Entry) -> None:
    """Again is nothing new; another amount refuses the facts beside it, too."""
    first = ledger.deliver(entry, IDS, {}, "t", {"001": 12.5, "x": 1.0})
    assert (first.new, first.known, first.strangers) == (1, 0, ("x",))
    assert ledger.deliver(entry, IDS, {}, "t", {"001": 12.5, "a": 0.0}).known == 1
    with pytest.raises(DataError, match="contradict earlier ones: '001 \\(revenue\\)'"):
        ledger.deliver(entry, IDS, {("a", "churned"): True}, "t", {"001": 13.0})
    assert ledger.told(entry).facts == {}
    assert ledger.told(entry).revenue == {"001": 12.5, "a": 0.0}


def test_a_ledger_of_an_earlier_version_takes_amounts(tmp_path: Path) -> None:
    """It is brought up to date when it is read; what it holds stays."""
    ledger = CampaignLedger(tmp_path)
    entry = a_campaign(ledger)
    ledger.deliver(entry, IDS, {("a", "churned"): True}, "t")
    with closing(sqlite3.connect(tmp_path / "campaigns.db", isolation_level=None)) as db:
        db.execute("DROP TABLE revenues")
        db.execute("PRAGMA user_version = 2")
    assert ledger.told(entry).revenue == {}
    assert ledger.deliver(entry, IDS, {}, "t", {"a": 3.0}).new == 1
    assert ledger.told(entry).facts == {("a", "churned"): True}
