"""What campaigns measured of an offer comes before what is assumed, where the project says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from unchurn.campaigns import Asked, CampaignLedger, Member
from unchurn.pipeline.accept_rates import with_measured
from unchurn.project import Campaign, Decision, Offer, Project
from unchurn.report.campaign import accept_words

OFFERS = (Offer("call", 5, 20), Offer("gift", 9, 30, 0.6))
MEMBERS = [Member(f"c{n:02}", "contact", 1, "call", 0.4, 1.0) for n in range(40)]
MEMBERS += [Member(f"g{n:02}", "contact", 1, "gift", 0.4, 1.0) for n in range(10)]
MEMBERS += [Member("x", "control", 1, "call", 0.4, 1.0)]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of two offers, with a campaign of whose members ten of forty accepted the call."""
    (tmp_path / "churn.toml").write_text('[data]\ntrain = "t.csv"\n[churn]\ntarget = "left"\n')
    made = replace(Project.load(tmp_path), campaign=Campaign(offers=OFFERS))
    ledger = CampaignLedger(made.root)
    summary = {"offers": [{"name": each.name, "incentive": each.incentive} for each in OFFERS]}
    asked = Asked(date(2027, 3, 1), 90, 30)
    entry = ledger.write("spring", asked, "r", "c", summary, MEMBERS, (0, 0)).entry
    assert entry is not None
    facts = {(f"c{n:02}", "accepted"): n < 12 for n in range(40)}
    # two accepted and left all the same; ten were never reached; a control was offered nothing
    facts |= {("c00", "churned"): True, ("c01", "churned"): True, ("x", "accepted"): False}
    facts |= {(f"c{n}", "contacted"): False for n in range(30, 40)}
    facts |= {(f"g{n:02}", "accepted"): True for n in range(10)}
    ledger.deliver(entry, {each.customer for each in MEMBERS}, facts, "t")
    return made


def test_measured_rates_are_used_and_both_are_told(project: Project) -> None:
    """Ten of thirty who were reached accepted the call and stayed; everybody took the gift."""
    used, told = with_measured(project, CampaignLedger(project.root))
    call, gift = told
    assert (call["accepted"], call["customers"], call["assumed"]) == (10, 30, 0.3)
    assert call["measured"] == pytest.approx((50 * 0.3 + 10) / 80)
    assert gift["measured"] == pytest.approx((50 * 0.6 + 10) / 60)
    assert [each.accept_rate for each in used.campaign.offers] == [
        call["measured"],
        gift["measured"],
    ]
    assert used.decision == project.decision
    words = accept_words(call)
    assert words.startswith("  call: 31.2% accept (95%: ")
    assert "10 of 30 contacted did, and stayed; assumed were 30.0%, which count as 50" in words
    assert words.endswith("The measured rate is used.")


def test_assumed_rates_stay_where_asked_for_or_nothing_was_measured(project: Project) -> None:
    """Another incentive is another offer; so is that of [decision]."""
    ledger = CampaignLedger(project.root)
    assumed = replace(project, campaign=replace(project.campaign, accept_rates="assumed"))
    used, told = with_measured(assumed, ledger)
    assert used == assumed
    assert accept_words(told[0]).endswith("The assumed rate is used.")
    dearer = replace(project, campaign=Campaign(offers=(Offer("call", 5, 25),)))
    assert with_measured(dearer, ledger) == (dearer, [])
    own = replace(project, campaign=Campaign(), decision=Decision(clv=500.0, incentive_cost=20.0))
    assert with_measured(own, ledger) == (own, [])


def test_the_offer_of_decision_has_a_rate_too(project: Project) -> None:
    """Where no offers are named, and lists keep to the assumed one; where only who accepted is told, no share is known."""
    ledger = CampaignLedger(project.root)
    plain = replace(project, campaign=Campaign(), decision=Decision(clv=500.0, incentive_cost=20.0))
    members = [Member(f"d{n}", "contact", 1, "", 0.4, 1.0) for n in range(20)]
    summary = {"offers": [{"name": "", "incentive": 20.0}]}
    asked = Asked(date(2027, 9, 1), 90, 30)
    entry = ledger.write("autumn", asked, "r", "c", summary, members, (1, 0)).entry
    assert entry is not None
    ids = {each.customer for each in members}
    ledger.deliver(entry, ids, {("d0", "accepted"): True}, "t")
    assert with_measured(plain, ledger) == (plain, [])
    ledger.deliver(entry, ids, {(f"d{n}", "accepted"): False for n in range(1, 20)}, "t")
    used, told = with_measured(plain, ledger)
    assert used.decision.accept_rate == pytest.approx((15 + 1) / 70)
    words = accept_words(told[0])
    assert words.startswith("  22.9% accept")
    assert words.endswith("lists, live answers and reports by [decision] accept_rate.")
