"""The registry's table beside what every registry promises: its items, its races, its failures."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from hashlib import sha256
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest

from loopback_aws import loopback_aws, make_table
from unchurn.aws.clients import Clients
from unchurn.aws.failure import AwsError
from unchurn.aws.lambdas import registration, registry_items
from unchurn.aws.registry import DynamoRegistry
from unchurn.errors import ConfigError, RegistryError
from unchurn.registry import Entry, Record
from unchurn.registry.history import champions

Item = dict[str, Any]


@pytest.fixture(scope="module")
def aws() -> Iterator[Clients]:
    with loopback_aws() as clients:
        yield clients


@pytest.fixture
def table(aws: Clients) -> str:
    return make_table(aws, f"t-{uuid4()}")


@pytest.fixture
def registry(aws: Clients, table: str) -> DynamoRegistry:
    return DynamoRegistry(aws, table, who=lambda: "ada")


def an_entry(run: str) -> Entry:
    verdict = {"verdict": "passed"}
    plain: Item = {"environment": {}, "metrics": {"lift": 1e-300}, "lineage": {"rows": 2**53 + 1}}
    hashes = [sha256(f"{run} {each}".encode()).hexdigest() for each in range(4)]
    return Entry(run, f"runs/{run}/model", *hashes, verdict=verdict, **plain)


def items(aws: Clients, table: str) -> dict[str, Item]:
    found = aws.client("dynamodb").scan(TableName=table)["Items"]
    return {item["run_id"]["S"]: item for item in found}


def fine(record: Record) -> None:
    """Load and score, without fault."""


def test_the_key_of_a_version_is_its_run(
    aws: Clients, table: str, registry: DynamoRegistry
) -> None:
    """One row a run, as the origin's registry; what is ours besides begins with '#'."""
    registry.register(an_entry("run-1"), promote=True)
    reserved = {"#counter", "#alias#champion", "#move#00000001", "#version#00000001"}
    found = set(items(aws, table))
    assert {key for key in found if not key.startswith("#same#")} == {"run-1", *reserved}
    assert len(found) == 1 + len(reserved) + len(registration.SAME)


def test_a_version_and_its_moves_are_never_written_again(
    aws: Clients, table: str, registry: DynamoRegistry
) -> None:
    for run in ("run-1", "run-2"):
        registry.register(an_entry(run), promote=False)
    before = items(aws, table)
    registry.promote(2, "eve", "", fine)
    registry.rollback("eve", fine)
    after = items(aws, table)
    changed = {key for key, item in before.items() if after[key] != item}
    assert changed == {"#counter", "#alias#champion", "#alias#challenger"}


def test_numbers_come_back_to_the_last_bit(registry: DynamoRegistry) -> None:
    registry.register(an_entry("run-1"), promote=True)
    entry = registry.get(1).entry
    assert (entry.metrics, entry.lineage) == ({"lift": 1e-300}, {"rows": 2**53 + 1})


@pytest.mark.parametrize("run", ["#counter", "#", "#version#00000002", ""])
def test_a_reserved_run_id_is_refused(registry: DynamoRegistry, run: str) -> None:
    with pytest.raises(RegistryError, match="reserved"):
        registry.register(an_entry(run), promote=True)
    assert registry.records() == ()


def test_more_versions_than_one_answer_holds(
    registry: DynamoRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_items, "_KEYS_A_CALL", 2)
    for number in range(1, 6):
        registry.register(an_entry(f"run-{number}"), promote=False)
    assert [each.version for each in registry.records()] == list(range(1, 6))
    assert [move.number for move in registry.audit()] == list(range(1, 6))


def test_promotions_at_once_chain(registry: DynamoRegistry) -> None:
    """Each either wins or hears who was faster; the audit is one chain."""
    for number in range(1, 6):
        registry.register(an_entry(f"run-{number}"), promote=False)
    start = threading.Barrier(4)

    def promote(version: int) -> int:
        start.wait()
        try:
            return registry.promote(version, "eve", "", fine).version
        except RegistryError as error:
            assert "somebody else changed the champion" in error.message
            return 0

    with ThreadPoolExecutor(4) as pool:
        won = [each for each in pool.map(promote, range(2, 6)) if each]
    moves = [move for move in registry.audit() if move.alias == "champion"]
    assert len(won) == len(moves) - 1
    assert all(one.version == two.previous for one, two in pairwise(moves))
    assert registry.alias("champion") == moves[-1].version


def test_registrations_and_promotions_at_once_lose_nothing(registry: DynamoRegistry) -> None:
    registry.register(an_entry("run-0"), promote=True)

    def work(number: int) -> None:
        registry.register(an_entry(f"run-{number}"), promote=number % 2 == 0)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(1, 13)))
    assert sorted(each.entry.run_id for each in registry.records()) == sorted(
        f"run-{number}" for number in range(13)
    )
    moves = registry.audit()
    assert [move.number for move in moves] == list(range(1, 14))
    assert {move.version for move in moves} == set(range(1, 14))


