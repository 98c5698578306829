"""Machines in JSONata run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from small_machines import ran, task

from rehearsal.cloud import Cloud
from rehearsal.opening import open_cloud


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud with a queue."""
    with open_cloud(tmp_path_factory.mktemp("cloud")) as opened:
        opened.clients.client("sqs").create_queue(QueueName="acme")
        yield opened


def run(cloud: Cloud, states: dict[str, Any], given: Any) -> dict[str, Any]:
    return ran(cloud, states, given, QueryLanguage="JSONata")


@pytest.mark.parametrize(
    ("expression", "output"),
    [
        ("$states.input.n + 1", 6),
        ("$sum($states.input.l)", 6),
        ("$states.input.l[$ > 1]", [2, 3]),
        ("$states.context.State.Name", "Give"),
        ("$partition($states.input.l, 2)", [[1, 2], [3]]),
        ("$range(0, 6, 3)", [0, 3, 6]),
        ("$hash('a', 'MD5')", "0cc175b9c0f1b6a831c399e269772661"),
        ("$length($uuid())", 36),
        ("$random(7) = $random(7)", True),
        ("$parse('{\"a\": [1]}').a", [1]),
        ("$states.input.z", None),
        ("{'m': $states.input.n & ' a \"quote\"'}", {"m": '5 a "quote"'}),
    ],
)
def test_an_expression_gives_what_jsonata_says(cloud: Cloud, expression: str, output: Any) -> None:
    given = {"n": 5, "l": [1, 2, 3], "z": None}
    states = {"Give": {"Type": "Pass", "Output": f"{{% {expression} %}}", "End": True}}
    told = run(cloud, states, given)
    assert (told["error"], told["output"]) == ("", output), told


@pytest.mark.parametrize("expression", ["$states.input.none", "1 / 'a'", "$sum", "$error('no')"])
def test_an_expression_that_gives_nothing_or_breaks_off_fails(
    cloud: Cloud, expression: str
) -> None:
    states = {"Give": {"Type": "Pass", "Output": f"{{% {expression} %}}", "End": True}}
    assert run(cloud, states, {})["error"] == "States.QueryEvaluationError"


def test_tasks_choices_and_variables_are_in_jsonata_too(cloud: Cloud) -> None:
    url = cloud.clients.client("sqs").get_queue_url(QueueName="acme")["QueueUrl"]
    send = task("sqs:sendMessage", Assign={"id": "{% $states.result.MessageId %}"}, Next="Ask")
    send |= {"Arguments": {"QueueUrl": url, "MessageBody": "{% 'n=' & $states.input.n %}"}}
    send |= {"Output": {"sent": "{% $states.result.MD5OfMessageBody %}"}}
    del send["End"]
    rule = {"Condition": "{% $exists($states.input.sent) and $length($id) = 36 %}", "Next": "Yes"}
    states = {
        "Send": send,
        "Ask": {"Type": "Choice", "Choices": [rule], "Default": "No"},
        "Yes": {"Type": "Pass", "Output": {"id": "{% $length($id) %}"}, "End": True},
        "No": {"Type": "Fail", "Error": "{% 'No' %}"},
    }
    assert run(cloud, states, {"n": 1})["output"] == {"id": 36}
