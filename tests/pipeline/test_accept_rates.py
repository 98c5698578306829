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
ASKED = Asked(date(2027, 3, 1), 90, 30)
OVER = ASKED.ends
CALLED = [Member(f"c{n:03}", "contact", 1, "call", 0.4, 1.0) for n in range(400)]
ALONE = [Member(f"x{n:03}", "control", 1, "call", 0.4, 1.0) for n in range(100)]
BESIDES = [Member("filler", "contact", 0, "call", 0.4, 1.0)]
GIVEN = [Member(f"g{n:02}", "contact", 1, "gift", 0.4, 1.0) for n in range(10)]
MEMBERS = CALLED + ALONE + BESIDES + GIVEN
FACTS = {(each.customer, "churned"): False for each in MEMBERS}
FACTS |= {(each.customer, "churned"): True for each in (*CALLED[:60], *ALONE[:30], *BESIDES)}
# nine of ten accept, most of whom would have stayed anyway; two were never reached
FACTS |= {(each.customer, "accepted"): n >= 40 for n, each in enumerate(CALLED)}
FACTS |= {(each.customer, "contacted"): False for each in CALLED[:2]}
FACTS |= {(each.customer, "accepted"): True for each in GIVEN}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of two offers."""
    (tmp_path / "churn.toml").write_text('[data]\ntrain = "t.csv"\n[churn]\ntarget = "left"\n')
    return replace(Project.load(tmp_path), campaign=Campaign(offers=OFFERS))


def campaign(
    project: Project, facts: dict[tuple[str, str], bool], members: list[Member] = MEMBERS
) -> CampaignLedger:
    """Write a campaign with its outcomes; return the ledger."""
    ledger = CampaignLedger(project.root)
    offers = (*OFFERS, Offer("", 5, 20))
    summary = {"offers": [{"name": each.name, "incentive": each.incentive} for each in offers]}
    entry = ledger.write("spring", ASKED, "r", "c", summary, members, (0, 0)).entry
    assert entry is not None
    ledger.deliver(entry, {each.customer for each in members}, facts, "t")
    return ledger


def test_measured_rates_are_used_and_both_are_told(project: Project) -> None:
    """Half as many of the contacted left as of those left alone; of the gift there is no control group."""
    used, told = with_measured(project, campaign(project, FACTS), OVER)
    call, gift = told
    assert call["contacted"] == {"churned": 60, "customers": 400}
    assert call["control"] == {"churned": 30, "customers": 100}
    assert 0.3 < call["measured"] < 0.5
    assert call["low"] < call["measured"] < call["high"]
    assert (call["accepted"], call["customers"]) == (360, 398)
    assert (gift["measured"], gift["used"]) == (None, "assumed")
    assert [each.accept_rate for each in used.campaign.offers] == [call["measured"], 0.6]
    assert used.decision == project.decision
    words = accept_words(call)
    assert words.startswith(f"  call: {call['measured']:.1%} of would-be churners accept and stay")
    assert "60 of 400 drawn to be contacted left, and 30 of 100 left alone; assumed" in words
    assert "The measured rate is used. 360 of 398 contacted accepted, those who would" in words
    words = accept_words(gift)
    assert words.startswith("  gift: ")
    assert words.endswith("only a control group tells. The assumed rate of 60.0% is used.")


def test_assumed_rates_stay_where_asked_for_or_nothing_was_measured(project: Project) -> None:
    """Another incentive is another offer; so is that of [decision]."""
    ledger = campaign(project, FACTS)
    assumed = replace(project, campaign=replace(project.campaign, accept_rates="assumed"))
    used, told = with_measured(assumed, ledger, OVER)
    assert used == assumed
    assert "The assumed rate is used." in accept_words(told[0])
    dearer = replace(project, campaign=Campaign(offers=(Offer("call", 5, 25),)))
    assert with_measured(dearer, ledger, OVER) == (dearer, [])
    own = replace(project, campaign=Campaign(), decision=Decision(clv=500.0, incentive_cost=30.0))
    assert with_measured(own, ledger, OVER) == (own, [])


def test_a_campaign_that_is_open_tells_no_rate(project: Project) -> None:
    """Who has not left so far may leave yet, whatever a ledger of an earlier version holds."""
    day = date(2027, 5, 29)
    assert with_measured(project, campaign(project, FACTS), day) == (project, [])


@pytest.mark.parametrize("group", [CALLED[100:160], CALLED + BESIDES + GIVEN, ALONE])
def test_a_draw_of_which_outcomes_are_missing_tells_no_rate(
    project: Project, group: list[Member]
) -> None:
    """Of more than one in twenty, or of a whole group: whoever accepted and is not said to have left is no success."""
    lacking = {(each.customer, "churned") for each in group}
    facts = {fact: value for fact, value in FACTS.items() if fact not in lacking}
    used, told = with_measured(project, campaign(project, facts), OVER)
    assert used == project
    assert [each["measured"] for each in told] == [None, None]


def test_the_offer_of_decision_has_a_rate_too(project: Project) -> None:
    """Where no offers are named, and lists keep to the assumed one; who accepted need not be told."""
    members = [each._replace(offer="") for each in CALLED + ALONE]
    names = {each.customer for each in members}
    facts = {(n, w): v for (n, w), v in FACTS.items() if w == "churned" and n in names}
    plain = replace(project, campaign=Campaign(), decision=Decision(clv=500.0, incentive_cost=20.0))
    used, (told,) = with_measured(plain, campaign(project, facts, members), OVER)
    assert used.decision.accept_rate == told["measured"]
    assert told["customers"] == 0
    words = accept_words(told)
    assert words.startswith(f"  {told['measured']:.1%} of would-be churners")
    assert words.endswith("lists, live answers and reports by [decision] accept_rate.")


def test_a_rate_of_an_earlier_version_is_said_as_what_it_is() -> None:
    """It stands in the ledger of a campaign that is read again."""
    rate = {"offer": "call", "assumed": 0.3, "accepted": 43, "customers": 300, "measured": 0.18}
    assert accept_words(rate).endswith("18.0% were reckoned with, 30.0% assumed.")
