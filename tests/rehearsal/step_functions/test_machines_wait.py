"""Tasks that wait for a token, a worker, another execution; and what is sent on the way."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from small_machines import ended, function, made, ran, started, task

from rehearsal.cloud import Cloud, Setup
from rehearsal.opening import open_cloud

ACCOUNT = "123456789012"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An empty cloud."""
    with open_cloud(tmp_path_factory.mktemp("cloud"), setup=Setup(enforce=False)) as opened:
        yield opened


def queue(cloud: Cloud, name: str) -> str:
    return str(cloud.clients.client("sqs").create_queue(QueueName=name)["QueueUrl"])


def received(cloud: Cloud, url: str) -> Any:
    until = time.monotonic() + 3600
    while time.monotonic() < until:
        found = cloud.clients.client("sqs").receive_message(QueueUrl=url).get("Messages", [])
        if found:
            cloud.clients.client("sqs").delete_message(
                QueueUrl=url, ReceiptHandle=found[0]["ReceiptHandle"]
            )
            return json.loads(found[0]["Body"])
        time.sleep(0.02)
    raise AssertionError("no message came")


def asking(url: str, **rest: Any) -> dict[str, Any]:
    body = {"token.$": "$$.Task.Token", "what.$": "$.what"}
    return task("sqs:sendMessage.waitForTaskToken", {"QueueUrl": url, "MessageBody": body}, **rest)


def test_a_token_that_comes_back_goes_on_with_what_was_sent(cloud: Cloud) -> None:
    url = queue(cloud, "asked")
    execution = started(cloud, {"Ask": asking(url)}, {"what": "sign"})
    asked = received(cloud, url)
    assert asked["what"] == "sign"
    machines = cloud.clients.client("stepfunctions")
    machines.send_task_success(taskToken=asked["token"], output='{"signed": true}')
    assert ended(cloud, execution)["output"] == {"signed": True}
    with pytest.raises(ClientError, match=r"TaskTimedOut|InvalidToken"):
        machines.send_task_success(taskToken=asked["token"], output="{}")


