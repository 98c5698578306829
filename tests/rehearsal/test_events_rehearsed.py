"""What lands in a bucket, or is due by a schedule, starts the machine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from small_stack import SmallStack

from rehearsal.cloud import Setup
from rehearsal.errors import SettingError
from rehearsal.events import fire
from rehearsal.opening import open_cloud

BUCKET = "acme-landing"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallStack]:
    """The small stack, deployed, and a bucket that tells EventBridge what lands in it."""
    with open_cloud(tmp_path_factory.mktemp("cloud"), setup=Setup(enforce=False)) as cloud:
        made = SmallStack(cloud).prepare()
        made.deploy("CREATE")
        s3 = cloud.clients.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_notification_configuration(
            Bucket=BUCKET, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
        yield made


def machine(stack: SmallStack) -> str:
    return f"arn:aws:states:us-east-1:{stack.cloud.account}:stateMachine:acme-training"


def executions(stack: SmallStack) -> int:
    listed = stack.cloud.clients.client("stepfunctions").list_executions(
        stateMachineArn=machine(stack)
    )
    return len(listed["executions"])


def grown(stack: SmallStack, before: int) -> bool:
    until = time.monotonic() + 3600
    while executions(stack) == before and time.monotonic() < until:
        time.sleep(0.05)
    return executions(stack) == before + 1


def listen(stack: SmallStack, *keys: Any) -> None:
    """Let objects whose key is like one of `keys` start the machine."""
    events = stack.cloud.clients.client("events")
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [BUCKET]}, "object": {"key": list(keys)}},
    }
    events.put_rule(Name="landing", EventPattern=json.dumps(pattern))
    target = {
        "Id": "scoring",
        "Arn": machine(stack),
        "RoleArn": "arn:aws:iam::1:role/x",
        "Input": "{}",
    }
    events.put_targets(Rule="landing", Targets=[target])


def land(stack: SmallStack, *keys: str) -> None:
    for key in keys:
        stack.cloud.clients.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"a")


def test_a_table_that_lands_starts_the_machine_and_another_does_not(stack: SmallStack) -> None:
    listen(stack, {"prefix": "data/infer/"})
    before = executions(stack)
    land(stack, "elsewhere/a.csv", "data/infer/a.csv")
    assert grown(stack, before)
    stack.cloud.clients.client("events").disable_rule(Name="landing")
    land(stack, "data/infer/b.csv")
    assert executions(stack) == before + 1


@pytest.mark.parametrize("key", ["data/infer/_SUCCESS", "data/infer/2027/03/_SUCCESS"])
def test_a_marker_is_known_by_its_whole_name(stack: SmallStack, key: str) -> None:
    """As the shipped rule asks: directly below the prefix, or in a folder of it."""
    listen(stack, "data/infer/_SUCCESS", {"wildcard": "data/infer/*/_SUCCESS"})
    before = executions(stack)
    land(stack, "data/infer/a_SUCCESS", "data/infer/b/a_SUCCESS", "data/infer/_SUCCESS.csv", key)
    assert grown(stack, before)
    land(stack, key)  # what landed before it would have started something by the time that this has
    assert grown(stack, before + 1)


def test_a_schedule_is_fired_by_hand_unless_it_is_off(stack: SmallStack) -> None:
    scheduler = stack.cloud.clients.client("scheduler")
    schedule = {
        "Name": "retraining",
        "ScheduleExpression": "rate(7 days)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": machine(stack), "RoleArn": "arn:aws:iam::1:role/x", "Input": "{}"},
    }
    scheduler.create_schedule(**schedule)
    before = executions(stack)
    fire(stack.cloud, "retraining")
    assert grown(stack, before)
    scheduler.update_schedule(**schedule, State="DISABLED")
    with pytest.raises(SettingError, match="switched off"):
        fire(stack.cloud, "retraining")
