"""A rule brings each target what its target asks for; one that cannot be reached stops no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from open_queue import open_queue
from rehearsal.cloud import Cloud
from rehearsal.opening import open_cloud

EVENT = {"Source": "acme", "DetailType": "sold", "Detail": json.dumps({"n": 3, "who": "Zoë"})}


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    """An open cloud that enforces, with a rule on what acme tells."""
    with open_cloud(tmp_path / "cloud") as opened:
        opened.clients.client("events").put_rule(Name="sold", EventPattern='{"source": ["acme"]}')
        yield opened


def target(cloud: Cloud, arn: str, **given: Any) -> None:
    cloud.clients.client("events").put_targets(
        Rule="sold", Targets=[{"Id": arn.rpartition(":")[2], "Arn": arn, **given}]
    )


def heard(cloud: Cloud, url: str) -> list[str]:
    found = cloud.clients.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [str(each["Body"]) for each in found.get("Messages", [])]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"InputPath": "$.detail"}, {"n": 3, "who": "Zoë"}),
        ({"InputPath": "$.detail.who"}, "Zoë"),
        ({"Input": '{"own": 1}'}, {"own": 1}),
        (
            {"InputTransformer": {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": "[<n>]"}},
            [3],
        ),
    ],
)
def test_a_queue_gets_the_part_of_the_event_that_its_target_asks_for(
    cloud: Cloud, given: dict[str, Any], message: Any
) -> None:
    """As "Target" of the EventBridge API reference has it."""
    url, arn = open_queue(cloud.clients.client("sqs"), "open")
    target(cloud, arn, **given)
    cloud.clients.client("events").put_events(Entries=[EVENT])
    assert [json.loads(each) for each in heard(cloud, url)] == [message]


def test_a_target_that_is_not_reached_is_told_and_stops_neither_call_nor_others(
    cloud: Cloud,
) -> None:
    """PutEvents answers before anything is delivered ("PutEvents" of the EventBridge API reference)."""
    sqs, place = cloud.clients.client("sqs"), f"{cloud.region}:{cloud.account}"
    shut = sqs.create_queue(QueueName="shut")["QueueUrl"]
    target(cloud, f"arn:aws:sqs:{place}:shut")
    target(cloud, f"arn:aws:kinesis:{place}:stream/acme")
    url, arn = open_queue(sqs, "open")
    target(cloud, arn)
    told = cloud.clients.client("events").put_events(Entries=[EVENT, EVENT])
    assert told["FailedEntryCount"] == 0
    assert len(heard(cloud, url)) == 2
    assert heard(cloud, shut) == []
    why = {note.status: note.why for note in cloud.journal.notes if note.kind == "event"}
    assert "not authorized to perform: sqs:SendMessage" in why["Denied"]
    assert "'kinesis', which is not rehearsed" in why["Failed"]


def test_a_pattern_that_does_not_fit_the_event_keeps_no_other_rule_from_it(cloud: Cloud) -> None:
    """A number is asked of what is text: another rule's, made before this one."""
    pattern = {"source": ["acme"], "detail": {"who": [{"numeric": [">", 2]}]}}
    events, sqs = cloud.clients.client("events"), cloud.clients.client("sqs")
    events.put_rule(Name="first", EventPattern=json.dumps(pattern))
    events.delete_rule(Name="sold")
    events.put_rule(Name="sold", EventPattern='{"source": ["acme"]}')
    url, arn = open_queue(sqs, "open")
    target(cloud, arn)
    events.put_events(Entries=[EVENT])
    assert len(heard(cloud, url)) == 1
