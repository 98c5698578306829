"""Outcomes are added to a campaign, delivered twice safely, and never contradict."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from unchurn.campaigns import Asked, CampaignLedger, Entry, Member
from unchurn.campaigns.outcomes import deliver, known_outcomes
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
