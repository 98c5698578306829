"""What a state gets of the call it makes: of Step Functions' own integrations, and of the SDK's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from small_machines import function, made, ran, task

from rehearsal.cloud import Cloud, Setup
from rehearsal.opening import open_cloud

MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z"
SDK = "aws-sdk:lambda:"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud with a function that answers its input, and fails without one."""
    with open_cloud(tmp_path_factory.mktemp("cloud"), setup=Setup(enforce=False)) as opened:
        function(opened, "return {'n': event['n'] + 1}", "acme-next")
        yield opened


def test_of_a_function_more_is_asked_than_to_run(cloud: Cloud) -> None:
    asked = task(f"{SDK}getFunctionConfiguration", {"FunctionName": "acme-next"})
    told = ran(cloud, {"Ask": asked})
    assert (told["status"], told["error"]) == ("SUCCEEDED", "")
    assert told["output"]["FunctionName"] == "acme-next"


def test_the_sdk_answers_with_a_function_s_text_and_its_error_as_the_sdk_does(cloud: Cloud) -> None:
    """Developer guide, connect-lambda: only the optimized integration parses Payload and fails."""
    given = {"FunctionName": "acme-next", "Payload": {"n": 1}}
    assert ran(cloud, {"Own": task("lambda:invoke", given)})["output"]["Payload"] == {"n": 2}
    assert ran(cloud, {"Sdk": task(f"{SDK}invoke", given)})["output"]["Payload"] == '{"n": 2}'
    text = task(f"{SDK}invoke", given | {"Payload": '{"n": 1}'})
    assert ran(cloud, {"Sdk": text})["output"]["Payload"] == '{"n": 2}'
    given |= {"Payload": {}}
    assert ran(cloud, {"Own": task("lambda:invoke", given)})["error"] == "KeyError"
    told = ran(cloud, {"Sdk": task(f"{SDK}invoke", given)})
    assert told["output"]["FunctionError"] == "Unhandled"
    assert '"errorType": "KeyError"' in told["output"]["Payload"]


def test_step_functions_own_integrations_tell_of_the_answer_and_the_sdk_s_do_not(
    cloud: Cloud,
) -> None:
    """As recorded of AWS by LocalStack's tests: test_lambda_task_service, test_sfn_task_service."""
    given = {"FunctionName": "acme-next", "Payload": {"n": 1}}
    told = ran(cloud, {"Own": task("lambda:invoke", given)})["output"]
    beside = {"SdkHttpMetadata", "SdkResponseMetadata"}
    assert set(told) == {"ExecutedVersion", "Payload", "StatusCode"} | beside
    assert told["ExecutedVersion"] == "$LATEST"
    http = told["SdkHttpMetadata"]
    assert http["HttpStatusCode"] == 200
    assert http["AllHttpHeaders"]["x-amz-executed-version"] == ["$LATEST"]
    assert http["HttpHeaders"]["x-amz-executed-version"] == "$LATEST"
    assert told["SdkResponseMetadata"]["RequestId"]
    assert not beside & set(ran(cloud, {"Sdk": task(f"{SDK}invoke", given)})["output"])


def test_the_sdk_s_times_are_texts_and_those_of_step_functions_milliseconds(cloud: Cloud) -> None:
    machine = made(cloud, {"Pass": {"Type": "Pass", "End": True}})
    given = {"StateMachineArn": machine}
    sdk = ran(cloud, {"Ask": task("aws-sdk:sfn:startExecution", given)})["output"]
    assert re.fullmatch(MOMENT, sdk["StartDate"]), sdk
    own = ran(cloud, {"Ask": task("states:startExecution", given)})["output"]
    assert isinstance(own["StartDate"], int)


def test_a_function_may_answer_with_the_numbers_of_dynamodb(cloud: Cloud) -> None:
    """awslambdaric writes a Decimal as the number it is, and no character as its number."""
    body = "from decimal import Decimal as D\nreturn [D('3'), D('0.25'), D('1E+2'), 'é']"
    given = {"FunctionName": function(cloud, body, "acme-sums")}
    payload = ran(cloud, {"Sdk": task(f"{SDK}invoke", given)})["output"]["Payload"]
    assert payload == '[3, 0.25, 100.0, "é"]'
