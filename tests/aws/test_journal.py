"""The ledger's events in DynamoDB: one of two at once wins, and what is lost or changed is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest

from loopback_aws import loopback_aws, make_table
from unchurn.aws.clients import Clients
from unchurn.aws.deployment import make_deployment
from unchurn.aws.journal import DynamoJournal, ledger_of
from unchurn.aws.lambdas.event_table import EventTable
from unchurn.aws.registry import DynamoRegistry
from unchurn.campaigns import Asked, Entry, Member, local_ledger
from unchurn.campaigns.campaign_events import following
from unchurn.campaigns.journal import JournalLedger
from unchurn.cli.wiring import open_ledger
from unchurn.errors import ConfigError, RegistryError
from unchurn.project import Project

BUCKET = "campaigns-1"
SPRING = Asked(date(2027, 3, 1), 90, 30)
MEMBERS = [Member("007", "contact", 1, "", 0.5, 1.0), Member("a", "control", 1, "", 0.4, 0.5)]


@pytest.fixture(scope="module")
def aws() -> Iterator[Clients]:
    with loopback_aws(BUCKET) as clients:
        yield clients


@pytest.fixture
def table(aws: Clients) -> str:
    return make_table(aws, f"t-{uuid4()}")


@pytest.fixture
def ledger(aws: Clients, table: str) -> JournalLedger:
    return JournalLedger(DynamoJournal(aws, table, lambda: BUCKET))


def write(ledger: JournalLedger, name: str, seen: tuple[int, int] = (0, 0)) -> Entry | None:
    return ledger.write(name, SPRING, "r", "c", {}, MEMBERS, seen).entry


def test_of_two_at_once_one_is_written(ledger: JournalLedger) -> None:
    """Both had seen the same: the other one has to leave the winner's control group alone."""
    barrier = Barrier(4)

    def race(number: int) -> Entry | None:
        barrier.wait()
        return write(ledger, f"c{number}")

    with ThreadPoolExecutor(4) as pool:
        found = [each for each in pool.map(race, range(4)) if each is not None]
    assert [each.name for each in ledger.entries()] == [found[0].name]
    assert len(found) == 1


def test_the_registry_beside_it_is_not_disturbed(
    aws: Clients, table: str, ledger: JournalLedger
) -> None:
    """Both are in one table, and neither sees the other's items."""
    write(ledger, "spring")
    registry = DynamoRegistry(aws, table)
    assert registry.records() == ()
    assert registry.alias("champion") is None


def test_more_events_than_one_call_reads(aws: Clients, table: str) -> None:
    """Events are read a hundred at a time, in their order, and counted to the last."""
    events, made = EventTable(aws.client("dynamodb"), table), []
    for number in range(1, 202):
        made.append(following(f'"{number}"', made))
        assert events.append(number, *made[-1])
    assert events.events() == made
    assert events.append(201, *made[-1]), "a request that was taken and is sent again"
    assert not events.append(201, *following('"other"', made[:-1]))


def test_an_event_that_was_changed_or_taken_away_is_noticed(
    aws: Clients, table: str, ledger: JournalLedger
) -> None:
    write(ledger, "spring")
    ledger.cancel("spring", "")
    tables = aws.client("dynamodb")
    key = {"run_id": {"S": "#campaign#00000001"}}
    item = tables.get_item(TableName=table, Key=key)["Item"]
    changed = {**item, "text": {"S": item["text"]["S"].replace("spring", "autumn")}}
    tables.put_item(TableName=table, Item=changed)
    with pytest.raises(RegistryError, match="Event 1 of the ledger of campaigns is not as it was"):
        ledger.entries()
    tables.delete_item(TableName=table, Key=key)
    with pytest.raises(RegistryError, match="lost an event"):
        ledger.entries()


@pytest.mark.parametrize("content", [None, b"no gzip"])
def test_members_that_are_gone_or_changed_are_noticed(
    aws: Clients, ledger: JournalLedger, content: bytes | None
) -> None:
    entry = write(ledger, "spring")
    assert entry is not None
    place: dict[str, Any] = {"Bucket": BUCKET}
    place["Key"] = f"data/ledger/{entry.members_sha256}.json.gz"
    if content is None:
        aws.client("s3").delete_object(**place)
    else:
        aws.client("s3").put_object(**place, Body=content)
    with pytest.raises(RegistryError, match="ledger of campaigns is damaged"):
        ledger.members(entry)


def test_a_project_with_its_registry_on_aws_has_its_ledger_there(
    aws: Clients, table: str, tmp_path: Path
) -> None:
    """Two people see each other's campaigns; nothing is written on this machine."""
    place = f'[registry]\nkind = "dynamodb"\n[aws]\nregistry_table = "{table}"\n'
    (tmp_path / "churn.toml").write_text(f'{place}bucket = "{BUCKET}"\nregion = "{aws.region}"\n')
    project = Project.load(tmp_path)
    mine, yours = open_ledger(project), open_ledger(project)
    assert mine.write("spring", SPRING, "r", "c", {}, MEMBERS, (0, 0)).changed
    assert yours.left_alone(SPRING)[0] == {"a": "spring, until 2027-05-30"}
    assert [path.name for path in tmp_path.iterdir()] == ["churn.toml"]
    with pytest.raises(ConfigError, match="kept on AWS"):
        local_ledger(project)


def test_without_a_stack_the_next_move_is_named(aws: Clients, tmp_path: Path) -> None:
    (tmp_path / "churn.toml").write_text('[aws]\nstack = "nowhere"\n')
    ledger = ledger_of(aws, make_deployment(Project.load(tmp_path)))
    with pytest.raises(ConfigError, match="no DynamoDB table 'nowhere-registry'"):
        ledger.entries()
    with pytest.raises(ConfigError, match="has no bucket"):
        write(ledger, "spring")