def test_a_race_that_is_always_lost_ends(
    aws: Clients, registry: DynamoRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many attempts it is said, and nothing was changed."""
    monkeypatch.setattr(registry_items, "ATTEMPTS", 3)
    read: Callable[[registry_items.Table], registry_items.State] = registry_items.Table.state

    def outrun(table: registry_items.Table) -> registry_items.State:
        state = read(table)
        other = DynamoRegistry(aws, registry._name)
        monkeypatch.setattr(registry_items.Table, "state", read)
        other.register(an_entry(f"other-{uuid4()}"), promote=False)
        monkeypatch.setattr(registry_items.Table, "state", outrun)
        return state

    monkeypatch.setattr(registry_items.Table, "state", outrun)
    with pytest.raises(RegistryError, match="by others at each of 3 attempts"):
        registry.register(an_entry("run-1"), promote=True)
    monkeypatch.setattr(registry_items.Table, "state", read)
    assert [each.entry.run_id[:5] for each in registry.records()] == ["other"] * 3


def test_an_item_of_somebody_else_is_not_taken_for_a_version(
    aws: Clients, table: str, registry: DynamoRegistry
) -> None:
    """A table of the user's own may hold more than the registry."""
    aws.client("dynamodb").put_item(
        TableName=table, Item={"run_id": {"S": "run-1"}, "note": {"S": "mine"}}
    )
    assert registry.records() == ()
    with pytest.raises(RegistryError, match="'run-1' that is no version"):
        registry.register(an_entry("run-1"), promote=True)


def test_a_damaged_item_is_named(aws: Clients, table: str, registry: DynamoRegistry) -> None:
    registry.register(an_entry("run-1"), promote=True)
    item = items(aws, table)["run-1"]
    for entry in ("{", "[]", json.dumps({"run_id": "run-1"})):
        aws.client("dynamodb").put_item(TableName=table, Item={**item, "entry": {"S": entry}})
        with pytest.raises(RegistryError, match="item 'run-1' is damaged"):
            registry.get(1)


def test_a_lost_item_is_named(aws: Clients, table: str, registry: DynamoRegistry) -> None:
    registry.register(an_entry("run-1"), promote=True)
    aws.client("dynamodb").delete_item(TableName=table, Key={"run_id": {"S": "run-1"}})
    with pytest.raises(RegistryError, match="lost the item 'run-1'"):
        registry.records()
    with pytest.raises(RegistryError, match="lost the item 'run-1'"):
        registry.get(1)


def test_a_table_that_is_not_there_is_named(aws: Clients) -> None:
    with pytest.raises(ConfigError, match=r"no DynamoDB table 'nothing' in us-east-1(?s:.*)deploy"):
        DynamoRegistry(aws, "nothing").records()
    with pytest.raises(ConfigError, match="no DynamoDB table 'nothing'"):
        DynamoRegistry(aws, "nothing").register(an_entry("run-1"), promote=True)


def test_an_entry_too_large_for_an_item_is_refused(registry: DynamoRegistry) -> None:
    """DynamoDB keeps 400 KB an item; nothing of a larger one is left behind."""
    entry = an_entry("run-1")
    entry.lineage["much"] = "x" * 500_000
    with pytest.raises(AwsError, match="use the registry"):
        registry.register(entry, promote=True)
    assert registry.records() == ()


def test_a_restored_champion_undoes_the_move_that_failed(registry: DynamoRegistry) -> None:
    for number in (1, 2, 3):
        registry.register(an_entry(f"run-{number}"), promote=False)
    registry.promote(2, "ada", "", fine)
    assert registry.restore(1, instead_of=2, by="ada", reason="it failed")
    last = [move for move in registry.audit() if move.alias == "champion"][-1]
    assert (last.action, last.version, last.reason) == ("rollback", 1, "it failed")
    registry.promote(2, "ada", "", fine)
    registry.promote(3, "ada", "", fine)
    registry.rollback("ada", fine)
    assert registry.restore(3, instead_of=2, by="ada", reason="back again")
    assert champions(registry.audit()) == [1, 2, 3], "undoing a rollback is a promotion"


def test_a_champion_that_moved_on_is_not_restored(registry: DynamoRegistry) -> None:
    for number in (1, 2, 3):
        registry.register(an_entry(f"run-{number}"), promote=False)
    registry.promote(3, "eve", "", fine)
    assert not registry.restore(1, instead_of=2, by="ada", reason="")
    assert registry.alias("champion") == 3


def test_a_version_is_found_by_the_model_that_serves_it(
    aws: Clients, table: str, registry: DynamoRegistry
) -> None:
    rows = registry_items.Table(aws.client("dynamodb"), table)
    for run in ("run-1", "run-2"):
        plain = asdict(an_entry(run))
        registration.register(rows, plain, False, "any", "at", "ada", model_name=f"m-{run}")
    registry.register(an_entry("run-3"), promote=False)
    assert (registry.model_name(2), registry.model_name(3)) == ("m-run-2", "")
    assert (registry.version_of("m-run-2"), registry.version_of("m-run-9")) == (2, None)
