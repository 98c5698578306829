"""The ledger is opened for a job and entered after it: once, and only as it was opened."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from registry_stage import BUCKET, Stage, emptied, staged

from unchurn.aws.journal import DynamoJournal
from unchurn.campaigns import Asked, Member
from unchurn.campaigns.campaign_events import Event, following
from unchurn.campaigns.journal import JournalLedger

SPRING = Asked(date(2027, 3, 1), 90, 30)
MEMBERS = [Member("007", "contact", 1, "", 0.5, 1.0)]
ASKED = "[aws]\ncampaign = true\n"
GONE = "data/campaigns/spring/outcomes/gone.csv"


@pytest.fixture(scope="module")
def theatre() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


@pytest.fixture
def stage(theatre: Stage) -> Iterator[Stage]:
    with emptied(theatre, f"t-{uuid4()}") as stage:
        yield stage


def ledger_of(stage: Stage) -> JournalLedger:
    return JournalLedger(DynamoJournal(stage.clients, stage.table, lambda: BUCKET))


def opened(stage: Stage, run: str) -> list[Event]:
    """Open the ledger for a run that asks for a campaign; return its events."""
    stage.put(f"runs/{run}/project/churn.toml", ASKED)
    assert stage.call("campaign_ledger", run_id=run, ask="open") == {"asked": True}
    told = json.loads(stage.get(f"runs/{run}/ledger/ledger.json"))
    return [Event(*each) for each in told["events"]]


def offer(stage: Stage, run: str, before: list[Event], **more: Any) -> None:
    """Leave what the job of a run leaves."""
    days = {"starts": "2027-03-01", "ends": "2027-06-01"}
    shas = {f"{each}_sha256": f"{each}-{run}" for each in ("request", "campaign", "members")}
    told = {"kind": "campaign", "name": run, **days, **shas, "at": "t", "by": "w"}
    told |= {"summary": {"words": f"Contact {run}."}}
    entry = {"text": json.dumps(told | more), "number": len(before) + 1}
    stage.put(f"runs/{run}/entry/entry.json", entry)
    stage.put(f"runs/{run}/entry/kept/members-{run}.json.gz", gzip.compress(b"[]"))
    stage.put(f"runs/{run}/campaign/contact.csv", f"id\n{run}\n")


def enter(stage: Stage, run: str) -> str:
    """Ask for the campaign to be entered; return what it came to."""
    made = stage.call("campaign_ledger", run_id=run, ask="enter")
    assert made["entered"] == (made["came_to"] == "entered"), "for executions of an earlier machine"
    assert made["words"] == {"entered": f"Contact {run}.", "late": ""}[made["came_to"]]
    return str(made["came_to"])


@pytest.mark.parametrize("churn", ["", "[aws]\ncampaign = false\n"])
def test_without_a_campaign_nothing_is_opened(stage: Stage, churn: str) -> None:
    stage.put("runs/r/project/churn.toml", churn)
    assert stage.call("campaign_ledger", run_id="r", ask="open") == {"asked": False}
    assert stage.keys("runs/r/ledger/") == []


def test_what_binds_and_whom_not_to_contact_is_handed_over(stage: Stage) -> None:
    """Members of campaigns that stand, what was told of them, every list; of cancelled ones nothing."""
    ledger = ledger_of(stage)
    entry = ledger.write("spring", SPRING, "r", "c", {}, MEMBERS, (0, 0)).entry
    assert entry is not None
    ledger.deliver(entry, {"007"}, {("007", "churned"): True}, "t")
    other = [Member("b", "contact", 1, "", 0.5, 1.0)]
    gone = ledger.write("summer", SPRING, "r", "c", {}, other, (1, 0)).entry
    assert gone is not None
    ledger.cancel("summer", "")
    stage.put("data/exclude/do_not_call.csv", "id\n1\n")
    stage.put("data/exclude/legal/more.csv", "id\n2\n")
    assert len(opened(stage, "r")) == 4
    names = {key.removeprefix("runs/r/ledger/") for key in stage.keys("runs/r/ledger/")}
    kept = {each for each in names if each.startswith("kept/")}
    assert names - kept == {
        "ledger.json", "exclude/do_not_call.csv", "exclude/legal/more.csv",
    }  # fmt: skip
    assert len(kept) == 2
    assert f"kept/{entry.members_sha256}.json.gz" in kept
    assert f"kept/{gone.members_sha256}.json.gz" not in kept


def test_a_campaign_is_entered_once_and_then_published(stage: Stage) -> None:
    """Cut short, the same invocation again publishes what stands."""
    before = opened(stage, "r")
    offer(stage, "r", before)
    assert stage.keys("data/campaigns/") == []
    assert enter(stage, "r") == "entered"
    assert stage.get("data/campaigns/r/contact.csv") == b"id\nr\n"
    (entry,) = ledger_of(stage).entries()
    assert (entry.name, entry.created_by, entry.ends) == ("r", "w", date(2027, 6, 1))
    assert stage.keys("data/ledger/") == ["data/ledger/members-r.json.gz"]
    assert enter(stage, "r") == "entered"
    assert len(ledger_of(stage).entries()) == 1


def test_a_ledger_that_changed_since_takes_nothing(stage: Stage) -> None:
    """Another campaign came in between: nothing is published, and the job is to be run again."""
    first, second = opened(stage, "first"), opened(stage, "second")
    offer(stage, "first", first)
    offer(stage, "second", second)
    assert enter(stage, "first") == "entered"
    assert enter(stage, "second") == "late"
    assert stage.keys("data/campaigns/second/") == []
    offer(stage, "second", opened(stage, "second"))
    assert enter(stage, "second") == "entered"
    assert [each.name for each in ledger_of(stage).entries()] == ["first", "second"]


def test_where_nobody_is_left_to_contact_that_is_said_and_nothing_entered(stage: Stage) -> None:
    opened(stage, "r")
    stage.put("runs/r/entry/entry.json", {"nobody": "Nobody is left."})
    told = {"came_to": "nobody", "words": "Nobody is left.", "entered": False}
    assert stage.call("campaign_ledger", run_id="r", ask="enter") == told
    assert (ledger_of(stage).entries(), stage.keys("data/campaigns/")) == ((), [])


def test_outcomes_are_handed_over_entered_and_published_beside_the_campaign(stage: Stage) -> None:
    """A file that tells nothing new leaves the ledger as it is, and what it changed is published all the same."""
    ledger, folder = ledger_of(stage), "data/campaigns/spring/"
    entry = ledger.write("spring", SPRING, "r", "c", {}, MEMBERS, (0, 0)).entry
    assert entry is not None
    other = [Member("b", "contact", 1, "", 0.5, 1.0)]
    assert ledger.write("summer", SPRING, "r", "c", {}, other, (1, 0)).changed
    stage.put(f"{folder}outcomes/may/a.csv", "id,churned\n007,yes\n")
    asked = {"run_id": "m", "key": f"{folder}outcomes/may/a.csv"}
    assert stage.call("campaign_ledger", ask="look", **asked) == {"folder": "spring"}
    assert stage.get("runs/m/told/a.csv") == b"id,churned\n007,yes\n"
    assert len(json.loads(stage.get("runs/m/ledger/ledger.json"))["events"]) == 2
    kept_there = f"runs/m/ledger/kept/{entry.members_sha256}.json.gz"
    assert stage.keys("runs/m/ledger/kept/") == [kept_there], "of this campaign alone"
    kept = json.dumps([[["007", "churned", True]], []]).encode()
    sha256 = hashlib.sha256(kept).hexdigest()
    told = {"kind": "outcomes", "campaign": 1, "told_sha256": sha256, "at": "t", "by": "w"}
    stage.put("runs/m/entry/entry.json", {"text": json.dumps(told), "number": 3})
    stage.put(f"runs/m/entry/kept/{sha256}.json.gz", gzip.compress(kept))
    stage.put("runs/m/campaign/effect.json", {})
    entering = {"run_id": "m", "ask": "enter", "folder": "spring"}
    for _ in "twice":
        assert stage.call("campaign_ledger", **entering)["came_to"] == "entered"
    assert dict(ledger.told(ledger.get("spring")).facts) == {("007", "churned"): True}
    stage.put("runs/m/entry/entry.json", {"number": 4})
    stage.put("runs/m/campaign/effect.json", {"looks": 2})
    assert stage.call("campaign_ledger", **entering)["came_to"] == "entered"
    assert stage.get(f"{folder}effect.json") == b'{"looks": 2}'


def test_the_mark_of_a_delivery_is_no_file_of_outcomes(stage: Stage) -> None:
    """By its name, whatever it holds; a hidden file of another name counts."""
    for name in ("_SUCCESS", "may/_committed_17", "may/.a.csv.crc"):
        key = stage.put(f"data/campaigns/spring/outcomes/{name}", "{}").partition("data/")[2]
        asked = {"run_id": "m", "ask": "look", "key": f"data/{key}"}
        assert stage.call("campaign_ledger", **asked) == {"folder": ""}
    assert stage.keys("runs/m/") == []
    stage.put("data/campaigns/spring/outcomes/_gone.csv", "id\n007\n")
    asked = {"run_id": "m", "ask": "look", "key": "data/campaigns/spring/outcomes/_gone.csv"}
    assert stage.call("campaign_ledger", **asked) == {"folder": "spring"}


def enter_outcomes(stage: Stage, run: str, offered: dict[str, Any]) -> str:
    """Ask for what a run measured of spring to be entered; return what it came to."""
    stage.put(f"runs/{run}/entry/entry.json", offered)
    stage.put(f"runs/{run}/campaign/effect.json", {"by": run})
    asked = {"run_id": run, "ask": "enter", "folder": "spring"}
    return str(stage.call("campaign_ledger", **asked)["came_to"])


def outcomes_of(stage: Stage, run: str, campaign: int) -> str:
    """Leave the outcomes that the job of a run adds; return its event."""
    stage.put(f"runs/{run}/entry/kept/told-{run}.json.gz", gzip.compress(b"[[], []]"))
    told = {"kind": "outcomes", "campaign": campaign, "told_sha256": f"told-{run}"}
    return json.dumps({**told, "at": "t", "by": "w"})


def test_where_nothing_was_new_what_others_told_since_is_not_overwritten(stage: Stage) -> None:
    ledger = ledger_of(stage)
    spring = ledger.write("spring", SPRING, "r", "c", {}, MEMBERS, (0, 0)).entry
    other = [Member("b", "contact", 1, "", 0.5, 1.0)]
    summer = ledger.write("summer", SPRING, "r", "c", {}, other, (1, 0)).entry
    assert spring is not None
    assert summer is not None
    ledger.deliver(summer, {"b"}, {("b", "churned"): True}, "t")
    assert enter_outcomes(stage, "m", {"number": 3}) == "entered", "another campaign's is nothing"
    ledger.deliver(spring, {"007"}, {("007", "churned"): True}, "t")
    assert enter_outcomes(stage, "late", {"number": 3}) == "late"
    assert stage.get("data/campaigns/spring/effect.json") == b'{"by": "m"}'
    assert enter_outcomes(stage, "again", {"number": 5}) == "entered"


def test_outcomes_are_late_for_those_of_the_same_campaign_alone(stage: Stage) -> None:
    """Whatever else the ledger learnt in between, the event comes after it."""
    ledger = ledger_of(stage)
    ledger.write("spring", SPRING, "r", "c", {}, MEMBERS, (0, 0))
    offered = {"text": outcomes_of(stage, "m", 1), "number": 2}
    same = {"text": outcomes_of(stage, "same", 1), "number": 2}
    other = [Member("b", "contact", 1, "", 0.5, 1.0)]
    summer = ledger.write("summer", SPRING, "r", "c", {}, other, (1, 0)).entry
    assert summer is not None
    ledger.deliver(summer, {"b"}, {("b", "churned"): True}, "t")
    assert enter_outcomes(stage, "m", offered) == "entered"
    assert enter_outcomes(stage, "same", same) == "late"
    opened(stage, "r")
    events = json.loads(stage.get("runs/r/ledger/ledger.json"))["events"]
    assert [json.loads(text).get("campaign") for text, _ in events] == [None, None, 2, 1]


def test_cut_short_an_older_effect_does_not_overwrite_a_newer_one(stage: Stage) -> None:
    """Its event stands, and so do later ones of the same campaign."""
    ledger_of(stage).write("spring", SPRING, "r", "c", {}, MEMBERS, (0, 0))
    older = {"text": outcomes_of(stage, "older", 1), "number": 2}
    newer = {"text": outcomes_of(stage, "newer", 1), "number": 3}
    assert enter_outcomes(stage, "older", older) == "entered"
    assert enter_outcomes(stage, "newer", newer) == "entered"
    assert enter_outcomes(stage, "older", older) == "late"
    assert enter_outcomes(stage, "newer", newer) == "entered"
    assert stage.get("data/campaigns/spring/effect.json") == b'{"by": "newer"}'


def test_what_cannot_be_is_refused_by_name(stage: Stage) -> None:
    with pytest.raises(Exception, match="ask is 'close'"):
        stage.call("campaign_ledger", run_id="r", ask="close")
    with pytest.raises(Exception, match=r"churn\.toml"):
        stage.call("campaign_ledger", run_id="nobody", ask="open")
    for key, words in (
        ("data/campaigns/a.csv", "must be a file below"),
        (GONE, "There is no s3://"),
    ):
        with pytest.raises(Exception, match=words):
            stage.call("campaign_ledger", run_id="r", ask="look", key=key)
    stage.put("runs/r/project/churn.toml", "[aws")
    with pytest.raises(Exception, match="is not TOML"):
        stage.call("campaign_ledger", run_id="r", ask="open")
    offer(stage, "r", [following("x", [])])
    assert enter(stage, "r") == "late", "an offer for a ledger that had an event"
