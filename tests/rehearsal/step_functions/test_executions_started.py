"""How executions are named, limited in time, and given what is random; what the context tells them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from language_case import passed
from small_machines import ended, function, made, ran, started, task

from rehearsal.cloud import Cloud, Setup
from rehearsal.opening import open_cloud


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An empty cloud."""
    with open_cloud(tmp_path_factory.mktemp("cloud"), setup=Setup(enforce=False)) as opened:
        yield opened


@pytest.mark.parametrize("name", ["a b", "a/b", "a:b", "a?b", "a#b", "x" * 81, "a\u0001b", "a{b}"])
def test_a_name_that_aws_does_not_take_is_refused(cloud: Cloud, name: str) -> None:
    machine = made(cloud, passed())
    with pytest.raises(ClientError, match=r"InvalidName|ValidationException"):
        cloud.clients.client("stepfunctions").start_execution(stateMachineArn=machine, name=name)


def test_a_name_is_used_once(cloud: Cloud) -> None:
    machines, machine = cloud.clients.client("stepfunctions"), made(cloud, passed())
    first = machines.start_execution(stateMachineArn=machine, name="one.-_A1", input='{"n": 1}')
    ended(cloud, first["executionArn"])
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        machines.start_execution(stateMachineArn=machine, name="one.-_A1", input='{"n": 2}')
    with pytest.raises(ClientError, match="InvalidExecutionInput"):
        machines.start_execution(stateMachineArn=machine, input="{")


def test_a_machine_that_outlives_its_time_has_timed_out(cloud: Cloud) -> None:
    wait = {"Wait": {"Type": "Wait", "Seconds": 6000, "End": True}}
    told = ran(cloud, wait, TimeoutSeconds=1)
    assert (told["status"], told["error"]) == ("TIMED_OUT", "States.Timeout")


def test_the_time_of_a_state_is_read_from_its_input(cloud: Cloud) -> None:
    arn = function(cloud, "import time\ntime.sleep(event['sleep'])\nreturn 'slept'", "acme-sleeps")
    states = {"Sleep": task(arn, TimeoutSecondsPath="$.most")}
    assert ran(cloud, states, {"sleep": 4, "most": 1})["error"] == "States.Timeout"
    assert ran(cloud, states, {"sleep": 0, "most": 50})["output"] == "slept"


def test_a_retrier_has_its_own_count_and_the_context_tells_it(cloud: Cloud) -> None:
    body = (
        "n = event['tries']\nif n < 3:\n    raise (KeyError if n == 1 else ValueError)(n)\nreturn n"
    )
    arn = function(cloud, body, "acme-tries")
    rules = [{"ErrorEquals": [name], "MaxAttempts": 2} for name in ("ValueError", "KeyError")]
    states: dict[str, Any] = {"Try": task(arn, {"tries.$": "$$.State.RetryCount"}, Retry=rules)}
    assert ran(cloud, states)["output"] == 3
    rules[0]["MaxAttempts"] = 1
    assert ran(cloud, states)["error"] == "ValueError"


def test_what_is_random_is_the_same_for_one_seed_only(cloud: Cloud) -> None:
    calls = {
        "one.$": "States.MathRandom(1, 1000000, 7)",
        "two.$": "States.MathRandom(1, 1000000, 7)",
        "id.$": "States.UUID()",
        "other.$": "States.UUID()",
    }
    told = ran(cloud, passed(Parameters=calls))["output"]
    assert told["one"] == told["two"]
    assert told["id"] != told["other"]
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", told["id"]
    )


def test_the_context_is_that_of_the_guide(cloud: Cloud) -> None:
    told = ran(cloud, passed(Parameters={"c.$": "$$"}), {"n": 1})["output"]["c"]
    assert set(told) == {"Execution", "State", "StateMachine"}
    execution = {"Id", "Input", "Name", "RedriveCount", "RoleArn", "StartTime"}
    assert set(told["Execution"]) == execution
    assert told["Execution"]["Input"] == {"n": 1}
    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    assert re.fullmatch(moment, told["Execution"]["StartTime"])
    assert re.fullmatch(moment, told["State"]["EnteredTime"]), told["State"]
    assert told["State"]["Name"] == "Pass"


def test_an_execution_is_stopped_at_once_whatever_it_waits_for(cloud: Cloud) -> None:
    machines = cloud.clients.client("stepfunctions")
    activity = machines.create_activity(name="acme-nobody")["activityArn"]
    execution = machines.start_execution(stateMachineArn=made(cloud, {"Sign": task(activity)}))
    machines.stop_execution(executionArn=execution["executionArn"], error="Enough", cause="late")
    told = machines.describe_execution(executionArn=execution["executionArn"])
    assert told["status"] == "ABORTED"
    assert "stopDate" in told


def test_a_heartbeat_alone_limits_no_state_to_a_minute(cloud: Cloud) -> None:
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

    state = task("sqs:sendMessage.waitForTaskToken", {}, HeartbeatSeconds=100)
    program, _ = AmazonStateLanguageParser.parse(
        json.dumps({"StartAt": "Ask", "States": {"Ask": state}})
    )
    assert program.states.states["Ask"].timeout.timeout_seconds == 99_999_999


def test_a_history_is_told_in_pages_from_either_end_and_without_its_data(cloud: Cloud) -> None:
    steps = {f"S{n}": {"Type": "Pass", "Next": f"S{n + 1}"} for n in range(5)}
    arn = started(cloud, {**steps, "S5": {"Type": "Pass", "End": True}}, {"n": 1})
    ended(cloud, arn)
    machines = cloud.clients.client("stepfunctions")

    def numbers(**asked: Any) -> list[list[int]]:
        reader = machines.get_paginator("get_execution_history")
        pages = reader.paginate(executionArn=arn, **asked)
        return [[event["id"] for event in page["events"]] for page in pages]

    assert numbers() == [list(range(1, 15))]
    assert numbers(maxResults=4) == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14]]
    assert numbers(maxResults=9, reverseOrder=True) == [list(range(14, 5, -1)), [5, 4, 3, 2, 1]]
    whole = machines.get_execution_history(executionArn=arn)["events"]
    bare = machines.get_execution_history(executionArn=arn, includeExecutionData=False)["events"]
    assert json.loads(whole[0]["executionStartedEventDetails"]["input"]) == {"n": 1}
    assert "input" not in bare[0]["executionStartedEventDetails"]
    assert [event["type"] for event in bare] == [event["type"] for event in whole]
    with pytest.raises(ClientError, match="InvalidToken"):
        machines.get_execution_history(executionArn=arn, nextToken="elsewhere")


def test_functions_that_a_machine_names_are_started_beside_its_first_states(cloud: Cloud) -> None:
    age = (
        "import os, time\n"
        "begun = float(open('/proc/self/stat').read().rpartition(')')[2].split()[19])\n"
        "return time.clock_gettime(time.CLOCK_BOOTTIME) - begun / os.sysconf('SC_CLK_TCK')"
    )
    arn = function(cloud, age, "acme-aged")
    steps = {"Wait": {"Type": "Wait", "Seconds": 300, "Next": "Ask"}, "Ask": task(arn)}
    assert ran(cloud, steps)["output"] > 2.5  # three seconds are left of the five minutes


def test_a_function_that_is_not_there_fails_when_it_is_invoked_and_not_before(cloud: Cloud) -> None:
    arn = function(cloud, "return 1").replace("acme-work", "acme-nowhere")
    told = ran(cloud, {"First": {"Type": "Pass", "Next": "Ask"}, "Ask": task(arn)})
    assert (told["status"], told["error"]) == ("FAILED", "Lambda.ResourceNotFoundException")
