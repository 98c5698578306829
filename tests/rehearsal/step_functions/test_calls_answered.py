"""What a state gets of the call it makes: of Step Functions' own integrations, and of the SDK's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from small_machines import function, ran, task

from rehearsal.cloud import Cloud, Setup
from rehearsal.opening import open_cloud

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
