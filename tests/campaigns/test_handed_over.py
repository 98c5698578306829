"""A ledger handed to a job as files: read as it stands, and one event handed back."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from unchurn.campaigns import Asked, Member
from unchurn.campaigns.campaign_events import Event, following
from unchurn.campaigns.handed_over import HandedJournal
from unchurn.campaigns.journal import JournalLedger
from unchurn.errors import RegistryError

SPRING = Asked(date(2027, 3, 1), 90, 30)
MEMBERS = [Member("007", "control", 1, "", 0.5, 1.0)]


def handed(folder: Path, events: list[Event]) -> JournalLedger:
    """Open a ledger as a job does."""
    given, made = folder / "given", folder / "made"
    for each in (given, made):
        each.mkdir(exist_ok=True)
    (given / "ledger.json").write_text(json.dumps({"today": "2027-03-01", "events": events}))
    return JournalLedger(HandedJournal(given, made), who=lambda: "the job")


def write(ledger: JournalLedger, name: str, seen: tuple[int, int]) -> None:
    assert ledger.write(name, SPRING, "r", "c", {}, MEMBERS, seen).changed


def test_what_a_job_adds_is_handed_back(tmp_path: Path) -> None:
    """With its number and its members; given to the next job, its control group is left alone."""
    ledger = handed(tmp_path, [])
    write(ledger, "spring", (0, 0))
    assert [each.name for each in ledger.entries()] == ["spring"]
    entry = json.loads((tmp_path / "made/entry.json").read_text())
    assert entry["number"] == 1
    shutil.copytree(tmp_path / "made/kept", tmp_path / "given/kept")
    again = handed(tmp_path, [following(entry["text"], [])])
    controls, _, seen = again.left_alone(SPRING)
    assert (controls, seen) == ({"007": "spring, until 2027-05-30"}, (1, 0))
    write(again, "summer", seen)
    assert json.loads((tmp_path / "made/entry.json").read_text())["number"] == 2


def test_where_nothing_is_new_it_is_handed_back_after_which_events(tmp_path: Path) -> None:
    write(handed(tmp_path, []), "spring", (0, 0))
    text = json.loads((tmp_path / "made/entry.json").read_text())["text"]
    handed(tmp_path, [following(text, [])])
    HandedJournal(tmp_path / "given", tmp_path / "made").add_nothing()
    assert json.loads((tmp_path / "made/entry.json").read_text()) == {"number": 2}


def test_what_a_job_hands_back_it_reads_itself(tmp_path: Path) -> None:
    ledger = handed(tmp_path, [])
    write(ledger, "spring", (0, 0))
    ledger.deliver(ledger.get("spring"), {"007"}, {("007", "churned"): True}, "t")
    assert ledger.told(ledger.get("spring")).facts == {("007", "churned"): True}


def test_what_is_not_as_it_was_written_is_told(tmp_path: Path) -> None:
    """An event that was changed, and members that were not handed over."""
    write(handed(tmp_path, []), "spring", (0, 0))
    text = json.loads((tmp_path / "made/entry.json").read_text())["text"]
    shutil.rmtree(tmp_path / "made/kept")
    with pytest.raises(RegistryError, match="handed over without"):
        handed(tmp_path, [following(text, [])]).left_alone(SPRING)
    changed = following(text, [])._replace(text=text.replace("spring", "autumn"))
    with pytest.raises(RegistryError, match="Event 1 of the ledger"):
        handed(tmp_path, [changed])
