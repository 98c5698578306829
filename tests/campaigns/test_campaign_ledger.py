"""The ledger: written once, the same again, controls left alone, damage told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from unchurn.campaigns import Asked, CampaignLedger, Ledger, Member
from unchurn.errors import ConfigError, RegistryError

SPRING = Asked(date(2027, 3, 1), 90, 30)
MEMBERS = [
    Member("0012", "contact", 1, "call", 0.5, 12.5),
    Member("a", "control", 1, "call", 0.4, 11.0),
    Member("b", "contact", 0, "", 0.3, 3.0),
]


@pytest.fixture
def local(tmp_path: Path) -> CampaignLedger:
    """The ledger of one machine."""
    return CampaignLedger(tmp_path)


def write(ledger: Ledger, name: str, asked: Asked = SPRING, request: str = "r") -> object:
    """Write a campaign of `MEMBERS`."""
    seen = ledger.left_alone(asked)[2]
    return ledger.write(name, asked, request, "c", {"contacted": 2}, MEMBERS, seen)


def test_a_campaign_reads_back_as_it_was(ledger: Ledger) -> None:
    """Ids keep their leading zeros, days their length, and who wrote it is known."""
    assert ledger.entries() == ()
    assert write(ledger, "spring").changed
    entry = ledger.get("spring")
    assert (entry.starts, entry.ends, entry.created_by) == (
        date(2027, 3, 1),
        date(2027, 5, 30),
        "kim",
    )
    assert ledger.members(entry) == MEMBERS


def test_the_same_again_is_the_same_campaign(ledger: Ledger) -> None:
    """Twice written it is one; asked for otherwise, it is refused."""
    write(ledger, "spring")
    again = write(ledger, "spring")
    assert not again.changed
    assert again.entry == ledger.get("spring")
    with pytest.raises(ConfigError, match="never changes"):
        write(ledger, "spring", request="other")
    with pytest.raises(ConfigError, match="no campaign 'autumn'"):
        ledger.get("autumn")


@pytest.mark.parametrize(
    ("starts", "days", "cool_off", "controls", "cooling"),
    [
        (date(2027, 3, 20), 30, 30, ["a"], ["0012", "b"]),
        (date(2027, 5, 29), 30, 30, ["a"], []),
        (date(2027, 5, 30), 30, 90, [], []),
        (date(2027, 2, 1), 29, 30, ["a"], ["0012", "b"]),
        (date(2027, 2, 1), 28, 28, [], []),
        (date(2027, 3, 31), 30, 30, ["a"], []),
        (date(2027, 3, 30), 30, 0, ["a"], []),
        # it calls on the first day of the other, or later, while the other's controls are left alone
        (date(2027, 3, 1), 30, 0, ["a"], ["0012", "b"]),
        (date(2027, 1, 15), 46, 0, ["a"], ["0012", "b"]),
        (date(2027, 1, 15), 45, 0, [], []),
    ],
)
def test_others_leave_its_people_alone(
    ledger: Ledger, starts: date, days: int, cool_off: int, controls: list, cooling: list
) -> None:
    """Controls while both run; contacted ones within the cool-off, and while the other runs; to the day."""
    write(ledger, "spring")
    found = ledger.left_alone(Asked(starts, days, cool_off))
    assert [sorted(each) for each in found[:2]] == [controls, cooling]


def test_a_cancelled_campaign_frees_its_people(ledger: Ledger) -> None:
    """Once; it stays in the list, and its name is not given again."""
    write(ledger, "spring")
    assert ledger.cancel("spring", "no budget")
    assert not ledger.cancel("spring", "")
    assert ledger.left_alone(SPRING)[:2] == ({}, {})
    assert ledger.get("spring").cancelled["reason"] == "no budget"
    with pytest.raises(ConfigError, match="was cancelled"):
        write(ledger, "spring")


@pytest.mark.parametrize("what", ["contacted", "accepted"])
def test_a_campaign_that_has_begun_is_not_cancelled(ledger: Ledger, what: str) -> None:
    """Who was contacted is not free for others, nor who was left alone beside them."""
    write(ledger, "spring")
    entry = ledger.get("spring")
    ledger.deliver(entry, {"0012", "a"}, {("0012", what): True, ("a", what): False}, "t")
    with pytest.raises(ConfigError, match="1 customer was contacted for the campaign 'spring'"):
        ledger.cancel("spring", "second thoughts")
    assert ledger.left_alone(SPRING)[0] == {"a": "spring, until 2027-05-30"}


def test_a_campaign_of_which_it_is_only_known_who_left_is_cancelled(ledger: Ledger) -> None:
    """Customers leave without being contacted, too."""
    write(ledger, "spring")
    facts = {("0012", "churned"): True, ("a", "contacted"): False}
    ledger.deliver(ledger.get("spring"), {"0012", "a"}, facts, "t")
    assert ledger.cancel("spring", "nobody was called")


def test_what_came_in_between_is_noticed(ledger: Ledger) -> None:
    """A campaign chosen before another's controls were known is not written."""
    seen = ledger.left_alone(SPRING)[2]
    write(ledger, "first")
    assert ledger.write("second", SPRING, "r", "c", {}, MEMBERS, seen).entry is None
    assert [each.name for each in ledger.entries()] == ["first"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE campaigns SET name = 'x'",
        "DELETE FROM members",
        "UPDATE members SET arm = 'contact'",
        "INSERT OR REPLACE INTO members VALUES (1, 'a', 'contact', 1, '', 0, 0)",
        "DELETE FROM campaigns",
    ],
)
def test_nothing_changes_what_was_written(
    local: CampaignLedger, tmp_path: Path, statement: str
) -> None:
    """Not by SQL either."""
    write(local, "spring")
    with (
        closing(sqlite3.connect(tmp_path / "campaigns.db")) as db,
        pytest.raises(sqlite3.IntegrityError, match="never"),
    ):
        db.execute(statement)


def test_damage_is_told(local: CampaignLedger, tmp_path: Path) -> None:
    """A member who is no longer there, a row that changed, a file of something else."""
    write(local, "spring")
    with closing(sqlite3.connect(tmp_path / "campaigns.db")) as db:
        db.execute("DROP TRIGGER members_are_not_deleted")
        db.execute("DELETE FROM members WHERE customer = 'a'")
        db.commit()
    with pytest.raises(RegistryError, match="not as they were written"):
        local.left_alone(SPRING)
    with closing(sqlite3.connect(tmp_path / "campaigns.db")) as db:
        db.execute("DROP TRIGGER campaigns_are_not_changed")
        db.execute("UPDATE campaigns SET ends = '2028-01-01'")
        db.commit()
    with pytest.raises(RegistryError, match="row 1 of its campaigns"):
        local.entries()
    (tmp_path / "campaigns.db").write_bytes(b"no database" * 100)
    with pytest.raises(RegistryError, match="ledger of campaigns"):
        local.entries()
