"""A machine runs for real: calls, choices, waits, retries, catches, and faults made on purpose."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from small_machines import ran, task
from small_stack import SmallStack, finished

from rehearsal.cloud import Setup
from rehearsal.faults import Kind
from rehearsal.opening import open_cloud

WHOLE = ["Pin", "Judge", "Pause", "Gate", "Register", "Done"]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallStack]:
    """The small stack, deployed once."""
    with open_cloud(tmp_path_factory.mktemp("cloud"), setup=Setup(enforce=False)) as cloud:
        stack = SmallStack(cloud).prepare()
        assert stack.deploy("CREATE") == "CREATE_COMPLETE"
        yield stack


@pytest.fixture
def stack(deployed: SmallStack) -> Iterator[SmallStack]:
    """The small stack, without faults."""
    yield deployed
    deployed.cloud.faults.clear()


def test_every_state_is_really_done(stack: SmallStack) -> None:
    ran = stack.run()
    assert (ran.status, ran.states) == ("SUCCEEDED", WHOLE)
    items = stack.cloud.clients.client("dynamodb").scan(TableName="acme-registry")["Items"]
    assert all(item["started"]["S"].endswith("Z") for item in items)
    bucket = "acme-123456789012-us-east-1"
    keys = stack.cloud.clients.client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert any(each["Key"].endswith("/churn.toml") for each in keys)


def test_a_choice_refuses_with_the_words_of_the_verdict(stack: SmallStack) -> None:
    ran = stack.run(verdict="failed")
    assert (ran.status, ran.error, ran.cause) == ("FAILED", "ModelRefused", "first")


def test_what_a_function_raises_is_an_error_of_that_name(stack: SmallStack) -> None:
    ran = stack.run(raises=True)
    assert (ran.error, ran.states) == ("VerdictMissing", ["Pin", "Judge", "Notify", "Failed"])
    assert json.loads(ran.cause)["errorMessage"] == "there is no verdict"


@pytest.mark.parametrize(
    ("resource", "why"),
    [
        ("http:invoke", "http is not called: what it calls lies outside of the rehearsal"),
        ("ecs:runTask.sync", "ecs is not called: there are no clusters here"),
        ("aws-sdk:rekognition:detectText", "rekognition is not called: its answers come from"),
    ],
)
def test_a_state_that_calls_what_is_not_here_fails_where_no_catch_hides_it(
    stack: SmallStack, resource: str, why: str
) -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Fine"}]
    told = {"Image": {}} if "detect" in resource else {}
    asks = task(resource, told, Catch=catch)
    ended = ran(stack.cloud, {"Asks": asks, "Fine": {"Type": "Succeed"}})
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
    assert why in ended["cause"]
    said = f"machines: a state that uses arn:aws:states:::{resource} fails when it is reached"
    assert any(each.startswith(said) for each in stack.cloud.journal.unproven)


@pytest.mark.slow
def test_a_function_that_takes_too_long_is_ended(stack: SmallStack) -> None:
    ran = stack.run(sleeps=True)
    assert ran.error == "Sandbox.Timedout"
    assert "Task timed out after 6.00 seconds" in ran.cause
    assert stack.run().status == "SUCCEEDED"


def test_a_function_that_dies_says_so_and_the_next_is_well(stack: SmallStack) -> None:
    assert stack.run(dies=True).error == "Runtime.ExitError"
    assert stack.run().status == "SUCCEEDED"


def test_a_function_has_nothing_of_this_machine_that_was_not_zipped(stack: SmallStack) -> None:
    for package in ("yaml", "rehearsal", "numpy.linalg"):
        assert stack.run(imports=package).error == "ModuleNotFoundError"
    assert not stack.run(imports="botocore.config").error


def test_what_a_function_prints_is_in_its_log(stack: SmallStack) -> None:
    stack.run()
    logs = stack.cloud.clients.client("logs")
    events = logs.filter_log_events(logGroupName="/aws/lambda/acme-judge")["events"]
    assert any(event["message"].startswith("judging run-") for event in events)


def test_throttling_is_retried_until_it_passes(stack: SmallStack) -> None:
    stack.cloud.faults.add("Judge", "throttled", 3)
    ran = stack.run()
    assert (ran.status, ran.states, ran.tries) == ("SUCCEEDED", WHOLE, 6)


def test_throttling_without_end_is_caught(stack: SmallStack) -> None:
    stack.cloud.faults.add("Judge", "throttled")
    ran = stack.run()
    assert ran.error == "Lambda.TooManyRequestsException"
    assert ran.states == ["Pin", "Judge", "Notify", "Failed"]


@pytest.mark.parametrize(
    ("state", "kind", "error"),
    [
        ("Pin", "fails", "S3.S3Exception"),
        ("Pin", "data-missing", "S3.NoSuchKeyException"),
        ("Pin", "times-out", "States.Timeout"),
        ("Judge", "fails", "RuntimeError"),
        ("Judge", "data-missing", "ResourceNotFoundException"),
        ("Judge", "times-out", "States.Timeout"),
        ("Judge", "stopped", "Sandbox.Timedout"),
        ("Register", "throttled", "DynamoDB.ProvisionedThroughputExceededException"),
        ("Register", "fails", "DynamoDB.InternalServerErrorException"),
    ],
)
def test_a_fault_is_made_where_it_is_aimed_and_caught(
    stack: SmallStack, state: str, kind: Kind, error: str
) -> None:
    stack.cloud.faults.add(state, kind, 1)
    ran = stack.run()
    assert (ran.status, ran.error) == ("FAILED", error)
    assert ran.states[-3:] == [state, "Notify", "Failed"]
    assert stack.run().status == "SUCCEEDED"


def test_an_execution_without_a_name_gets_one(stack: SmallStack) -> None:
    machines = stack.cloud.clients.client("stepfunctions")
    arn = f"arn:aws:states:us-east-1:{stack.cloud.account}:stateMachine:acme-training"
    started = machines.start_execution(stateMachineArn=arn)["executionArn"]
    assert not started.endswith(":None")
    assert finished(stack.cloud, started).status == "SUCCEEDED"