def test_a_failure_sent_back_is_the_states_own_and_each_try_has_a_token(cloud: Cloud) -> None:
    url = queue(cloud, "failed")
    again = [{"ErrorEquals": ["Unsigned"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    execution = started(cloud, {"Ask": asking(url, Retry=again)}, {"what": "sign"})
    machines, tokens = cloud.clients.client("stepfunctions"), []
    for cause in ("first", "second"):
        tokens.append(received(cloud, url)["token"])
        machines.send_task_failure(taskToken=tokens[-1], error="Unsigned", cause=cause)
    told = ended(cloud, execution)
    assert (told["status"], told["error"], told["cause"]) == ("FAILED", "Unsigned", "second")
    assert len(set(tokens)) == 2


def test_silence_longer_than_the_heartbeat_is_a_timeout_of_two_names(cloud: Cloud) -> None:
    url = queue(cloud, "silent")
    caught = [{"ErrorEquals": ["States.HeartbeatTimeout"], "ResultPath": "$.e", "Next": "Late"}]
    asked = asking(url, HeartbeatSeconds=2, TimeoutSeconds=600, Catch=caught)
    execution = started(cloud, {"Ask": asked, "Late": {"Type": "Succeed"}}, {"what": "sign"})
    token, machines = received(cloud, url)["token"], cloud.clients.client("stepfunctions")
    for _ in range(3):
        machines.send_task_heartbeat(taskToken=token)
        time.sleep(1)
    assert ended(cloud, execution)["output"]["e"]["Error"] == "States.Timeout"


def test_an_execution_that_waits_is_stopped_at_once(cloud: Cloud) -> None:
    url = queue(cloud, "stopped")
    execution = started(cloud, {"Ask": asking(url)}, {"what": "sign"})
    received(cloud, url)
    cloud.clients.client("stepfunctions").stop_execution(executionArn=execution)
    assert ended(cloud, execution)["status"] == "ABORTED"


def test_a_token_that_is_none_and_an_output_that_is_no_json_are_refused(cloud: Cloud) -> None:
    machines = cloud.clients.client("stepfunctions")
    with pytest.raises(ClientError, match="InvalidToken"):
        machines.send_task_success(taskToken="none", output="{}")
    with pytest.raises(ClientError, match="InvalidOutput"):
        machines.send_task_success(taskToken="none", output="{")


def test_a_function_hands_the_token_out_and_is_not_waited_for_itself(cloud: Cloud) -> None:
    body = (
        "boto3.client('stepfunctions').send_task_success(\n"
        "    taskToken=event['token'], output=json.dumps({'twice': event['n'] * 2}))\n"
        "return 'ignored'"
    )
    payload = {"token.$": "$$.Task.Token", "n.$": "$.n"}
    given = {"FunctionName": function(cloud, body, "acme-sends"), "Payload": payload}
    told = ran(cloud, {"Ask": task("lambda:invoke.waitForTaskToken", given)}, {"n": 4})
    assert told["output"] == {"twice": 8}


def test_the_arn_of_a_function_is_a_resource_whose_output_is_what_it_returns(cloud: Cloud) -> None:
    arn = function(cloud, "return [event, event['n'] + 1]", "acme-adds")
    assert ran(cloud, {"Add": task(arn)}, {"n": 1})["output"] == [{"n": 1}, 2]
    given = {"Add": task(arn, {"n.$": "$.m"}, ResultPath="$.sum")}
    assert ran(cloud, given, {"m": 2})["output"] == {"m": 2, "sum": [{"n": 2}, 3]}
    told = ran(cloud, {"Add": task(arn)}, {"m": 1})
    assert (told["error"], json.loads(told["cause"])["errorMessage"]) == ("KeyError", "'n'")
    lost = ran(cloud, {"Add": task(arn.replace("acme-adds", "acme-lost"))})
    assert lost["error"] == "Lambda.ResourceNotFoundException"


def test_a_worker_polls_for_an_activity_and_answers_it(cloud: Cloud) -> None:
    machines = cloud.clients.client("stepfunctions")
    activity = machines.create_activity(name="acme-signing")["activityArn"]
    execution = started(cloud, {"Sign": task(activity)}, {"n": 1})
    got = machines.get_activity_task(activityArn=activity, workerName="ada")
    assert json.loads(got["input"]) == {"n": 1}
    machines.send_task_success(taskToken=got["taskToken"], output='"done"')
    assert ended(cloud, execution)["output"] == "done"
    failing = started(cloud, {"Sign": task(activity)}, {"n": 2})
    got = machines.get_activity_task(activityArn=activity)
    machines.send_task_failure(taskToken=got["taskToken"], error="Tired", cause="late")
    assert ended(cloud, failing)["error"] == "Tired"


def test_an_activity_without_a_worker_times_out_and_one_without_a_name_fails(cloud: Cloud) -> None:
    machines = cloud.clients.client("stepfunctions")
    activity = machines.create_activity(name="acme-idle")["activityArn"]
    assert ran(cloud, {"Sign": task(activity, TimeoutSeconds=1)})["error"] == "States.Timeout"
    assert ran(cloud, {"Sign": task(activity + "x")})["error"] == "States.Runtime"


@pytest.mark.parametrize(("pattern", "kind"), [(".sync", str), (".sync:2", dict), ("", None)])
def test_an_execution_within_one_is_waited_for_as_its_pattern_says(
    cloud: Cloud, pattern: str, kind: Any
) -> None:
    inner = made(cloud, {"Give": {"Type": "Pass", "Result": {"n": 7}, "End": True}})
    given = {"StateMachineArn": inner, "Input": {"by.$": "$$.Execution.Id"}}
    told = ran(cloud, {"Run": task(f"states:startExecution{pattern}", given)})
    assert told["status"] == "SUCCEEDED", told
    if kind is None:
        beside = {"SdkHttpMetadata", "SdkResponseMetadata"}
        assert set(told["output"]) == {"ExecutionArn", "StartDate"} | beside
        return
    output = told["output"]["Output"]
    assert isinstance(output, kind)
    assert (json.loads(output) if kind is str else output) == {"n": 7}
    assert (told["output"]["Status"], isinstance(told["output"]["Input"], kind)) == (
        "SUCCEEDED",
        True,
    )


def test_an_execution_within_one_that_fails_fails_its_state(cloud: Cloud) -> None:
    inner = made(cloud, {"No": {"Type": "Fail", "Error": "Spent", "Cause": "no more"}})
    given = {"StateMachineArn": inner}
    told = ran(cloud, {"Run": task("states:startExecution.sync:2", given)})
    assert told["error"] == "States.TaskFailed"
    assert json.loads(told["cause"])["Error"] == "Spent"


def test_events_are_sent_with_who_sent_them_and_a_failed_one_fails_the_state(cloud: Cloud) -> None:
    events, url = cloud.clients.client("events"), queue(cloud, "events")
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:events"
    events.put_rule(Name="acme", EventPattern='{"source": ["acme.sales"]}')
    events.put_targets(Rule="acme", Targets=[{"Id": "1", "Arn": arn}])
    entry = {"Source": "acme.sales", "DetailType": "sold", "Detail": {"n.$": "$.n"}}
    told = ran(cloud, {"Tell": task("events:putEvents", {"Entries": [entry]})}, {"n": 3})
    assert told["output"]["FailedEntryCount"] == 0
    sent = received(cloud, url)
    assert sent["detail"] == {"n": 3}
    assert [":execution:" in each for each in sent["resources"]] == [False, True]
    broken = {"Source": "", "DetailType": "sold", "Detail": {"n": 1}}
    told = ran(cloud, {"Tell": task("events:putEvents", {"Entries": [broken]})})
    assert told["error"] == "EventBridge.FailedEntry", told


def test_an_express_machine_answers_its_caller_and_has_no_tasks_that_wait(cloud: Cloud) -> None:
    machines = cloud.clients.client("stepfunctions")  # which puts no "sync-" before 127.0.0.1
    express = made(cloud, {"Give": {"Type": "Pass", "End": True}}, "EXPRESS")
    told = machines.start_sync_execution(stateMachineArn=express, input='{"n": 1}')
    assert (told["status"], json.loads(told["output"])) == ("SUCCEEDED", {"n": 1})
    standard = made(cloud, {"Give": {"Type": "Pass", "End": True}})
    with pytest.raises(ClientError, match="StateMachineTypeNotSupported"):
        machines.start_sync_execution(stateMachineArn=standard)
    with pytest.raises(ClientError, match="EXPRESS"):
        made(cloud, {"Ask": asking("https://sqs")}, "EXPRESS")


def test_an_sdk_call_spells_as_the_sdk_does(cloud: Cloud) -> None:
    given = {"DbClusterIdentifier": "none"}
    told = ran(cloud, {"Look": task("aws-sdk:rds:describeDBClusters", given)})
    assert told["error"] == "Rds.DbClusterNotFoundException", told
    told = ran(cloud, {"Look": task("aws-sdk:rds:describeDBClusters", {})})
    assert told["output"] == {"DbClusters": []}
    assert any("Of rds" in each for each in cloud.journal.unproven)


def test_a_machine_of_a_name_that_is_taken_is_refused(cloud: Cloud) -> None:
    machines = cloud.clients.client("stepfunctions")
    made(cloud, {"Give": {"Type": "Pass", "End": True}})
    known = machines.list_state_machines()["stateMachines"][-1]
    definition = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
    with pytest.raises(ClientError, match="StateMachineAlreadyExists"):
        machines.create_state_machine(
            name=known["name"], roleArn="arn:aws:iam::123456789012:role/acme", definition=definition
        )


def test_a_plain_text_is_an_attribute_of_dynamodb_and_a_queue_that_is_not_there_has_its_name(
    cloud: Cloud,
) -> None:
    cloud.clients.client("dynamodb").create_table(
        TableName="acme",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    given = {"TableName": "acme", "Item": {"id": "one", "done": {"BOOL": "false"}}}
    assert ran(cloud, {"Put": task("dynamodb:putItem", given)})["status"] == "SUCCEEDED"
    found = cloud.clients.client("dynamodb").scan(TableName="acme")["Items"]
    assert found == [{"id": {"S": "one"}, "done": {"BOOL": False}}]
    url = f"{cloud.endpoint}/{ACCOUNT}/nowhere"
    told = ran(cloud, {"Send": task("sqs:sendMessage", {"QueueUrl": url, "MessageBody": "x"})})
    assert told["error"] == "SQS.QueueDoesNotExistException", told


def test_the_input_of_a_function_that_cannot_be_made_is_told_once(cloud: Cloud) -> None:
    state = task(f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:none", {"n.$": "$.none"})
    branch = {"StartAt": "Call", "States": {"Call": state}}
    told = ran(cloud, {"Both": {"Type": "Parallel", "Branches": [branch], "End": True}})
    assert told["error"] == "States.Runtime"
    assert told["cause"].count("An error occurred while executing the state") == 1
    assert "'Call'" in told["cause"]
